/// A command's message in words.
struct MessageAnswer: Answer {
  static let kind = "message"
  /// A sentence, or what `echo` was given.
  let text: String
}

/// Another program's output: the stub's answer to `monitor`.
struct MonitorAnswer: Answer {
  static let kind = "monitor"
  /// The lines, as they came.
  let lines: [String]

  /// - Parameter text: lines that end in "\n" or "\r\n", except that the last may have no end.
  init(text: String) {
    let bytes = text.utf8.filter { $0 != UInt8(ascii: "\r") }
    var rows = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if rows.last?.isEmpty == true { rows.removeLast() }
    lines = rows.map { String(decoding: $0, as: UTF8.self) }
  }
}
