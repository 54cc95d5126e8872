internal import VCpuDebug

/// The fields of a decoded register, one line each: bits, name, value, meaning. A field's own fields are indented.
enum FieldText {
  static func lines(_ fields: [FieldAnswer]) -> [String] {
    flattened(fields).map { field, depth in
      let indent = String(repeating: "  ", count: depth)
      return row(
        [indent + bits(field), indent + field.name, "\(field.value)", meaning(field)],
        [7, 12, 8, 0])
    }
  }

  /// The same in columns as wide as needed, with values of at most 16 bits in binary too.
  static func table(_ fields: [FieldAnswer]) -> [String] {
    var bytes: [UInt8] = []
    FieldTable.append(
      flattened(fields).map { FlatField(field: $0.field, indent: $0.depth) }, margin: 0, to: &bytes)
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func flattened(
    _ fields: [FieldAnswer], depth: Int = 0
  ) -> [(field: FieldAnswer, depth: Int)] {
    fields.flatMap { [($0, depth)] + flattened($0.fields, depth: depth + 1) }
  }

  /// Columns of these widths, with two blanks between them, one after a wider cell, and none at the end.
  private static func row(_ cells: [String], _ widths: [Int]) -> String {
    var line = ""
    var blanks = 0
    for (cell, width) in zip(cells, widths) {
      if !cell.isEmpty {
        line += String(repeating: " ", count: blanks) + cell
        blanks = 0
      }
      blanks += max(width + 2 - cell.utf8.count, 1)
    }
    return line
  }

  private static func bits(_ field: FieldAnswer) -> String {
    field.high == field.low ? "\(field.high)" : "\(field.high):\(field.low)"
  }

  private static func meaning(_ field: FieldAnswer) -> String {
    field.address.map { "address \($0)" } ?? field.meaning
  }
}
