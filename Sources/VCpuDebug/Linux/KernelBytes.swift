/// The bytes of a kernel in memory, by their distance from a place in it. They are read when they are needed, in large
/// blocks, each once.
final class KernelBytes {
  /// How many bytes the kernel has.
  let byteCount: Int
  private let read: (_ offset: Int, _ byteCount: Int) throws -> [UInt8]?
  private let readMany: (_ offsets: [Int], _ byteCount: Int) throws -> [[UInt8]?]
  /// The blocks that were read; empty for one that can't be.
  private var blocks: [Int: [UInt8]] = [:]
  /// How often memory was read.
  private(set) var readCount = 0

  static let blockByteCount = 1 << 18
  /// No kernel is larger.
  static let byteLimit = 256 << 20

  /// - Parameters:
  ///   - byteCount: how many bytes the kernel has at most.
  ///   - read: reads bytes; nil where there is no memory.
  ///   - readMany: reads as many bytes at several places.
  init(
    byteCount: Int, read: @escaping (_ offset: Int, _ byteCount: Int) throws -> [UInt8]?,
    readMany: ((_ offsets: [Int], _ byteCount: Int) throws -> [[UInt8]?])? = nil
  ) {
    self.readMany = readMany ?? { offsets, count in try offsets.map { try read($0, count) } }
    self.byteCount = max(0, min(byteCount, Self.byteLimit))
    self.read = read
  }

  /// The bytes of a range; nil if it isn't all in the kernel and in memory.
  func bytes(_ start: Int, _ count: Int) throws -> [UInt8]? {
    guard start >= 0, count >= 0, start <= byteCount, count <= byteCount - start else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var place = start
    while place < start + count {
      let block = try block(place / Self.blockByteCount)
      let first = place % Self.blockByteCount
      let last = min(first + start + count - place, Self.blockByteCount)
      guard last <= block.count else { return nil }
      result += block[first..<last]
      place += last - first
    }
    return result
  }

  private func block(_ index: Int) throws -> [UInt8] {
    if let block = blocks[index] { return block }
    let start = index * Self.blockByteCount
    readCount += 1
    let block = try readable(start, min(Self.blockByteCount, byteCount - start))
    blocks[index] = block
    return block
  }

  /// The bytes from a place on that can be read, of those that are wanted.
  private func readable(_ start: Int, _ count: Int) throws -> [UInt8] {
    if let bytes = try read(start, count), bytes.count == count { return bytes }
    let half = count / 2 & ~(Self.pageByteCount - 1)
    guard half > 0 else { return [] }
    let first = try readable(start, half)
    return first.count < half ? first : first + (try readable(start + half, count - half))
  }

  private static let pageByteCount = 4096

  /// A few bytes of many places, in as few round trips as possible; they aren't kept.
  func samples(_ places: [Int], byteCount count: Int) throws -> [[UInt8]?] {
    let wanted = places.filter { $0 >= 0 && $0 + count <= byteCount }
    readCount += 1
    let found = Dictionary(
      zip(wanted, try readMany(wanted, count)), uniquingKeysWith: { first, _ in first })
    return places.map { found[$0] ?? nil }
  }

  /// Where bytes are found, in order, up to a number of places. Each block is searched with the start of the next.
  ///
  /// - Parameter isFound: is called with each place; the search ends when it returns true.
  func search(
    for pattern: [UInt8], in range: Range<Int>, _ isFound: (Int) throws -> Bool
  ) throws {
    var search = MemorySearch(for: pattern)
    var place = range.lowerBound
    while place < min(range.upperBound, byteCount) {
      let end = min(
        (place / Self.blockByteCount + 1) * Self.blockByteCount, range.upperBound, byteCount)
      if let bytes = try bytes(place, end - place) {
        for match in search.matches(in: bytes, at: UInt64(place)) where try isFound(Int(match)) {
          return
        }
      }
      place = end
    }
  }
}

/// A number in little-endian bytes.
extension Array where Element == UInt8 {
  func u16(_ offset: Int) -> Int { Int(self[offset]) | Int(self[offset + 1]) << 8 }
  func u32(_ offset: Int) -> Int { u16(offset) | u16(offset + 2) << 16 }
  func u64(_ offset: Int) -> UInt64 { UInt64(u32(offset)) | UInt64(u32(offset + 4)) << 32 }
}
