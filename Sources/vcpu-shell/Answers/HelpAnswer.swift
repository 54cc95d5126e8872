/// The topics, a list of commands, or manuals.
struct HelpAnswer: Answer {
  static let kind = "help"
  /// Whether it is a list of commands, each with only its summary.
  let isList: Bool
  /// The topics that the commands belong to; empty for manuals, and for a list without topics.
  let topics: [Topic]
  /// In the order of the list.
  let commands: [Command]

  /// Commands that belong together.
  struct Topic: Codable, Equatable, Sendable {
    /// Its name, as `help` takes it.
    let name: String
    /// What they are for.
    let summary: String
    /// The names of its commands.
    let commands: [String]
    /// Whether only the topic is shown, without its commands.
    let isClosed: Bool
  }

  /// A command of the shell.
  struct Command: Codable, Equatable, Sendable {
    /// Its full name; two words for one of a family.
    let name: String
    /// What comes after the name.
    let usage: String
    /// A one-line summary.
    let summary: String
    /// Its other spellings.
    let aliases: [String]
    /// Everything a person has to know; empty in the list.
    let manual: String
    /// A session with it; empty in the list.
    let transcript: String
  }
}
