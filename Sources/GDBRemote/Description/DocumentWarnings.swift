/// Warnings about the unusable parts of a document, with their lines. Their number is limited.
struct DocumentWarnings: Equatable, Sendable {
  struct Warning: Equatable, Sendable {
    var line: Int?
    var text: String
  }

  private(set) var all: [Warning] = []
  private let limit: Int

  init(limit: Int = 50) { self.limit = limit }

  mutating func add(_ text: String, line: Int? = nil) {
    if all.count < limit { all.append(Warning(line: line, text: text)) }
  }

  /// Sentences about the document `name`, such as `target.xml, line 3: has a field without a name`.
  func sentences(about name: String) -> [String] {
    all.map { warning in
      warning.line.map { "\(name), line \($0): \(warning.text)" } ?? "\(name) \(warning.text)"
    }
  }
}
