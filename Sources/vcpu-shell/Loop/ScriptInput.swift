/// Lines of a script that are still to be read.
final class ScriptInput {
  let name: String
  private let reader: () throws -> String?
  /// The number of the line that was read last, from 1.
  private(set) var lineNumber = 0

  init(name: String, reader: @escaping () throws -> String?) {
    self.name = name
    self.reader = reader
  }

  /// The lines of a text.
  convenience init(name: String, lines: [String]) {
    var rest = lines[...]
    self.init(name: name) { rest.popFirst() }
  }

  func nextLine() throws -> String? {
    guard let line = try reader() else { return nil }
    lineNumber += 1
    return line
  }
}
