extension DisplaysAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard hasValues else {
      return displays.isEmpty
        ? ["There are no auto-display expressions now."]
        : displays.map { Line("\($0.number): \($0.expression)") }
    }
    return displays.compactMap { display in
      display.text.map { Line("\(display.number): \(display.expression) = \($0)") }
    }
  }
}
