/// Decodes raw bytes by the types that a stub described.
struct ValueDecoder {
  let types: TypeTable
  let byteOrder: RegisterDescription.ByteOrder

  /// How deep types may be nested. A stub may even nest a type in itself.
  static let depthLimit = 16
  /// How many values one register may contain. SME's tile has 65,536 bytes.
  static let valueLimit = 1 << 19

  private var valueCount = 0
  private var byteCounts: [TypeKey: Int] = [:]

  private struct TypeKey: Hashable {
    var feature: String
    var name: String
  }

  init(types: TypeTable, byteOrder: RegisterDescription.ByteOrder) {
    self.types = types
    self.byteOrder = byteOrder
  }

  /// The number in `bytes`, or nil if it has more than 128 bits.
  static func integer(
    _ bytes: ArraySlice<UInt8>, _ byteOrder: RegisterDescription.ByteOrder
  ) -> UInt128? {
    guard bytes.count <= 16 else { return nil }
    return switch byteOrder {
    case .little: bytes.reversed().reduce(0) { $0 << 8 | UInt128($1) }
    case .big: bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
  }

  mutating func value(of register: RegisterDescription, _ bytes: [UInt8]) -> TypedValue {
    let name = Self.lldbType(register) ?? register.typeName
    let slice = bytes[...]
    let isWhole = bytes.count == register.byteCount
    return value(
      name, register.feature, slice, bitWidth: isWhole ? register.bitWidth : 8 * bytes.count,
      depth: 0)
  }

  /// The type that LLDB's servers give with `encoding` and `format`, for a register without a type.
  private static func lldbType(_ register: RegisterDescription) -> String? {
    guard register.typeName == "int", let lldb = register.lldb else { return nil }
    switch lldb.encoding {
    case "uint": return "uint"
    case "sint": return "int"
    case "ieee754": return "float"
    case "vector": return lldb.format
    default: return nil
    }
  }

  /// LLDB's formats of vectors, as the elements that they have.
  private static func element(ofFormat name: String) -> String? {
    switch name {
    case "vector-uint8": "uint8"
    case "vector-sint8": "int8"
    case "vector-uint16": "uint16"
    case "vector-sint16": "int16"
    case "vector-uint32": "uint32"
    case "vector-sint32": "int32"
    case "vector-uint64": "uint64"
    case "vector-sint64": "int64"
    case "vector-uint128": "uint128"
    case "vector-float16": "ieee_half"
    case "vector-float32": "ieee_single"
    case "vector-float64": "ieee_double"
    default: nil
    }
  }

  private mutating func value(
    _ name: String, _ feature: String, _ bytes: ArraySlice<UInt8>, bitWidth: Int, depth: Int
  ) -> TypedValue {
    valueCount += 1
    var content: TypedValue.Content?
    if depth <= Self.depthLimit, valueCount <= Self.valueLimit {
      if let type = types.type(name, feature: feature) {
        content = defined(type, feature, bytes, depth)
      } else if let scalar = ScalarType(name, byteCount: bytes.count) {
        content = self.scalar(scalar, bytes, bitWidth)
      } else if let type = ScalarType.wellKnown(name) {
        content = defined(type, feature, bytes, depth)
      } else if let element = Self.element(ofFormat: name) {
        content = vector(element, count: bytes.count, feature, bytes, depth)
      }
    }
    return TypedValue(
      typeName: name, bitWidth: bitWidth, content: content ?? number(bytes))
  }

  /// The content of bytes whose type isn't known.
  private mutating func number(_ bytes: ArraySlice<UInt8>) -> TypedValue.Content {
    if let number = Self.integer(bytes, byteOrder) { return .unsigned(number) }
    // Many views of a whole wide register also take memory.
    valueCount += bytes.count / 16
    return .bytes(Array(bytes))
  }

  private func scalar(
    _ type: ScalarType, _ bytes: ArraySlice<UInt8>, _ bitWidth: Int
  ) -> TypedValue.Content? {
    if case .floatingPoint(let format) = type {
      let bits = format.bits(bytes, byteOrder)
      return .floatingPoint(format.double(bits), bits: bits)
    }
    guard let number = Self.integer(bytes, byteOrder) else { return nil }
    switch type {
    case .boolean: return .boolean(number != 0)
    case .unsigned: return .unsigned(number)
    case .signed:
      let shift = UInt128(128 - max(1, min(bitWidth, 128)))
      return .signed(Int128(truncatingIfNeeded: number << shift) >> Int128(shift))
    case .pointer(let isCode):
      return UInt64(exactly: number).map { .pointer($0, isCode: isCode) }
    case .floatingPoint: return nil
    }
  }

  private mutating func defined(
    _ type: TypeDescription, _ feature: String, _ bytes: ArraySlice<UInt8>, _ depth: Int
  ) -> TypedValue.Content? {
    switch type {
    case .vector(let element, let count):
      return vector(element, count: count, feature, bytes, depth)
    case .union(let fields):
      var parts: [TypedValue.Part] = []
      for field in fields {
        guard valueCount <= Self.valueLimit else { return nil }
        let size = byteCount(field.typeName ?? "", feature, depth: 0) ?? bytes.count
        guard let slice = head(bytes, size) else { continue }
        let value = value(
          field.typeName ?? "", feature, slice, bitWidth: 8 * slice.count, depth: depth + 1)
        parts.append(.init(name: field.name, value: value))
      }
      return .union(parts)
    case .structure(let fields, _): return structure(fields, feature, bytes, depth)
    case .flags(let fields, _):
      guard let number = Self.integer(bytes, byteOrder) else { return nil }
      let parts = fields.compactMap { bitField($0, number, feature, bytes.count, depth) }
      return .flags(parts, bits: number)
    case .enumeration(let values, _):
      guard let number = Self.integer(bytes, byteOrder).flatMap({ UInt64(exactly: $0) }) else {
        return nil
      }
      return .enumeration(name: values.first { $0.value == number }?.name, number)
    }
  }

  private mutating func vector(
    _ element: String, count: Int, _ feature: String, _ bytes: ArraySlice<UInt8>, _ depth: Int
  ) -> TypedValue.Content? {
    guard let size = byteCount(element, feature, depth: 0), size > 0 else { return nil }
    var elements: [TypedValue] = []
    var start = bytes.startIndex
    while elements.count < count, bytes.endIndex - start >= size {
      guard valueCount <= Self.valueLimit else { return nil }
      elements.append(
        value(
          element, feature, bytes[start..<start + size], bitWidth: 8 * size, depth: depth + 1))
      start += size
    }
    return .vector(elements)
  }

  private mutating func structure(
    _ fields: [TypeDescription.Field], _ feature: String, _ bytes: ArraySlice<UInt8>, _ depth: Int
  ) -> TypedValue.Content? {
    let number = Self.integer(bytes, byteOrder)
    var parts: [TypedValue.Part] = []
    var start = bytes.startIndex
    for field in fields {
      guard valueCount <= Self.valueLimit else { return nil }
      if field.bits != nil {
        guard let number else { return nil }
        if let part = bitField(field, number, feature, bytes.count, depth) { parts.append(part) }
        continue
      }
      // After a field of unknown size, the position of the next one isn't known.
      guard let size = byteCount(field.typeName ?? "", feature, depth: 0),
        bytes.endIndex - start >= size
      else { return nil }
      let value = value(
        field.typeName ?? "", feature, bytes[start..<start + size], bitWidth: 8 * size,
        depth: depth + 1)
      parts.append(.init(name: field.name, value: value))
      start += size
    }
    return .structure(parts)
  }

  private mutating func bitField(
    _ field: TypeDescription.Field, _ number: UInt128, _ feature: String, _ byteCount: Int,
    _ depth: Int
  ) -> TypedValue.Part? {
    guard let bits = field.bits, bits.upperBound < 8 * byteCount else { return nil }
    let width = bits.count
    let mask = width == 128 ? UInt128.max : 1 << UInt128(width) - 1
    let part = number >> UInt128(bits.lowerBound) & mask
    // Bits without a type, or whose type is wider than they are, are an unsigned number.
    let typeName = field.typeName ?? (width == 1 ? "bool" : "uint")
    let bytes = (0..<(width + 7) / 8).map { UInt8(truncatingIfNeeded: part >> UInt128(8 * $0)) }
    var decoder = self
    if byteOrder == .big { decoder = ValueDecoder(types: types, byteOrder: .little) }
    decoder.valueCount = valueCount
    let value = decoder.value(typeName, feature, bytes[...], bitWidth: width, depth: depth + 1)
    valueCount = decoder.valueCount
    return .init(name: field.name, bits: bits, value: value)
  }

  /// The bytes of a member of a union, which begins where the union does.
  private func head(_ bytes: ArraySlice<UInt8>, _ count: Int) -> ArraySlice<UInt8>? {
    count > 0 && count <= bytes.count ? bytes.prefix(count) : nil
  }

  /// How many bytes a type has, or nil if it isn't known, or contains itself.
  private mutating func byteCount(_ name: String, _ feature: String, depth: Int) -> Int? {
    guard depth <= Self.depthLimit else { return nil }
    let key = TypeKey(feature: feature, name: name)
    if let count = byteCounts[key] { return count < 0 ? nil : count }
    // A type that contains itself has no size.
    byteCounts[key] = -1
    var count: Int?
    switch types.type(name, feature: feature) ?? ScalarType.wellKnown(name) {
    case .vector(let element, let elementCount)?:
      count = byteCount(element, feature, depth: depth + 1).flatMap {
        limited($0.multipliedReportingOverflow(by: elementCount))
      }
    case .union(let fields)?:
      count = fields.compactMap { field -> Int? in
        byteCount(field.typeName ?? "", feature, depth: depth + 1)
      }.max()
    case .structure(let fields, let size)?:
      count = size ?? structureByteCount(fields, feature, depth: depth)
    case .flags(let fields, let size)?:
      count = size ?? ((fields.compactMap { $0.bits?.upperBound }.max() ?? 0) / 8 + 1)
    case .enumeration(_, let size)?: count = size ?? 4
    case nil: count = ScalarType.byteCount(of: name, pointerByteCount: types.pointerByteCount)
    }
    byteCounts[key] = count ?? -1
    return count
  }

  private mutating func structureByteCount(
    _ fields: [TypeDescription.Field], _ feature: String, depth: Int
  ) -> Int? {
    var sum = 0
    for field in fields {
      if let bits = field.bits {
        sum = max(sum, bits.upperBound / 8 + 1)
      } else {
        guard let size = byteCount(field.typeName ?? "", feature, depth: depth + 1),
          let next = limited(sum.addingReportingOverflow(size))
        else { return nil }
        sum = next
      }
    }
    return sum
  }

  private func limited(_ result: (partialValue: Int, overflow: Bool)) -> Int? {
    result.overflow || result.partialValue > RegisterElement.bitWidthLimit / 8
      ? nil : result.partialValue
  }
}
