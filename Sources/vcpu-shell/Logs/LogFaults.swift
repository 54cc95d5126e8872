/// Finds the faults of a log, line by line, in order. It keeps only the report that is being read.
struct LogFaults {
  private var lineNumber = 0
  private var current = LogFault()
  private var found: [LogFault] = []

  /// The faults of a whole text.
  static func all(in text: [UInt8]) -> [LogFault] {
    var faults = LogFaults()
    var all: [LogFault] = []
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      all += faults.add(line)
    }
    return all + faults.finish()
  }

  /// Takes a line, without its end.
  ///
  /// - Returns: the faults that are now complete.
  mutating func add(_ bytes: some Collection<UInt8>) -> [LogFault] {
    lineNumber += 1
    let line = LogLine.text(bytes)
    // Most lines of a log contain no value.
    guard !line.isEmpty else { return [] }
    let phrase = LogPhrase(String(decoding: line, as: UTF8.self).lowercased())
    let values = LogScanner(line, phrase).values
    if phrase.beginsReport {
      close()
      current.begin(at: lineNumber)
    } else if isOfNext(values) {
      // Values before the one that shows this belong to the next report, too.
      close()
    }
    if let mark = phrase.mark {
      if current.marks.contains(mark) { close() }
      current.begin(at: lineNumber)
      current.add(mark: mark)
    }
    if let origin = phrase.origin { current.origin = origin }
    for value in values {
      if current.contradicts(value, at: lineNumber) {
        if value.register.kind == .counter, value.isUnmarked { continue }
        close()
      }
      current.add(value, line: lineNumber)
    }
    if phrase.endsReport { close() }
    defer { found = [] }
    return found
  }

  /// Ends the log.
  mutating func finish() -> [LogFault] {
    close()
    defer { found = [] }
    return found
  }

  /// Whether the values of this line belong to a new report.
  private func isOfNext(_ values: [LogValue]) -> Bool {
    current.isRepeated(by: values, at: lineNumber)
      || values.contains {
        current.contradicts($0, at: lineNumber)
          && !($0.register.kind == .counter && $0.isUnmarked)
      }
  }

  private mutating func close() {
    if current.isFault { found.append(current) }
    current = LogFault()
  }
}
