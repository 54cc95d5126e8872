/// A request of a client of `--interpreter json`: a line of its input. It has either a command as it would be typed, or
/// a command's name and its arguments.
struct Request: Codable, Equatable, Sendable {
  /// The client's number for it, from 0 to 2^53 - 1, which the events that belong to it carry.
  let id: Int
  /// A command as it would be typed: `x/4i $pc`. If it takes further lines, as `commands` does, they may follow it, up
  /// to their `end`, unless they are in `lines`.
  let command: String?
  /// A command's full name, or an alias of it, and nothing else: `info registers`.
  let name: String?
  /// The command's arguments, in the order of its usage, as if they were separated by blanks; none if omitted. They
  /// cannot say where the answer goes (`> FILE`) or how it is shown (`--json`).
  let arguments: [String]?
  /// The lines that the command takes, such as those of `commands`, without their `end`.
  let lines: [String]?
}
