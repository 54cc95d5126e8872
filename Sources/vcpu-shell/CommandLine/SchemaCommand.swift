internal import ArgumentParser

/// `vcpu-shell schema`: the JSON that programs may rely on.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of all answers and events.",
    discussion: """
      The schema uses draft 2020-12. It describes the lines of '--format jsonl' and '--interpreter json', and each \
      command's answer. docs/schema says how it changes.
      """)

  func run() throws {
    Output.standard().raw(Array(try Schema().text.utf8))
  }
}
