/// The commands of a breakpoint, as they are run: `silent` at the beginning is about the stop and no command
/// of its own.
struct BreakpointProgram {
  let lines: [String]
  let isSilent: Bool

  init(_ commands: [String]) {
    let lines = commands.map(\.trimmed)
    isSilent = lines.first == "silent"
    self.lines = isSilent ? Array(lines.dropFirst()) : lines
  }
}
