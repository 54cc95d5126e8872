/// The values of a command's parameters.
struct Arguments {
  private var values: [ObjectIdentifier: any Sendable] = [:]
  /// The lines up to the command's `end`; empty for a command that takes none.
  let block: Block

  /// Reads a text by a command's parameters.
  ///
  /// - Throws: `ShellError` for text that a parameter rejects, or that no parameter takes.
  init(_ text: String, of command: any ShellCommand.Type, block: Block = Block()) throws {
    self.block = block
    let parameters = command.parameters
    var scanner = ArgumentScanner(text, of: command.name)
    // Parameters with a fixed place are taken off first.
    for place in [ParameterPlace.format, .condition, .flag, .suffix] {
      for parameter in parameters where parameter.place == place {
        values[ObjectIdentifier(parameter)] = try parameter.value(&scanner)
      }
    }
    for parameter in parameters where values[ObjectIdentifier(parameter)] == nil {
      values[ObjectIdentifier(parameter)] = try parameter.value(&scanner)
    }
    guard scanner.rest.isEmpty else {
      throw ShellError(
        parameters.isEmpty
          ? "'\(command.name)' takes no arguments"
          : "'\(command.name)' takes \(command.usage), not '\(scanner.rest)'")
    }
  }

  /// The value of a parameter of the command.
  subscript<Value>(_ parameter: Parameter<Value>) -> Value {
    guard let value = values[ObjectIdentifier(parameter)] as? Value else {
      preconditionFailure("'\(parameter.usage)' is not among the command's parameters")
    }
    return value
  }
}
