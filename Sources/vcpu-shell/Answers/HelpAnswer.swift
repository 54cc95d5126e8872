/// The commands, or the manuals of some.
struct HelpAnswer: Answer {
  static let kind = "help"
  /// Whether it is the list of all, each with its summary alone.
  let isList: Bool
  /// In the order of the list.
  let commands: [Command]

  /// A command of the shell.
  struct Command: Codable, Equatable, Sendable {
    /// Its full name; two words for one of a family.
    let name: String
    /// What comes after the name.
    let usage: String
    /// What it does, in a line.
    let summary: String
    /// Its other spellings.
    let aliases: [String]
    /// Everything a person has to know; empty in the list.
    let manual: String
    /// A session with it; empty in the list.
    let transcript: String
  }
}
