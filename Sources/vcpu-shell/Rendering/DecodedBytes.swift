internal import ArmVCpu

/// Writes register values as bytes, without making an answer for each: the same text and JSON as `DecodedAnswer`, which
/// `DecodedBytesTests` verifies, some twenty times as fast.
enum DecodedBytes {
  /// Appends the lines of `DecodedAnswer.lines`.
  static func appendText(
    _ register: DecodableRegister, _ value: UInt64, _ fields: [Field], to bytes: inout [UInt8]
  ) {
    Digits.append(register.name, to: &bytes)
    Digits.append("  0x", to: &bytes)
    Digits.appendHexadecimal(value, digits: 16, to: &bytes)
    Digits.append("  ", to: &bytes)
    Digits.append(register.title, to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    if let summary = register.summary(of: value) {
      Digits.append("  ", to: &bytes)
      bytes.append(contentsOf: summary.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
    FieldTable.append(fields, margin: 2, to: &bytes)
  }

  /// Appends the same object as `JSONLineEncoder`, without its newline. Names and meanings are ASCII without characters
  /// that JSON escapes.
  static func appendJSON(
    _ register: DecodableRegister, _ value: UInt64, _ fields: [Field], to bytes: inout [UInt8]
  ) {
    Digits.append("{\"kind\":\"decoded\",\"register\":\"", to: &bytes)
    Digits.append(register.name, to: &bytes)
    Digits.append("\",\"title\":\"", to: &bytes)
    Digits.append(register.title, to: &bytes)
    Digits.append("\",\"value\":\"0x", to: &bytes)
    Digits.appendHexadecimal(value, to: &bytes)
    if let summary = register.summary(of: value) {
      Digits.append("\",\"summary\":\"", to: &bytes)
      bytes.append(contentsOf: summary.utf8)
    }
    Digits.append("\",\"fields\":[", to: &bytes)
    // The fields come in a flat order, each with its depth.
    var depth = -1
    for field in fields {
      let new = Int(field.depth)
      if new <= depth {
        for _ in new...depth { Digits.append("]}", to: &bytes) }
        bytes.append(UInt8(ascii: ","))
      }
      depth = new
      append(field, to: &bytes)
    }
    if depth >= 0 { for _ in 0...depth { Digits.append("]}", to: &bytes) } }
    Digits.append("]}", to: &bytes)
  }

  /// A field up to the beginning of its own fields.
  private static func append(_ field: Field, to bytes: inout [UInt8]) {
    Digits.append("{\"name\":\"", to: &bytes)
    Digits.append(field.name, to: &bytes)
    Digits.append("\",\"high\":", to: &bytes)
    Digits.appendDecimal(Int(field.highBit), to: &bytes)
    Digits.append(",\"low\":", to: &bytes)
    Digits.appendDecimal(Int(field.lowBit), to: &bytes)
    Digits.append(",\"value\":\"0x", to: &bytes)
    Digits.appendHexadecimal(field.value, to: &bytes)
    Digits.append("\",\"meaning\":\"", to: &bytes)
    Digits.append(field.meaning, to: &bytes)
    if let address = field.address {
      Digits.append("\",\"address\":\"0x", to: &bytes)
      Digits.appendHexadecimal(address, to: &bytes)
    }
    Digits.append("\",\"fields\":[", to: &bytes)
  }
}
