extension FaultAnswer: TextRendered {
  /// What happened, where, and what to look at next.
  func lines(_ detail: Detail) -> [Line] {
    [
      "the hypervisor took a fault at EL2: \(what)",
      "  hv pc " + place.code + place.sourceNote,
      Line(
        "  ESR_EL2 \(hexadecimal(esr.value, digits: 16))"
          + (far.map { ", FAR_EL2 \(hexadecimal($0.value, digits: 16))" } ?? "")),
      "  its own handler runs next, at \(vector); see 'info registers hv', 'decode esr $esr_el2', 'x/8i hv:$elr_el2 - 16'",
    ]
  }

  private var what: String {
    let name = "\(self.name) (EC \(hexadecimal(exceptionClass.value, digits: 2)))"
    guard let address else { return name }
    return name + (status.map { ", \($0)" } ?? "") + ", address \(address)"
  }
}
