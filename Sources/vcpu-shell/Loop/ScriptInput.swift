/// Lines of a script that have yet to be read.
final class ScriptInput {
  let name: String
  private let reader: () throws -> ScriptLine?
  /// Whether its lines have places to report.
  private let hasPlaces: Bool
  /// The number of the line that was read last, from 1.
  private(set) var lineNumber = 0

  init(name: String, hasPlaces: Bool = true, reader: @escaping () throws -> String?) {
    self.name = name
    self.hasPlaces = hasPlaces
    self.reader = { try reader().map { ScriptLine($0) } }
  }

  /// The lines of a text.
  convenience init(name: String, lines: [String], hasPlaces: Bool = true) {
    var rest = lines[...]
    self.init(name: name, hasPlaces: hasPlaces) { rest.popFirst() }
  }

  func nextLine() throws -> ScriptLine? {
    guard let line = try reader() else { return nil }
    lineNumber += 1
    return hasPlaces ? line.placed(at: place) : line
  }

  /// The place of the line that was read last.
  var place: String? { hasPlaces ? "\(name):\(lineNumber)" : nil }

  /// Lines that have their own places.
  init(name: String, lines: [ScriptLine]) {
    self.name = name
    hasPlaces = false
    var rest = lines[...]
    reader = { rest.popFirst() }
  }
}
