internal import CElfutils
internal import GDBRemote

/// The value that a function returns.
extension SessionValues {
  /// How to read the value of a function, found while it runs.
  public struct Returned {
    let type: DebugType
    let module: Module
    let space: AddressSpace

    /// The type's name, as in its language.
    public var typeName: String { type.name }
    /// Whether the type has a size above 0: a value of it is somewhere.
    public var hasContents: Bool { (type.stripped.byteCount ?? 0) > 0 }
  }

  /// How the function of a frame returns its value; nil for one without a value, or if that isn't known.
  public func returned(by frame: StackFrame) -> Returned? {
    guard let place = place(of: frame), let function = frame.function,
      let entry = place.program.information.debugEntry(at: function.offset),
      entry.has(DW_AT_type)
    else { return nil }
    return Returned(type: place.program.typeOf(entry), module: place.module, space: frame.space)
  }

  /// The value, where a function has just returned. Nil where that isn't in registers, or isn't known: C's structures of
  /// more than 16 bytes that aren't up to four floating-point numbers, and other languages' of several members.
  ///
  /// Procedure Call Standard for the Arm 64-bit Architecture, 6.9 "Result return".
  public func value(_ returned: Returned) throws -> Value? {
    guard access.architecture == .aarch64,
      let bytes = try resultBytes(of: returned.type.stripped, returned)
    else { return nil }
    let scope = ValueScope(
      context: StaticContext(memory: memory, space: returned.space, slide: returned.module.slide))
    let value = ProgramValue(type: returned.type, location: .value(bytes), scope: scope)
    return try Value(ProgramObject(value, in: returned.space), at: 0)
  }

  /// The bytes of a result in registers, in the program's order.
  private func resultBytes(of type: DebugType, _ returned: Returned) throws -> [UInt8]? {
    guard let count = type.byteCount, count > 0 else { return nil }
    if let size = floatSize(type, depth: 0), (1...4).contains(count / size) {
      return try (0..<count / size).reduce(into: [UInt8]?([])) { bytes, index in
        guard let register = try vectorBytes(64 + Int(index)) else { return bytes = nil }
        let part = register.prefix(Int(size))
        bytes?.append(contentsOf: type.layout.byteOrder == .little ? Array(part) : part.reversed())
      }
    }
    guard count <= 16, isInGeneralRegisters(type) else { return nil }
    // A structure is in registers as it would be loaded from memory, a number in the low bits.
    let values = try (count > 8 ? ["x0", "x1"] : ["x0"]).map { try access.readRegister($0) }
    if type.isScalar, count <= 8 {
      return type.layout.bytes(of: values[0], byteCount: Int(count))
    }
    let words = type.isScalar && type.layout.byteOrder == .big ? values.reversed() : values
    return Array(
      words.flatMap { type.layout.bytes(of: $0, byteCount: 8) }.prefix(Int(count)))
  }

  /// The size of the floating-point numbers that a type consists of; nil for one with other members, or numbers of
  /// several sizes. (AAPCS64, 5.9.5 "Homogeneous Aggregates".)
  private func floatSize(_ type: DebugType, depth: Int) -> UInt64? {
    let type = type.stripped
    guard depth < 8 else { return nil }
    switch type.kind {
    case .base where type.isFloat: return type.byteCount
    case .array(let array): return floatSize(array.element, depth: depth + 1)
    case .aggregate(let aggregate):
      guard aggregate.variants == nil, let first = aggregate.members.first,
        let size = floatSize(first.type, depth: depth + 1),
        aggregate.members.allSatisfy({ floatSize($0.type, depth: depth + 1) == size })
      else { return nil }
      return size
    default: return nil
    }
  }

  /// Whether a type of at most 16 bytes is in x0, or x0 and x1.
  private func isInGeneralRegisters(_ type: DebugType) -> Bool {
    guard case .aggregate = type.kind else { return type.isScalar }
    // `DW_CC_pass_by_reference` (DWARF 5, 5.7.1.1): a class of C++ that has to have an address.
    guard type.entry?.unsigned(DW_AT_calling_convention) != 4 else { return false }
    return type.entry?.isC == true || type.entry?.isCPlusPlus == true
      || isWrapper(type, depth: 0)
  }

  /// Whether a structure has one member, as Swift's numbers have; others of Swift have a register for each member.
  private func isWrapper(_ type: DebugType, depth: Int) -> Bool {
    guard depth < 8, let count = type.byteCount, count <= 8 else { return false }
    let type = type.stripped
    guard case .aggregate(let aggregate) = type.kind else { return type.isScalar && !type.isFloat }
    return aggregate.variants == nil && aggregate.members.count == 1
      && isWrapper(aggregate.members[0].type, depth: depth + 1)
  }
}
