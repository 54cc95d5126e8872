extension DebugType {
  // Each is about a type without typedefs and qualifiers.

  /// Whether a value of it is one number.
  var isScalar: Bool {
    switch kind {
    case .base(let base): base.encoding != .complex
    case .pointer, .reference, .enumeration, .memberPointer: true
    case .unspecified: byteCount.map { $0 > 0 && $0 <= 8 } ?? false
    default: false
    }
  }

  /// Whether it is a floating-point type.
  var isFloat: Bool {
    if case .base(let base) = kind { base.encoding == .float } else { false }
  }

  /// Whether its values have a sign.
  var isSigned: Bool {
    switch kind {
    case .base(let base): return base.encoding == .signed || base.encoding == .signedCharacter
    case .enumeration(let enumeration):
      if let underlying = enumeration.underlying?.stripped, case .base = underlying.kind {
        return underlying.isSigned
      }
      return enumeration.enumerators.contains { Int64(bitPattern: $0.value) < 0 }
    default: return false
    }
  }

  /// Whether it is a structure, a class or a union.
  var isAggregate: Bool { if case .aggregate = kind { true } else { false } }

  /// Whether it is an array.
  var isArray: Bool { if case .array = kind { true } else { false } }

  /// What a pointer or a reference points at; nil for another type.
  var target: DebugType? {
    switch kind {
    case .pointer(let target), .reference(let target, _): target
    default: nil
    }
  }

  /// An entry that says of which language an array is: its own, or that of its elements.
  var arrayEntry: DebugEntry? {
    var type = self
    for _ in 0..<Self.chainLimit {
      if let entry = type.entry { return entry }
      guard case .array(let array) = type.kind else { return nil }
      type = array.element
    }
    return nil
  }

  /// Whether text is made of it: `char` and its like, of one byte.
  var isCharacter: Bool {
    guard case .base(let base) = kind, base.byteCount == 1 else { return false }
    return [.signedCharacter, .unsignedCharacter, .unicode].contains(base.encoding)
  }
}
