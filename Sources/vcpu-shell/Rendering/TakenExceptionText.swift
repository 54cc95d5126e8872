extension TakenExceptionAnswer {
  /// What happened, where, and the registers that say so.
  var lines: [Line] {
    guard !isOfVector else {
      return [
        "\(subject) cannot fetch its own vector, \(vectorName): \(summary)", registers,
        "  ESR and ELR are the fetch's: nothing is left of the exception before it",
      ]
    }
    return ["\(subject) took an exception to EL\(level): \(summary)", from, registers] + missing
  }

  /// The same for an exit that the fetch of the vector has caused.
  var linesOfGuest: [Line] {
    guard !isOfVector else { return ["  it is the guest's own vector, \(vectorName)"] }
    return ["  it is the guest's own vector, \(vectorName), for: \(summary)", from, registers]
  }

  /// Who took it.
  private var subject: String {
    switch place.space.prefix(while: { $0 != "[" }) {
    case "guest": "the guest"
    case "hv": "the hypervisor"
    case "el0": "the program"
    default: "the CPU"
    }
  }

  /// `VBAR_EL1 + 0x200`.
  private var vectorName: String { "VBAR_EL\(level) + \(offset)" }

  private var from: Line { "  from " + place.lineInSpace }

  private var registers: Line {
    let names = [("ESR", esr), ("FAR", far), ("ELR", elr)]
    return Line(
      "  "
        + names.compactMap { name, value in value.map { "\(name)_EL\(level) \($0)" } }
        .joined(separator: ", "))
  }

  private var missing: [Line] {
    isVectorMapped
      ? []
      : [
        Line(
          "  nothing is mapped at its vector, \(vectorName): the CPU can only take an instruction abort there, again and again"
        )
      ]
  }
}
