extension EntryAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let place = "  guest pc " + self.place.code
    guard let exit else {
      let remark = isFirst ? "" : ", whose exit was not seen"
      return ["\(isFirst ? "first entry" : "entry") of vcpu \(vcpu)\(remark)", place]
    }
    return ["entry after \(exit.name): \(exit.summary)", place]
      + changeLines(exit).map { "  " + $0 }
  }

  private func changeLines(_ exit: ExitAnswer) -> [Line] {
    var lines = [line("pc", pc(exit))]
    for change in changes where change.register != "pc" {
      let words = change.register == "hcr_el2" ? interruptWords : ""
      lines.append(line(change.register, values(change) + words))
    }
    if lines.count == 1 { lines.append("nothing else changed") }
    return lines
  }

  private func line(_ name: String, _ text: Line) -> Line { name.padded(to: 9) + text }

  private func values(_ change: Change) -> Line {
    "\(change.before) -> " + Line("\(change.after)", .changed)
  }

  private func pc(_ exit: ExitAnswer) -> Line {
    let change = changes.first { $0.register == "pc" }
    let values = change.map(values) ?? "\(exit.pc)"
    let verb = "the " + (mnemonic(exit) ?? "instruction")
    return switch resumption {
    case .afterInstruction: values + ": goes on after \(verb)"
    case .sameInstruction: values + ": \(verb) is executed again"
    case .continues: values + ": goes on where it was"
    case .skipsNext: values + ": the instruction after \(verb) is skipped"
    case .asSet: values + ": as it was set"
    case .elsewhere, nil: values + ": goes on elsewhere"
    }
  }

  /// The instruction that exited, by its mnemonic.
  private func mnemonic(_ exit: ExitAnswer) -> String? {
    guard exit.hasInstruction else { return nil }
    return exit.place.instruction?.split(separator: " ").first.map(String.init)
  }

  private var interruptWords: String {
    interrupts.map { interrupt in
      interrupt.isPending
        ? ", a virtual \(interrupt.name) is pending now"
        : ", the virtual \(interrupt.name) is withdrawn"
    }.joined()
  }
}
