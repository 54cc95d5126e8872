internal import ArmVCpu

/// The fields of a decoded register, a line each: bits, name, value, meaning. Subfields are indented.
enum FieldText {
  static func lines(_ fields: [Field]) -> [String] {
    fields.map { field in
      let bits =
        field.highBit == field.lowBit ? "\(field.highBit)" : "\(field.highBit):\(field.lowBit)"
      let indent = String(repeating: "  ", count: Int(field.depth))
      let head = (indent + bits).padded(to: 9) + (indent + field.name.description).padded(to: 14)
      let line = head + hexadecimal(field.value).padded(to: 10) + field.meaning.description
      return line.trimmed.isEmpty ? line : String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// ESR_EL2, field by field.
  static func lines(_ esr: ESR_EL2) -> [String] {
    var list = FieldList()
    esr.describe(into: &list)
    return lines(list.fields)
  }
}
