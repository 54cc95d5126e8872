/// An error of a command, with a message that says what to do.
struct ShellError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
