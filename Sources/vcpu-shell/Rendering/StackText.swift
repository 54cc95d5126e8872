extension StackAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !frames.isEmpty else { return ["No stack."] }
    return frames.flatMap { frame in
      [Line(frame.isSelected ? "=> " : "   ") + frame.head] + frame.localLines
    }
      + (hasMore ? ["(More stack frames follow...)"] : [])
      + (ending.map { [Line("Backtrace stopped: \($0)")] } ?? [])
  }
}

extension FrameAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let line = source.flatMap { source in
      sourceText.map {
        [Line("\(source.line)".padded(to: 8) + $0.replacing("\t", with: "        "))]
      }
    }
    return [head] + (line ?? [])
  }
}

extension FrameAnswer {
  /// `#1  hv:0x40081950 in run_guest_for_ever (cpu=0) at vcpu.c:62`.
  fileprivate var head: Line {
    let number = Line("#\(number)".padded(to: 4), .heading)
    if let boundary { return number + Line("— \(boundary) —", .heading) }
    let prefix = space.isEmpty ? "" : "\(space):"
    let address =
      isInLine
      ? Line("\(prefix)\(pc)", .address) + " in " : Line(prefix.isEmpty ? "" : prefix + " ")
    let text = (arguments ?? []).map { "\($0.name)=\($0.text)" }.joined(separator: ", ")
    return number + address + Line(function ?? "??", .symbol) + " (\(text))"
      + (source.map { " at \($0.fileName):\($0.line)" } ?? "")
      + (frame == .interrupted ? "  <interrupted>" : "")
  }

  /// Its variables, for `full`.
  fileprivate var localLines: [Line] {
    guard let locals else { return [] }
    guard !locals.isEmpty else { return ["        No locals."] }
    return locals.map { Line("        ") + Line($0.name, .symbol) + " = \($0.value.text)" }
  }
}

extension FrameInfoAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let prefix = frame.space.isEmpty ? "" : "\(frame.space):"
    var lines = [
      Line(
        "Stack level \(frame.number)" + (address.map { ", frame at \(prefix)\($0)" } ?? "") + ":"),
      Line(" pc = \(prefix)\(frame.pc)")
        + (frame.function.map { Line(" in ") + Line($0, .symbol) } ?? "")
        + (frame.source.map { " (\($0.fileName):\($0.line))" } ?? "")
        + (callerPC.map { "; saved pc = \(prefix)\($0)" } ?? ""),
    ]
    if let boundary = frame.boundary { lines.append(Line(" \(boundary)")) }
    if frame.frame == .inlined { lines.append(" inlined into frame \(frame.number + 1)") }
    if let caller { lines.append(Line(" called by frame \(caller)")) }
    lines.append(Line(" found by \(Self.words[frame.way] ?? frame.way)"))
    if !saved.isEmpty {
      lines.append(" Saved registers:")
      lines.append(Line("  " + saved.map { "\($0.name) at \($0.address)" }.joined(separator: ", ")))
    }
    return lines
  }

  private static let words = [
    "registers": "the registers of the CPU or the exit",
    "callFrameInformation": "call frame information", "frameRecord": "the frame record at x29",
    "instructions": "the instructions of the function that it called",
    "linkRegister": "the link register", "exceptionRecord": "the registers that an exception saved",
  ]
}
