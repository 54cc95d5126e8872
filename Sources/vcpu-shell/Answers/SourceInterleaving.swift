internal import VCpuDebug

/// Source lines between instructions, as `disassemble /s` of GDB has them: in the order of the addresses, each before
/// the first instruction of its own.
struct SourceInterleaving {
  let files: SourceFiles
  /// The line of each instruction; nil where none is known.
  let locations: [SourceLocation?]

  /// How many lines without code are shown before a line; more are a gap.
  private static let longestGap = 10

  /// The lines to show before each instruction; nil where the line is that of the instruction before.
  func lines() -> [[SourceAnswer]?] {
    let withCode = Set(locations.compactMap(\.self))
    var previous: SourceLocation?
    var last: [String: Int] = [:]
    return locations.map { location -> [SourceAnswer]? in
      guard let location, location != previous else { return nil }
      previous = location
      var first = location.line
      if let last = last[location.file], last < first, first - last <= Self.longestGap {
        // Lines without code belong to the next that has some; those with code are shown with it.
        let between = (last + 1)..<first
        if !between.contains(where: { withCode.contains(location.at(line: $0)) }) {
          first = last + 1
        }
      }
      last[location.file] = max(last[location.file] ?? 0, location.line)
      let text = files.text(of: location.file)
      return (first...location.line).map { line in
        SourceAnswer(location.at(line: line), text: text?[line])
      }
    }
  }
}

extension SourceLocation {
  fileprivate func at(line: Int) -> SourceLocation { SourceLocation(file: file, line: line) }
}
