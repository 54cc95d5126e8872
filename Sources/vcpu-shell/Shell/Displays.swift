internal import VCpuDebug

/// The expressions that are shown at each stop.
struct Displays {
  private(set) var all: [Display] = []
  private var lastNumber = 0

  /// An expression, and how it is shown.
  struct Display: Equatable {
    let number: Int
    let text: String
    let letter: FormatLetter?
  }

  mutating func add(_ text: String, _ letter: FormatLetter?) -> Display {
    lastNumber += 1
    let display = Display(number: lastNumber, text: text, letter: letter)
    all.append(display)
    return display
  }

  /// Whether there was one with the number.
  mutating func remove(_ number: Int) -> Bool {
    let count = all.count
    all.removeAll { $0.number == number }
    return all.count < count
  }

  mutating func removeAll() { all = [] }
}

extension DisplaysAnswer {
  /// The values of displayed expressions; all without values if there is no session.
  init(_ displays: Displays, in session: HypervisorSession?) {
    self.init(displays.all, in: session)
  }

  init(_ displays: [Displays.Display], in session: HypervisorSession?) {
    self.displays = displays.map { display in
      var value: ValueAnswer?
      if let session, let found = try? session.value(of: display.text) {
        value = try? ValueAnswer(
          found, as: display.letter, number: session.expressions.variables.history.count,
          in: session)
      }
      return Display(
        number: display.number,
        expression: (display.letter.map { "/\($0.rawValue) " } ?? "") + display.text,
        text: value?.text, parts: value?.parts)
    }
    hasValues = session != nil
  }
}
