internal import Glibc

/// A search for a pattern in memory that comes piece by piece. Matches may overlap, and cross from one piece to the
/// next.
public struct MemorySearch {
  /// What is searched for; it isn't empty.
  public let pattern: [UInt8]
  private let anchor: Int
  /// The last bytes before `next`: one less than the pattern has, or fewer.
  private var tail: [UInt8] = []
  /// The address after the last piece.
  private var next: UInt64?

  /// Creates a search.
  ///
  /// - Parameter pattern: at least one byte.
  public init(for pattern: [UInt8]) {
    precondition(!pattern.isEmpty, "an empty pattern is everywhere")
    self.pattern = pattern
    anchor = Self.anchor(of: pattern)
  }

  /// The addresses of the matches that end in a piece, in order.
  ///
  /// - Parameters:
  ///   - address: where the piece is. If it doesn't follow the one before, no match crosses into it.
  ///   - limit: how many matches to return at most.
  public mutating func matches(
    in bytes: [UInt8], at address: UInt64, limit: Int = .max
  ) -> [UInt64] {
    if next != address { tail = [] }
    defer {
      next = address &+ UInt64(bytes.count)
      tail = Array((bytes.count < pattern.count ? tail + bytes : bytes).suffix(pattern.count - 1))
    }
    let before = tail.count
    let seam = tail + bytes.prefix(pattern.count - 1)
    var found = offsets(in: seam, limit: limit).map {
      address &- UInt64(before) &+ UInt64($0)
    }
    found += offsets(in: bytes, limit: limit - found.count).map {
      address &+ UInt64($0)
    }
    return found
  }

  /// Where the pattern begins in bytes.
  private func offsets(in bytes: [UInt8], limit: Int) -> [Int] {
    var found: [Int] = []
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe pattern.withUnsafeBytes { wanted in
        guard let base = buffer.baseAddress, let start = wanted.baseAddress,
          buffer.count >= wanted.count
        else { return }
        let value = Int32(pattern[anchor])
        var place = anchor
        // The rest of the pattern has to fit.
        let end = buffer.count - (wanted.count - 1 - anchor)
        while found.count < limit, place < end {
          guard let match = unsafe memchr(base + place, value, end - place) else { return }
          place = unsafe UnsafeRawPointer(match) - base
          if unsafe memcmp(base + place - anchor, start, wanted.count) == 0 {
            found.append(place - anchor)
          }
          place += 1
        }
      }
    }
    return found
  }

  /// The index of the byte that is looked for first: memory is full of zeros and ones.
  private static func anchor(of pattern: [UInt8]) -> Int {
    pattern.firstIndex { $0 != 0 && $0 != 0xff } ?? pattern.firstIndex { $0 != 0 } ?? 0
  }
}
