extension ModulesAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !modules.isEmpty else {
      return ["No files with symbols: 'symbol-file FILE' reads one."]
    }
    return modules.flatMap { module in
      let space = module.space.isEmpty ? "" : "\(module.space):"
      let code = module.codeStart.map { start in
        Line("\(space)\(start)", .address) + "-" + Line("\(module.codeEnd ?? start)", .address)
      }
      let head = Line("\(module.number)  ") + (code ?? Line(space + "no code")) + "  \(module.path)"
      return [head, Line("   " + module.notes.joined(separator: ", "))] + module.sectionLines
    }
  }
}

extension ModulesAnswer.Module {
  /// What is known about it, in a few words each.
  fileprivate var notes: [String] {
    var notes = [symbolCount == 1 ? "1 symbol" : "\(symbolCount) symbols"]
    if let debugPath {
      notes.append("debug information of \(debugPath)")
    } else {
      notes.append(hasDebugInformation ? "debug information" : "no debug information")
    }
    if slide.value != 0 { notes.append("\(distance) from the file's addresses") }
    switch match {
    case .same: notes.append("as in memory")
    case .different: notes.append("NOT what is in memory")
    case nil: break
    }
    return notes
  }

  /// The places of a relocatable file's sections, and which have none.
  fileprivate var sectionLines: [Line] {
    let given = sections.map { section in
      Line("   \(section.name) at ") + Line("\(section.address)", .address)
    }
    guard !missingSections.isEmpty else { return given }
    return given + [
      Line("   unknown, as their addresses weren't given: " + Self.list(missingSections))
    ]
  }

  /// `.data, .bss`; of many the first.
  private static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ")
      + (names.count > 12 ? " and \(names.count - 12) more" : "")
  }

  /// `0x200000 up`.
  private var distance: String {
    let isDown = Int64(bitPattern: slide.value) < 0
    return "\(Hex(isDown ? 0 &- slide.value : slide.value)) \(isDown ? "down" : "up")"
  }
}
