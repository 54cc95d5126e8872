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
    let (world, rest) = Self.world(of: path)
    let typed = path.joined(separator: ".")
    try require(world, for: typed)
    guard let name = rest.first, let register = wideRegister(named: name) else { return nil }
    let elements = try Self.elements(rest.dropFirst(), of: typedValue(of: register), named: name)
    guard index < UInt64(elements.count) else {
      throw DebugError.notReadable(
        "\(typed)[\(index)]", reason: "its elements are 0 to \(elements.count - 1)")
    }
    return try elements[Int(index)].number(named: "\(typed)[\(index)]")
  }

  /// Throws what `element` throws, whatever the register's value: nothing is read.
  ///
  /// - Returns: false where the register has no elements.
  func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool {
    let rest = Self.world(of: path).rest
    guard let name = rest.first, let register = wideRegister(named: name) else { return false }
    let zeros = [UInt8](repeating: 0, count: register.byteCount)
    let elements = try Self.elements(
      rest.dropFirst(), of: typedValue(of: register, zeros), named: name)
    guard let index else { return true }
    let typed = "\(path.joined(separator: "."))[\(index)]"
    guard index < UInt64(elements.count) else {
      throw DebugError.notReadable(typed, reason: "its elements are 0 to \(elements.count - 1)")
    }
    _ = try elements[Int(index)].number(named: typed)
    return true
  }

  /// Throws where a register has more than 64 bits.
  func checkNumber(_ path: [String]) throws {
    let rest = Self.world(of: path).rest
    guard let name = rest.first, let register = wideRegister(named: name) else { return }
    throw tooWide(rest.dropFirst(), of: register, typed: path.joined(separator: "."))
  }

  /// The elements of a part. Of several views of the same bits the one without a sign is taken.
  private static func elements(
    _ parts: ArraySlice<String>, of whole: TypedValue, named name: String
  ) throws -> [TypedValue] {
    var value = whole
    for part in parts {
      guard let next = value[part] else {
        throw NoSuchField(register: name, field: part, fields: value.partNames)
      }
      value = next
    }
    if !parts.isEmpty, case .union(let views) = value.content,
      let view = views.first(where: { $0.name == "u" }) ?? views.first
    {
      value = view.value
    }
    guard case .vector(let elements) = value.content else {
      throw NoSuchField(register: name, field: "[…]", fields: value.partNames)
    }
    return elements
  }

  /// Whether a register with more than 64 bits has a part of a name, by its types alone.
  func hasPart(_ path: ArraySlice<String>, of register: RegisterDescription) -> Bool {
    let zeros = [UInt8](repeating: 0, count: register.byteCount)
    return path.reduce(typedValue(of: register, zeros)) { $0?[$1] } != nil
  }

  private func typedValue(of register: RegisterDescription) throws -> TypedValue {
    typedValue(of: register, try bytes(of: register))
  }

  private func typedValue(of register: RegisterDescription, _ bytes: [UInt8]) -> TypedValue {
    TypedValue(
      of: register, bytes, types: access.target.typeDescriptions,
      byteOrder: access.byteOrders.registers)
  }

  /// The error of a register, or a part of one, that has too many bits for a number.
  func tooWide(_ path: ArraySlice<String>, of register: RegisterDescription, typed: String)
    -> any Error
  {
    let zeros = [UInt8](repeating: 0, count: register.byteCount)
    var value = typedValue(of: register, zeros)
    for part in path {
      guard let next = value[part] else {
        return NoSuchField(register: register.name, field: part, fields: value.partNames)
      }
      value = next
    }
    let example =
      hasPart(["d"], of: register) ? "; $\(register.name).d[0] is a part of it" : ""
    return DebugError.notReadable(typed, reason: "it has \(register.bitWidth) bits" + example)
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
  /// - Throws: `DebugError.notReadable` for anything but a whole number of up to 64 bits.
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
