import TestSupport
import Testing
import VCpuDebug

@Suite struct MemorySearchTests {
  /// However memory is cut into pieces, the matches are those of a plain comparison at each place.
  @Test(arguments: 0..<8)
  func anyCutGivesTheSame(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<500 {
      // Few values, so that there are matches, and that they overlap.
      let values: [UInt8] = [0, 0, 1, 0xff]
      let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        values.randomElement(using: &random) ?? 0
      }
      let pattern = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        values.randomElement(using: &random) ?? 0
      }
      let start = UInt64.random(in: 0...0x1000, using: &random)
      let wanted = bytes.indices.filter { bytes[$0...].starts(with: pattern) }
        .map { start + UInt64($0) }
      var search = MemorySearch(for: pattern)
      var found: [UInt64] = []
      var done = 0
      while done < bytes.count {
        let count = min(bytes.count - done, Int.random(in: 1...7, using: &random))
        found += search.matches(
          in: Array(bytes[done..<done + count]), at: start + UInt64(done))
        done += count
      }
      #expect(found == wanted, "\(pattern) in \(bytes)")
    }
  }

  @Test func aGapIsNotPartOfAMatch() {
    var search = MemorySearch(for: [1, 2])
    #expect(search.matches(in: [0, 1], at: 0x1000) == [])
    #expect(search.matches(in: [2, 1], at: 0x2000) == [])
    #expect(search.matches(in: [2], at: 0x2002) == [0x2001])
  }

  @Test func noMoreThanTheLimit() {
    var search = MemorySearch(for: [7, 7])
    #expect(search.matches(in: [7, 7, 7, 7], at: 0, limit: 2) == [0, 1])
    #expect(search.matches(in: [7, 7], at: 4, limit: 1) == [3])
    #expect(search.matches(in: [7, 7], at: 6, limit: 0) == [])
  }

  @Test func theLastByteOfTheAddressSpace() {
    var search = MemorySearch(for: [5])
    #expect(search.matches(in: [0, 5], at: .max - 1) == [.max])
  }
}
