internal import GDBRemote

/// Registers with more than 64 bits, whose parts and elements have the names in the stub's description:
/// `$v0.d.u[1]`.
extension SessionRegisters {
  /// The CPU register that a name means, if it has more than 64 bits.
  public func wideRegister(named name: String) -> WideRegister? {
    let registers = access.target.registers
    if let register = architecture.register(name, in: registers) {
      guard register.bitWidth > 64 else { return nil }
      return WideRegister(name: register.name, bitWidth: register.bitWidth, source: register)
    }
    let name = name.lowercased()
    guard let part = architecture.wideParts[name],
      let source = architecture.register(part.register, in: registers),
      source.bitWidth >= part.bitWidth
    else { return nil }
    return WideRegister(name: name, bitWidth: part.bitWidth, source: source)
  }

  /// The bytes of a wide register, in the stub's order.
  public func bytes(of register: WideRegister) throws -> [UInt8] {
    lowBytes(register.byteCount, of: try allBytes(of: register))
  }

  /// The element of a register that an index means: `$v0.d[1]`, `$v0.d.u[1]`, `$xmm0.v4_int32[0]`. If there are several
  /// views of the same bits, the unsigned one is used.
  ///
  /// - Returns: nil if the register has no elements: then an index means a bit.
  /// - Throws: `NoSuchField` for a part that it doesn't have, `DebugError` for an element.
  func element(_ index: UInt64, of path: [String]) throws -> Value? {
    let (world, rest) = Self.world(of: path)
    let typed = path.joined(separator: ".")
    try require(world, for: typed)
    guard let name = rest.first, let register = wideRegister(named: name) else { return nil }
    let whole = typedValue(of: register, try allBytes(of: register))
    let element = "\(typed)[\(index)]"
    return try Self.elements(rest.dropFirst(), of: whole, named: name)
      .element(index, named: element).number(named: element)
  }

  /// Throws what `element` throws, whatever the register's value: nothing is read.
  ///
  /// - Returns: false if the register has no elements.
  func checkElement(_ index: UInt64?, of path: [String]) throws -> Bool {
    let rest = Self.world(of: path).rest
    guard let name = rest.first, let register = wideRegister(named: name) else { return false }
    let elements = try Self.elements(rest.dropFirst(), of: zero(register), named: name)
    guard let index else { return true }
    let typed = "\(path.joined(separator: "."))[\(index)]"
    _ = try elements.element(index, named: typed).number(named: typed)
    return true
  }

  /// Changes an element, and leaves the others unchanged.
  ///
  /// - Returns: false if the register has no elements: then an index means a bit.
  /// - Throws: as `element`, and `DebugError.readOnly` for a value that doesn't fit.
  func setElement(_ index: UInt64, of path: [String], to value: Value) throws -> Bool {
    try access.requireStopped()
    guard try checkElement(index, of: path) else { return false }
    let (world, rest) = Self.world(of: path)
    let typed = "\(path.joined(separator: "."))[\(index)]"
    try require(world, for: typed)
    guard let register = wideRegister(named: rest[0]) else { return false }
    var bytes = try allBytes(of: register)
    let element = try Self.elements(
      rest.dropFirst(), of: typedValue(of: register, bytes), named: rest[0]
    ).element(index, named: typed)
    let byteCount = element.bitWidth / 8
    guard value.fits(bitWidth: element.bitWidth) else {
      throw DebugError.readOnly(
        typed, reason: "\(value.decimal) does not fit its \(element.bitWidth) bits")
    }
    let start = Int(index) * byteCount
    bytes.replaceSubrange(
      start..<start + byteCount,
      with: access.byteOrders.registers.bytes(of: value.bits, byteCount: byteCount))
    try access.writeRegister(register.source, bytes, named: typed)
    return true
  }

  /// Changes a whole wide register. The rest of the target's register becomes 0, as an instruction that writes V0
  /// clears the rest of Z0.
  ///
  /// Source: Arm ARM DDI 0487, B1.2.2 "Registers in AArch64 state".
  func set(_ register: WideRegister, to value: Value, named typed: String) throws {
    let fill: UInt8 = value.isNegative ? 0xff : 0
    let low =
      RegisterDescription.ByteOrder.little.bytes(of: value.bits, byteCount: 8)
      + [UInt8](repeating: fill, count: register.byteCount - 8)
    let rest = [UInt8](repeating: 0, count: register.source.byteCount - register.byteCount)
    let isLittle = access.byteOrders.registers == .little
    try access.writeRegister(
      register.source, isLittle ? low + rest : (low + rest).reversed(), named: typed)
  }

  /// Throws if a register has more than 64 bits.
  func checkNumber(_ path: [String]) throws {
    let rest = Self.world(of: path).rest
    guard let name = rest.first, let register = wideRegister(named: name) else { return }
    throw tooWide(rest.dropFirst(), of: register, typed: path.joined(separator: "."))
  }

  /// The elements of a part. If there are several views of the same bits, the unsigned one is used.
  private static func elements(
    _ parts: ArraySlice<String>, of whole: TypedValue, named name: String
  ) throws -> RegisterElements {
    var value = whole
    for part in parts {
      guard case .union = value.content, let next = value[part] else {
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
    return RegisterElements(name: name, values: elements)
  }

  /// Whether a register with more than 64 bits has a part with a name, judging only by its types.
  func hasPart(_ path: ArraySlice<String>, of register: WideRegister) -> Bool {
    path.reduce(zero(register)) { $0?[$1] } != nil
  }

  /// The register's value, decoded by its type from all of the target's bytes.
  private func typedValue(of register: WideRegister, _ bytes: [UInt8]) -> TypedValue {
    TypedValue(
      of: register.source, bytes, types: access.target.typeDescriptions,
      byteOrder: access.byteOrders.registers
    ).lowBits(register.bitWidth)
  }

  /// The value of a register that is 0, which shows the parts of its type.
  private func zero(_ register: WideRegister) -> TypedValue {
    typedValue(of: register, [UInt8](repeating: 0, count: register.source.byteCount))
  }

  /// The error of a register, or a part of one, that has too many bits for a number.
  func tooWide(_ path: ArraySlice<String>, of register: WideRegister, typed: String)
    -> any Error
  {
    var value = zero(register)
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

  /// The low bits of a register of any width, for a part of it: `$d0`.
  func lowBits(of register: WideRegister) throws -> UInt64 {
    access.byteOrders.registers.integer(lowBytes(8, of: try allBytes(of: register))) ?? 0
  }

  private func lowBytes(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
    Array(access.byteOrders.registers == .little ? bytes.prefix(count) : bytes.suffix(count))
  }

  /// The bytes of the target's register.
  private func allBytes(of register: WideRegister) throws -> [UInt8] {
    _ = try access.requireState()
    return try access.target.batch([.register(register.source)])[0].bytes()
  }
}

extension TypedValue {
  fileprivate var partNames: [String] {
    switch content {
    case .flags(let parts, _), .structure(let parts), .union(let parts): parts.map(\.name)
    default: []
    }
  }

  /// The value as an expression's value.
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
        name,
        reason: "it is a floating-point number, but expressions need whole numbers, as in '.u'")
    default: throw DebugError.notReadable(name, reason: "it has more than 64 bits")
    }
  }
}
