/// A command that cannot be carried out, in words that say what to do.
struct ShellError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
