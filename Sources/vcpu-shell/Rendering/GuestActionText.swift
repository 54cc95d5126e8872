/// The action on an exit, in one or two lines.
extension GuestActionAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [what + "; the guest goes on at " + place.label]
      + warnings.map { Line("warning: " + $0, .warning) }
  }

  private var what: Line {
    switch action {
    case .skip: "skipped: \(`class`)"
    case .complete: list("completed: \(`class`)", general + vectors + system)
    case .inject: list("injected: \(injected ?? "")", system)
    }
  }

  private func list(_ head: Line, _ parts: [String]) -> Line {
    parts.isEmpty ? head : head + ", " + parts.joined(separator: ", ")
  }

  /// The guest's registers that the instruction has changed, besides the PC.
  private var general: [String] {
    changes.filter { $0.register == "sp_el0" || $0.register.hasPrefix("x") }.map {
      "\($0.register) \($0.before) -> \($0.after)"
    }
  }

  private var vectors: [String] { vectorRegisters.map { "v\($0)" } }
  private var system: [String] { systemRegisters.map { "\($0.name) \($0.value)" } }
}
