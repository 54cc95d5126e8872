/// Ranges of memory with what they are, in the order of addresses, none of which overlap.
struct NamedRanges: Equatable, Sendable {
  /// A range.
  struct Part: Equatable, Sendable {
    var range: Range<UInt64>
    var name: String
  }

  private(set) var parts: [Part] = []

  /// Ranges in any order. Where two overlap the one that begins first counts; neighbours of one name are joined.
  init(_ ranges: [Part]) {
    let sorted = ranges.filter { !$0.range.isEmpty }
      .sorted { $0.range.lowerBound < $1.range.lowerBound }
    for var part in sorted {
      guard let last = parts.last else {
        parts.append(part)
        continue
      }
      let end = last.range.upperBound
      guard part.range.upperBound > end else { continue }
      if part.range.lowerBound <= end, part.name == last.name {
        parts[parts.count - 1].range = last.range.lowerBound..<part.range.upperBound
        continue
      }
      part.range = max(part.range.lowerBound, end)..<part.range.upperBound
      parts.append(part)
    }
  }

  /// What of a range is in none of them.
  func gaps(in range: Range<UInt64>) -> [Range<UInt64>] {
    var gaps: [Range<UInt64>] = []
    var start = range.lowerBound
    for part in parts(in: range) {
      if start < part.range.lowerBound { gaps.append(start..<part.range.lowerBound) }
      start = part.range.upperBound
    }
    if start < range.upperBound { gaps.append(start..<range.upperBound) }
    return gaps
  }

  /// What of a range is in them.
  func parts(in range: Range<UInt64>) -> [Part] {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].range.upperBound <= range.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return parts[low...].prefix { $0.range.lowerBound < range.upperBound }.map {
      Part(range: $0.range.clamped(to: range), name: $0.name)
    }
  }
}
