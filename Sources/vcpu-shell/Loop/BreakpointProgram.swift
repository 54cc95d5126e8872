internal import VCpuDebug

/// A breakpoint's commands as they are run: a leading `silent` applies to the stop and isn't run as a command.
struct BreakpointProgram {
  let number: Int
  let lines: [ScriptLine]
  let isSilent: Bool

  init(_ breakpoint: Breakpoint) {
    self.init(number: breakpoint.number, breakpoint.commands)
  }

  init(number: Int, _ commands: [BreakpointCommand]) {
    self.number = number
    let lines = commands.map {
      ScriptLine($0.text, place: $0.place, indentation: $0.indentation)
    }
    isSilent = lines.first?.text == "silent"
    self.lines = isSilent ? Array(lines.dropFirst()) : lines
  }
}
