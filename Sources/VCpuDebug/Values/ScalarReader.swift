internal import GDBRemote

/// Numbers, characters, booleans and enumerations.
struct ScalarReader {
  let reader: ValueReader

  func node(_ value: ProgramValue, _ type: DebugType) throws -> ValueNode {
    if let letter = reader.letter, letter != .string, letter != .instruction {
      return try formatted(value, type, letter)
    }
    switch type.kind {
    case .base(let base): return try self.base(value, type, base)
    case .enumeration(let enumeration):
      let number = try value.integer()
      return .scalar(EnumerationText.text(number, enumeration, of: type), integer: number)
    case .memberPointer, .unspecified:
      let bytes = try value.bytes()
      guard !bytes.isEmpty, bytes.count <= 8 else {
        return .opaque(type: value.type.name, bytes: bytes)
      }
      let number = value.layout.integer(bytes)
      return .scalar("0x" + String(number, radix: 16), integer: number)
    default: throw ValueError.notScalar(type: type.name)
    }
  }

  private func base(
    _ value: ProgramValue, _ type: DebugType, _ base: BaseType
  ) throws -> ValueNode {
    switch base.encoding {
    case .float:
      let bytes = try value.bytes()
      guard let number = FloatText.number(bytes, value.layout) else {
        return .opaque(type: value.type.name, bytes: bytes)
      }
      return .scalar(FloatText.text(number, byteCount: base.byteCount), integer: nil)
    case .complex:
      let bytes = try value.bytes()
      let half = bytes.count / 2
      guard let real = FloatText.number(Array(bytes.prefix(half)), value.layout),
        let imaginary = FloatText.number(Array(bytes.suffix(half)), value.layout)
      else { return .opaque(type: value.type.name, bytes: bytes) }
      let texts = [real, imaginary].map { FloatText.text($0, byteCount: half) }
      return .scalar("\(texts[0]) + \(texts[1])i", integer: nil)
    default: break
    }
    guard base.byteCount <= 8 else { return try wide(value, base) }
    let number = try value.integer()
    switch base.encoding {
    case .boolean where number <= 1: return .scalar(number == 1 ? "true" : "false", integer: number)
    case .signedCharacter, .unsignedCharacter, .unicode:
      return .scalar(Self.character(number, base), integer: number)
    case .signed: return .scalar("\(Int64(bitPattern: number))", integer: number)
    default: return .scalar("\(number)", integer: number)
    }
  }

  private static func character(_ number: UInt64, _ base: BaseType) -> String {
    let isSigned = base.encoding == .signedCharacter
    let text = isSigned ? "\(Int64(bitPattern: number))" : "\(number)"
    if base.byteCount == 1 || number < 0x80 {
      return "\(text) '\(StringText.escaped(UInt8(truncatingIfNeeded: number), quote: "'"))'"
    }
    guard let scalar = UInt32(exactly: number).flatMap(UnicodeScalar.init),
      scalar.properties.generalCategory != .control
    else { return text }
    return "\(text) '\(scalar)'"
  }

  /// More than 64 bits.
  private func wide(_ value: ProgramValue, _ base: BaseType) throws -> ValueNode {
    let bytes = try value.bytes()
    guard bytes.count == 16 else { return .opaque(type: value.type.name, bytes: bytes) }
    let ordered = value.layout.byteOrder == .little ? bytes.reversed() : bytes
    let number = ordered.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let text = base.encoding == .signed ? "\(Int128(bitPattern: number))" : "\(number)"
    return .scalar(text, integer: nil)
  }

  /// With a format letter.
  private func formatted(
    _ value: ProgramValue, _ type: DebugType, _ letter: FormatLetter
  ) throws -> ValueNode {
    let size = Int(clamping: try type.byteCount ?? value.byteCount())
    let bytes = try value.bytes()
    // A bit field has the width of its type.
    let bits = try value.bits == nil ? value.layout.integer(bytes) : value.integer()
    if letter == .floatingPoint {
      if value.bits == nil, [2, 4, 8, 16].contains(size),
        let number = FloatText.number(bytes, value.layout), type.isFloat || size > 2
      {
        return .scalar(FloatText.text(number, byteCount: size), integer: nil)
      }
      return try ScalarReader(reader: ValueReader()).node(value, type)
    }
    guard size <= 8 else {
      let ordered = value.layout.byteOrder == .little ? bytes.reversed() : bytes
      let number = ordered.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
      return .scalar("0x" + String(number, radix: 16), integer: nil)
    }
    let number = type.isFloat || !type.isScalar ? bits : try value.integer()
    var text = IntegerFormatter.text(bits, as: letter, bitWidth: max(8, size * 8)) ?? "\(bits)"
    if letter == .address, let symbol = reader.symbol(bits) { text += " <\(symbol)>" }
    return .scalar(text, integer: number)
  }
}

/// Enumerations by name.
enum EnumerationText {
  static func text(_ value: UInt64, _ enumeration: EnumerationType, of type: DebugType) -> String {
    func name(_ enumerator: EnumerationType.Enumerator) -> String {
      guard let entry = type.entry else { return enumerator.name }
      if entry.isSwift { return "." + enumerator.name }
      let isScoped = enumeration.isClass || !entry.isC && !entry.isCPlusPlus
      let scope = entry.isCPlusPlus ? entry.qualifiedName : entry.name
      return isScoped
        ? scope.map { $0 + "::" + enumerator.name } ?? enumerator.name : enumerator.name
    }
    let width = UInt64(enumeration.byteCount ?? 8) * 8
    func low(_ value: UInt64) -> UInt64 { width >= 64 ? value : value & (1 << width - 1) }
    let wanted = low(value)
    if let found = enumeration.enumerators.first(where: { low($0.value) == wanted }) {
      return name(found)
    }
    guard enumeration.areFlags else {
      return type.isSigned ? "\(Int64(bitPattern: value))" : "\(value)"
    }
    var rest = wanted
    var names: [String] = []
    for enumerator in enumeration.enumerators where low(enumerator.value) & rest != 0 {
      names.append(name(enumerator))
      rest &= ~low(enumerator.value)
    }
    if rest != 0 { names.append("unknown: 0x" + String(rest, radix: 16)) }
    return names.isEmpty ? "0" : "(" + names.joined(separator: " | ") + ")"
  }
}

extension EnumerationType {
  /// Whether its values are single bits, so that others are combinations.
  var areFlags: Bool {
    !enumerators.isEmpty && enumerators.allSatisfy { $0.value.nonzeroBitCount <= 1 }
      && enumerators.contains { $0.value != 0 }
  }
}
