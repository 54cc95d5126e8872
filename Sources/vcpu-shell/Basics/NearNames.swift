/// Suggestions for misspelled names.
enum NearNames {
  /// `: did you mean A, B or C?`, or `otherwise` if no name is near.
  ///
  /// - Parameters:
  ///   - prefix: the text before each name.
  ///   - suffix: the text after it.
  ///   - otherwise: the result if no name is near.
  static func hint(
    of text: String, in names: [String], prefix: String = "", suffix: String = "",
    otherwise: String = ""
  ) -> String {
    let near = Self.names(near: text, in: names).map { prefix + $0 + suffix }
    guard let last = near.last else { return otherwise }
    let first = near.dropLast().joined(separator: ", ")
    return ": did you mean " + (first.isEmpty ? last : "\(first) or \(last)") + "?"
  }

  /// At most three names: those that begin with the text, or else those that differ in the fewest letters.
  static func names(near text: String, in names: [String]) -> [String] {
    let text = text.lowercased()
    guard 2...40 ~= text.count else { return [] }
    let limit = max(1, min(3, text.count / 3))
    let ranked = names.compactMap { name -> (rank: Int, name: String)? in
      let candidate = name.lowercased()
      if candidate.hasPrefix(text) { return (0, name) }
      let distance = distance(Array(text.utf8), Array(candidate.utf8))
      return distance <= limit ? (distance, name) : nil
    }
    let best = ranked.map(\.rank).min()
    return Array(Set(ranked.filter { $0.rank == best }.map(\.name)).sorted().prefix(3))
  }

  /// The edit distance: how many letters must be inserted, removed, changed or swapped with the next one.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var rows = [Array(0...right.count)]
    for (i, letter) in left.enumerated() {
      var row = [i + 1]
      for (j, other) in right.enumerated() {
        var best = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
          best = min(best, rows[i - 1][j - 1] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
