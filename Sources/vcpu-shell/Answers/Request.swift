/// What a client of `--interpreter json` wants done: a line of its input. It has either a command as it would be typed,
/// or a command's name and its arguments, each of them one.
struct Request: Codable, Equatable, Sendable {
  /// The client's own number for it, which events that belong to it have.
  let id: Int
  /// A command as it would be typed: `x/4i $pc`.
  let command: String?
  /// A command's name, or an alias of it: `info registers`.
  let name: String?
  /// The command's arguments, in the order of its usage; none where it is left out.
  let arguments: [String]?
}
