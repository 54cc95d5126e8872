internal import GDBRemote

/// A value of a program: a type, where it is, and its bytes once they are asked for.
final class ProgramValue {
  let type: DebugType
  let scope: ValueScope
  let storage: ValueStorage
  /// Set for a bit field; `storage` is at the first byte that has one of its bits.
  let bits: BitRange?
  private var loaded: [UInt8]?

  var layout: DataLayout { type.layout }

  /// A value at a place.
  init(
    type: DebugType, storage: ValueStorage, scope: ValueScope, bits: BitRange? = nil,
    loaded: [UInt8]? = nil
  ) {
    self.type = type
    self.storage = storage
    self.scope = scope
    self.bits = bits
    self.loaded = loaded
  }

  /// A value at a location.
  convenience init(type: DebugType, location: Location, scope: ValueScope) {
    let count = type.byteCount ?? 0
    self.init(
      type: type,
      storage: ValueStorage(location: location, byteOffset: 0, wholeByteCount: count),
      scope: scope)
  }

  /// What a type is at a run-time address: `*(T *)address`.
  convenience init(type: DebugType, address: UInt64, scope: ValueScope) {
    self.init(type: type, location: .memory(type.layout.address(address)), scope: scope)
  }

  /// A number of a type that is in no place, such as the result of an operation.
  convenience init(type: DebugType, integer: UInt64, scope: ValueScope) {
    let bytes = type.layout.bytes(
      of: integer, byteCount: Int(clamping: min(type.byteCount ?? 8, 64)))
    self.init(type: type, location: .value(bytes), scope: scope)
  }

  /// The run-time address; nil if it isn't in memory, or is a bit field.
  var address: UInt64? { bits == nil ? storage.address : nil }

  /// The size of the value in bytes, computed from the frame for an array whose size isn't in the type.
  func byteCount() throws -> UInt64 {
    if let bits { return bits.byteCount }
    if let size = type.byteCount { return size }
    if case .array(let array) = type.stripped.kind {
      let (size, overflow) = try elementCount().multipliedReportingOverflow(
        by: array.element.byteCount ?? 0)
      if !overflow { return size }
    }
    throw ValueError.incomplete(type: type.name)
  }

  /// All bytes, in the target's order, read at once. For a bit field, the bytes that have its bits.
  func bytes() throws -> [UInt8] {
    if let loaded { return loaded }
    let bytes = try storage.bytes(try byteCount(), in: scope.context, layout: layout)
    loaded = bytes
    return bytes
  }

  /// The bytes, if they have been read.
  var loadedBytes: [UInt8]? { loaded }

  /// Forgets the bytes, for after a write.
  func invalidate() { loaded = nil }

  // MARK: Numbers

  /// The integer of a number, a pointer, an enumeration, a boolean or a character, extended to 64 bits by its sign.
  func integer() throws -> UInt64 {
    let stripped = type.stripped
    guard stripped.isScalar, !stripped.isFloat else { throw ValueError.notScalar(type: type.name) }
    let bytes = try bytes()
    if let bits {
      let raw = bits.value(in: bytes, layout.byteOrder)
      return stripped.isSigned ? Self.extended(raw, bitCount: bits.count) : raw
    }
    guard bytes.count <= 8 else { throw ValueError.tooLarge(byteCount: UInt64(bytes.count)) }
    let raw = layout.integer(bytes)
    return stripped.isSigned ? Self.extended(raw, bitCount: UInt64(bytes.count) * 8) : raw
  }

  /// The number of a floating-point type.
  func float() throws -> Double {
    guard type.stripped.isFloat, let number = FloatText.number(try bytes(), layout) else {
      throw ValueError.notScalar(type: type.name)
    }
    return number
  }

  static func extended(_ value: UInt64, bitCount: UInt64) -> UInt64 {
    guard bitCount > 0, bitCount < 64 else { return value }
    let unused = 64 - bitCount
    return UInt64(bitPattern: Int64(bitPattern: value << unused) >> Int64(unused))
  }

  // MARK: Parts

  /// A part of it at a distance in bytes, with its bytes if this has them.
  func part(_ type: DebugType, at offset: UInt64, bits: BitRange? = nil) -> ProgramValue {
    var storage = storage
    storage.byteOffset &+= offset
    var part: [UInt8]?
    if let loaded, let size = bits?.byteCount ?? type.byteCount, offset <= UInt64(loaded.count),
      size <= UInt64(loaded.count) - offset
    {
      part = Array(loaded[Int(offset)..<Int(offset + size)])
    }
    return ProgramValue(type: type, storage: storage, scope: scope, bits: bits, loaded: part)
  }

  /// The member of a structure, also through members without a name and base classes.
  func member(named name: String) throws -> ProgramValue {
    guard case .aggregate(let aggregate) = type.stripped.kind else {
      throw ValueError.notStructure(type: type.name)
    }
    if aggregate.isDeclaration { throw ValueError.incomplete(type: type.name) }
    guard let found = try find(name, in: aggregate, depth: 0) else {
      throw ValueError.noMember(name, type: type.name)
    }
    return found
  }

  private func find(_ name: String, in aggregate: AggregateType, depth: Int) throws -> ProgramValue?
  {
    guard depth < 16 else { return nil }
    let members = try activeMembers(of: aggregate)
    // Rust's tuples have members `__0`, which are written `0`.
    if let member = members.first(where: { $0.name == name || $0.name == "__" + name }) {
      return try value(of: member)
    }
    for member in members where member.isBaseClass || member.name == nil {
      guard case .aggregate(let inner) = member.type.stripped.kind else { continue }
      let outer = try value(of: member)
      if let found = try outer.find(name, in: inner, depth: depth + 1) { return found }
    }
    return nil
  }

  /// The members, with those of the alternative that the value is of.
  func activeMembers(of aggregate: AggregateType) throws -> [AggregateType.Member] {
    guard let part = aggregate.variants else { return aggregate.members }
    return try aggregate.members + (activeVariant(of: part)?.members ?? [])
  }

  /// The alternative that the discriminant says; nil if it says none.
  func activeVariant(of part: AggregateType.VariantPart) throws -> AggregateType.Variant? {
    guard let discriminant = part.discriminant else {
      return part.variants.count == 1 ? part.variants[0] : nil
    }
    let number = try value(of: discriminant)
    let value = try number.integer()
    let width = try number.bits?.count ?? number.byteCount() * 8
    func low(_ value: UInt64) -> UInt64 { width >= 64 ? value : value & (1 << width - 1) }
    return part.variants.first { variant in
      variant.values.contains { range in
        // A value can be written with or without its sign.
        range.contains(value) || range.contains(low(value))
          || low(range.lowerBound) == low(value) && range.count == 1
      }
    } ?? part.variants.first { $0.values.isEmpty }
  }

  /// A member that the type of this value has.
  func value(of member: AggregateType.Member) throws -> ProgramValue {
    switch member.place {
    case .offset(let offset): return part(member.type, at: offset)
    case .bits(let offset, let count):
      guard count <= 64 else { throw ValueError.tooLarge(byteCount: count / 8) }
      return part(member.type, at: offset / 8, bits: BitRange(offset: offset % 8, count: count))
    case .computed(let expression):
      guard let address else { throw ValueError.noAddress }
      let place = try LocationEvaluator.location(
        expression, in: scope.context, frameBase: scope.frameBase, stack: [address],
        objectAddress: address)
      return ProgramValue(type: member.type, location: place, scope: scope)
    case .elsewhere:
      guard let name = member.name, let program = type.stripped.program,
        let variable = program.staticMember(named: name, of: type.stripped)
      else { throw ValueError.optimizedOut }
      return try variable.value(in: scope)
    }
  }

  // MARK: Arrays and pointers

  /// How many elements an array has. One without a size has none.
  func elementCount() throws -> UInt64 {
    guard case .array(let array) = type.stripped.kind else {
      throw ValueError.notArray(type: type.name)
    }
    func evaluated(_ expression: LocationExpression) throws -> UInt64 {
      try LocationEvaluator.number(
        expression, in: scope.context, frameBase: scope.frameBase, objectAddress: address)
    }
    func count(upperBound: UInt64) -> UInt64 {
      let difference = Int64(bitPattern: upperBound) &- array.lowerBound
      return difference < -1 ? 0 : UInt64(bitPattern: difference &+ 1)
    }
    switch array.count {
    case .known(let count): return count
    case .unknown: return 0
    case .computed(let expression): return try evaluated(expression)
    case .computedUpperBound(let expression): return count(upperBound: try evaluated(expression))
    case .variable(let entry, let isCount):
      guard let program = type.stripped.program ?? type.program else {
        throw ValueError.optimizedOut
      }
      let number = try Variable(entry, in: program).value(in: scope).integer()
      return isCount ? number : count(upperBound: number)
    }
  }

  /// An element of an array, or of what a pointer points at. The index isn't checked, as C doesn't.
  func element(_ index: Int64) throws -> ProgramValue {
    switch type.stripped.kind {
    case .array(let array):
      let size = try size(of: array.element)
      let distance = UInt64(bitPattern: index &- array.lowerBound) &* size
      if storage.address == nil {
        guard index >= array.lowerBound, distance < (try byteCount()) else {
          throw ValueError.partlyMissing
        }
      }
      return part(array.element, at: distance)
    case .pointer(let target):
      let start = try integer()
      let distance = UInt64(bitPattern: index) &* (try size(of: target))
      return ProgramValue(type: target, address: start &+ distance, scope: scope)
    default: throw ValueError.notArray(type: type.name)
    }
  }

  private func size(of type: DebugType) throws -> UInt64 {
    if let size = type.byteCount { return size }
    // Arithmetic on `void *` is in bytes.
    if case .void = type.stripped.kind { return 1 }
    throw ValueError.incomplete(type: type.name)
  }

  /// What a pointer or a reference points at; of an array, its first element.
  func dereferenced() throws -> ProgramValue {
    switch type.stripped.kind {
    case .pointer(let target), .reference(let target, _):
      if case .implicitPointer(let entry, let offset) = storage.location {
        return try pointedVariable(at: entry, offset, type: target)
      }
      return ProgramValue(type: target, address: try address(ofPointer: ()), scope: scope)
    case .array(let array): return part(array.element, at: 0)
    default: throw ValueError.notPointer(type: type.name)
    }
  }

  private func address(ofPointer: Void) throws -> UInt64 {
    let bytes = try bytes()
    guard bytes.count <= 8 else { throw ValueError.tooLarge(byteCount: UInt64(bytes.count)) }
    return layout.integer(bytes)
  }

  /// What a removed pointer pointed at: a variable that has a place or a value of its own.
  private func pointedVariable(
    at offset: UInt64, _ byteOffset: Int64, type target: DebugType
  ) throws -> ProgramValue {
    guard let program = type.program ?? type.stripped.program,
      let entry = program.information.debugEntry(at: offset)
    else { throw ValueError.optimizedOut }
    return try Variable(entry, in: program).value(in: scope)
      .part(target, at: UInt64(bitPattern: byteOffset))
  }

  /// Follows pointers and references to a structure, for `->` and `.`.
  func dereferencedToStructure() throws -> ProgramValue {
    var value = self
    for _ in 0..<4 {
      switch value.type.stripped.kind {
      case .pointer, .reference: value = try value.dereferenced()
      default: return value
      }
    }
    return value
  }

  /// A pointer to the value.
  func addressOf() throws -> ProgramValue {
    guard let address else { throw ValueError.noAddress }
    return ProgramValue(type: type.pointer, integer: layout.address(address), scope: scope)
  }
}
