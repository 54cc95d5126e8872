/// The resulting address, then PAR_EL1 field by field.
extension TranslationAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var lines: [Line] = []
    for (index, step) in steps.enumerated() {
      lines.append(head(step))
      // Stage 1's result is on its line; its fields matter only if it fails.
      guard index == steps.count - 1 || step.output == nil else { continue }
      lines += FieldText.table(step.fields).map { Line("  " + $0) }
      guard step.output != nil else { break }
    }
    return lines
  }

  private func head(_ step: Step) -> Line {
    let result =
      step.output.map { Line("\(step.outputSpace):\($0)", .address) } ?? Line("a fault", .error)
    return Line("\(space):\(address)", .address) + " -> " + result
      + "  (\(step.instruction): PAR_EL1 \(step.par))"
  }
}
