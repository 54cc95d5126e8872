extension TypeAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { text.map { Line($0) } }
}

extension VariablesAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isKnown else { return ["No debug information: the variables of this frame aren't known."] }
    guard !variables.isEmpty else { return [areParameters ? "No arguments." : "No locals."] }
    return variables.map { Line($0.name, .symbol) + " = \($0.value.text)" }
  }
}
