internal import ArgumentParser

/// `vcpu-shell schema`: what programs may rely on.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of all answers and events.",
    discussion: """
      The schema is of draft 2020-12. It describes the lines of '--format jsonl' and '--interpreter json', and the \
      answer of each command. docs/schema says how it changes.
      """)

  func run() throws {
    Output.standard().raw(Array(try Schema().text.utf8))
  }
}
