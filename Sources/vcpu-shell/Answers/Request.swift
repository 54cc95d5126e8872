/// What a client of `--interpreter json` wants done: a line of its input. It has either a command as it would be typed,
/// or a command's name and its arguments.
struct Request: Codable, Equatable, Sendable {
  /// The client's own number for it, from 0 to 2^53 - 1, which events that belong to it have.
  let id: Int
  /// A command as it would be typed: `x/4i $pc`. Where it takes further lines, such as `commands`, they may come after
  /// it, up to their `end`, unless they are in `lines`.
  let command: String?
  /// A command's full name, or an alias of it, and nothing else: `info registers`.
  let name: String?
  /// The command's arguments, in the order of its usage, as if there were a blank between them; none where it is left
  /// out. None of them says where the answer goes (`> FILE`) or how it is shown (`--json`).
  let arguments: [String]?
  /// The lines that the command takes, such as those of `commands`, without their `end`.
  let lines: [String]?
}
