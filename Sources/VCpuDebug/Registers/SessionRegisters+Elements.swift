public import GDBRemote

/// Registers with more than 64 bits, whose parts and elements the stub's description names: `$v0.d.u[1]`.
extension SessionRegisters {
  /// The register of the CPU that a name means, if it has more than 64 bits.
  public func wideRegister(named name: String) -> RegisterDescription? {
    guard let register = architecture.register(name, in: access.target.registers),
      register.bitWidth > 64
    else { return nil }
    return register
  }

  /// The element of a register that an index means: `$v0.d[1]`, `$v0.d.u[1]`, `$xmm0.v4_int32[0]`. Of several views of the
  /// same bits the one without a sign is taken.
  ///
  /// - Returns: nil where the register has no elements: an index means a bit then.
  /// - Throws: `NoSuchField` for a part that it does not have, `DebugError` for an element.
  func element(_ index: UInt64, of path: [String]) throws -> Value? {
    guard let name = path.first, let register = wideRegister(named: name) else { return nil }
    let typed = path.joined(separator: ".")
    var value = try typedValue(of: register)
    for part in path.dropFirst() {
      guard let next = value[part] else {
        throw NoSuchField(register: name, field: part, fields: value.partNames)
      }
      value = next
    }
    if case .union(let views) = value.content,
      let view = views.first(where: { $0.name == "u" }) ?? views.first
    {
      value = view.value
    }
    guard case .vector(let elements) = value.content else {
      throw NoSuchField(register: name, field: "[\(index)]", fields: value.partNames)
    }
    guard index < UInt64(elements.count), let element = value[Int(index)] else {
      throw DebugError.notReadable(
        "\(typed)[\(index)]", reason: "its elements are 0 to \(elements.count - 1)")
    }
    return try element.number(named: "\(typed)[\(index)]")
  }

  /// Whether a register with more than 64 bits has a part of a name, by its types alone.
  func hasPart(_ path: ArraySlice<String>, of register: RegisterDescription) -> Bool {
    let zeros = [UInt8](repeating: 0, count: register.byteCount)
    let value: TypedValue? = TypedValue(
      of: register, zeros, types: access.target.typeDescriptions,
      byteOrder: access.byteOrders.registers)
    return path.reduce(value) { $0?[$1] } != nil
  }

  private func typedValue(of register: RegisterDescription) throws -> TypedValue {
    TypedValue(
      of: register, try bytes(of: register), types: access.target.typeDescriptions,
      byteOrder: access.byteOrders.registers)
  }

  /// The low bits of a register of any width, for what is a part of it: `$d0`.
  func lowBits(of register: RegisterDescription) throws -> UInt64 {
    let bytes = try bytes(of: register)
    let low = access.byteOrders.registers == .little ? bytes.prefix(8) : bytes.suffix(8)
    return access.byteOrders.registers.integer(Array(low)) ?? 0
  }

  private func bytes(of register: RegisterDescription) throws -> [UInt8] {
    _ = try access.requireState()
    return try access.target.batch([.register(register)])[0].bytes()
  }
}

extension TypedValue {
  fileprivate var partNames: [String] {
    switch content {
    case .flags(let parts, _), .structure(let parts), .union(let parts): parts.map(\.name)
    default: []
    }
  }

  /// The value as one of an expression.
  ///
  /// - Throws: `DebugError.notReadable` for what is no whole number of up to 64 bits.
  fileprivate func number(named name: String) throws -> Value {
    switch content {
    case .boolean(let isSet): return Value(isSet ? 1 : 0)
    case .unsigned(let number) where number <= UInt64.max:
      return Value(
        UInt64(number), type: .unsigned(byteCount: bitWidth / 8) ?? .uint64)
    case .signed(let number) where Int64(exactly: number) != nil:
      let type = IntegerType.signed(byteCount: bitWidth / 8) ?? .int64
      return Value(UInt64(bitPattern: Int64(number)), type: type)
    case .pointer(let address, _): return Value(address)
    case .enumeration(_, let number): return Value(number)
    case .floatingPoint:
      throw DebugError.notReadable(
        name, reason: "it is a floating-point number; expressions are of whole numbers, as in '.u'")
    default: throw DebugError.notReadable(name, reason: "it has more than 64 bits")
    }
  }
}
