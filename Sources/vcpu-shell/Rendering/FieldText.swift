internal import ArmVCpu
internal import VCpuDebug

/// The fields of a decoded register, a line each: bits, name, value, meaning. Subfields are indented.
enum FieldText {
  static func lines(_ fields: [Field]) -> [String] {
    fields.map { field in
      let head = bits(field).padded(to: 9) + name(field).padded(to: 14)
      return withoutTrailingBlanks(
        head + hexadecimal(field.value).padded(to: 10) + meaning(field))
    }
  }

  /// ESR_EL2, field by field.
  static func lines(_ esr: ESR_EL2) -> [String] {
    var list = FieldList()
    esr.describe(into: &list)
    return lines(list.fields)
  }

  /// The same in columns as wide as they need to be, with values in binary too where they have 16 bits at
  /// most.
  static func table(_ fields: [Field]) -> [String] {
    let rows = fields.map { field in
      [bits(field), name(field), hexadecimal(field.value), binary(field), meaning(field)]
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      withoutTrailingBlanks(zip(row, widths).map { $0.padded(to: $1 + 2) }.joined())
    }
  }

  private static func bits(_ field: Field) -> String {
    let isOne = field.highBit == field.lowBit
    return indent(field) + (isOne ? "\(field.highBit)" : "\(field.highBit):\(field.lowBit)")
  }

  private static func name(_ field: Field) -> String { indent(field) + field.name.description }

  private static func binary(_ field: Field) -> String {
    guard field.bitWidth <= 16 else { return "" }
    let digits = IntegerFormatter.text(
      field.value, as: .binary, bitWidth: Int(field.bitWidth), isPadded: true)
    return "0b" + (digits ?? "")
  }

  private static func meaning(_ field: Field) -> String {
    guard let address = field.address else { return field.meaning.description }
    return "address " + hexadecimal(address)
  }

  private static func indent(_ field: Field) -> String {
    String(repeating: "  ", count: Int(field.depth))
  }

  private static func withoutTrailingBlanks(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
