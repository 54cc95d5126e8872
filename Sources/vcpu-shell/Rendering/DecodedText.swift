extension DecodedAnswer: TextRendered {
  /// A line with the name and the value, for a syndrome one with its meaning, and a line for each field: bits, name,
  /// value in hexadecimal and, up to 16 bits, in binary, and meaning.
  func lines(_ detail: Detail) -> [Line] {
    [head] + (summary.map { [Line("  " + $0)] } ?? [])
      + FieldText.table(fields).map { Line("  " + $0) }
  }

  var head: Line { "\(register)  \(hexadecimal(value.value, digits: 16))  \(title)" }
}

extension EncodingAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [
      instruction.map { "\($0)  MSR (immediate)" } ?? "\(name)  \(encoding)",
      "  op0 \(op0), op1 \(op1), CRn \(crn), CRm \(crm), op2 \(op2); in an ISS \(iss)",
    ]
  }

  private var name: String {
    guard let register else {
      return isImplementationDefined ? "IMPLEMENTATION DEFINED" : "no architected register"
    }
    return writeRegister.map { "\(register) (read), \($0) (write)" } ?? register
  }
}
