internal import ArmVCpu

/// A row of a table of fields.
protocol FieldRow {
  var high: Int { get }
  var low: Int { get }
  /// 0 for a field of the register, 1 for a field of such a field.
  var indent: Int { get }
  var number: UInt64 { get }
  var location: UInt64? { get }
  var nameByteCount: Int { get }
  func appendName(to bytes: inout [UInt8])
  var hasMeaning: Bool { get }
  func appendMeaning(to bytes: inout [UInt8])
}

/// Fields in columns as wide as needed: bits, name, value in hexadecimal and, up to 16 bits, in binary, and meaning.
/// All of it is ASCII. There may be 100,000 values, each with a table, so this writes bytes.
enum FieldTable {
  /// Appends the rows, one line each, indented by `margin` blanks.
  static func append(_ rows: [some FieldRow], margin: Int, to bytes: inout [UInt8]) {
    var (bits, name, value, binary) = (0, 0, 0, 0)
    for row in rows {
      bits = max(bits, row.indent * 2 + bitsByteCount(row))
      name = max(name, row.indent * 2 + row.nameByteCount)
      value = max(value, 2 + Digits.hexadecimalCount(row.number))
      if row.high - row.low < 16 { binary = max(binary, 3 + row.high - row.low) }
    }
    for row in rows {
      let start = bytes.count
      Digits.appendBlanks(margin + row.indent * 2, to: &bytes)
      appendBits(row, to: &bytes)
      var column = margin + bits + 2
      Digits.appendBlanks(column - (bytes.count - start) + row.indent * 2, to: &bytes)
      row.appendName(to: &bytes)
      column += name + 2
      Digits.appendBlanks(column - (bytes.count - start), to: &bytes)
      Digits.append("0x", to: &bytes)
      Digits.appendHexadecimal(row.number, to: &bytes)
      column += value + 2
      if row.high - row.low < 16 {
        Digits.appendBlanks(column - (bytes.count - start), to: &bytes)
        Digits.append("0b", to: &bytes)
        Digits.appendBinary(row.number, bitWidth: row.high - row.low + 1, to: &bytes)
      }
      column += binary + 2
      if let address = row.location {
        Digits.appendBlanks(column - (bytes.count - start), to: &bytes)
        Digits.append("address 0x", to: &bytes)
        Digits.appendHexadecimal(address, to: &bytes)
      } else if row.hasMeaning {
        Digits.appendBlanks(column - (bytes.count - start), to: &bytes)
        row.appendMeaning(to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }

  private static func bitsByteCount(_ row: some FieldRow) -> Int {
    let high = row.high < 10 ? 1 : 2
    return row.high == row.low ? high : high + 1 + (row.low < 10 ? 1 : 2)
  }

  private static func appendBits(_ row: some FieldRow, to bytes: inout [UInt8]) {
    Digits.appendDecimal(row.high, to: &bytes)
    guard row.high != row.low else { return }
    bytes.append(UInt8(ascii: ":"))
    Digits.appendDecimal(row.low, to: &bytes)
  }
}

extension Field: FieldRow {
  var high: Int { Int(highBit) }
  var low: Int { Int(lowBit) }
  var indent: Int { Int(depth) }
  var number: UInt64 { value }
  var location: UInt64? { address }
  var nameByteCount: Int { name.utf8CodeUnitCount }
  func appendName(to bytes: inout [UInt8]) { Digits.append(name, to: &bytes) }
  var hasMeaning: Bool { meaning.utf8CodeUnitCount != 0 }
  func appendMeaning(to bytes: inout [UInt8]) { Digits.append(meaning, to: &bytes) }
}

/// A field of an answer and its depth.
struct FlatField: FieldRow {
  let field: FieldAnswer
  let indent: Int

  var high: Int { field.high }
  var low: Int { field.low }
  var number: UInt64 { field.value.value }
  var location: UInt64? { field.address?.value }
  var nameByteCount: Int { field.name.utf8.count }
  func appendName(to bytes: inout [UInt8]) { bytes.append(contentsOf: field.name.utf8) }
  var hasMeaning: Bool { !field.meaning.isEmpty }
  func appendMeaning(to bytes: inout [UInt8]) { bytes.append(contentsOf: field.meaning.utf8) }
}
