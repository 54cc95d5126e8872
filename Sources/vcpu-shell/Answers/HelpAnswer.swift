/// The commands, or the manuals of some.
struct HelpAnswer: Answer {
  static let kind = "help"
  /// Whether it is the list of all, each with its summary alone.
  let isList: Bool
  let commands: [Command]

  struct Command: Codable, Equatable, Sendable {
    let name: String
    /// What comes after the name.
    let usage: String
    let summary: String
    /// Its other spellings.
    let aliases: [String]
    /// Everything a person has to know; empty in the list.
    let manual: String
    /// A session with it; empty in the list.
    let transcript: String
  }
}
