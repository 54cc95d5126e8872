/// What is shown of a stop beyond its reason: the parts that `set context` names.
struct ContextAnswer: Answer {
  static let kind = "context"

  /// The exit that the CPU is at or is handling; omitted unless it is asked for and there is one.
  let exit: ExitAnswer?
  /// The general registers of the guest at an exit, or else of the CPU; omitted unless they are asked for.
  let registers: RegistersAnswer?
  /// The instructions around the frame's PC; omitted unless they are asked for and are in memory.
  let code: DisassemblyAnswer?
  /// The innermost frames; omitted unless they are asked for and are known.
  let stack: StackAnswer?
  /// The lines around the frame's; omitted unless they are asked for and the file was found.
  let source: SourceLinesAnswer?

  /// A part, by its name in `set context`.
  enum Section: String, CaseIterable, Codable, Sendable {
    case exit, registers, code, stack, source
  }
}
