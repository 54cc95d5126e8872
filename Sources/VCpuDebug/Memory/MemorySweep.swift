/// The memory of a range from its beginning to its end, a piece at a time: what is there, and where nothing is.
///
/// A piece is one read of 1 MiB, as long as all of it is there. After a read that was refused the pieces get smaller,
/// down to a page; what tables don't map is passed over without a request for each page.
public struct MemorySweep {
  /// A part of the range.
  public enum Piece: Equatable, Sendable {
    /// Memory, from an address on.
    case memory(UInt64, [UInt8])
    /// Nothing that can be read.
    case gap(Gap)
  }

  /// Addresses without memory.
  public struct Gap: Equatable, Sendable {
    /// The first address.
    public let start: UInt64
    /// The last address.
    public private(set) var last: UInt64
    /// Why it can't be read, as a sentence without a full stop.
    public let reason: String

    init(start: UInt64, last: UInt64, reason: String) {
      self.start = start
      self.last = last
      self.reason = reason
    }

    /// Takes in a gap that begins where this one ends; returns whether it does.
    public mutating func merge(_ gap: Gap) -> Bool {
      guard last != .max, gap.start == last + 1 else { return false }
      last = gap.last
      return true
    }
  }

  /// How many bytes are read at once.
  public static let pieceByteCount = 1 << 20

  /// The range.
  public let range: MemoryRange
  /// The address of the next piece; nil at the end.
  public private(set) var position: UInt64?
  private let memory: SessionMemory
  private var step = Self.pieceByteCount

  private static let pageByteCount = 4096

  /// Begins at the start of a range.
  public init(_ range: MemoryRange, of memory: SessionMemory) {
    self.range = range
    self.memory = memory
    position = range.start
  }

  /// How many bytes of the range are behind, memory or not.
  public var doneByteCount: UInt64 { position.map { $0 - range.start } ?? range.byteCount }

  /// The next piece; nil at the end of the range.
  ///
  /// - Throws: what ends the reading: the loss of the target, a cancelled wait. After that it can be called again.
  public mutating func next() throws -> Piece? {
    guard let start = position else { return nil }
    while true {
      let count = byteCount(at: start)
      do {
        let bytes = try memory.read(range.space, start, byteCount: count)
        step = min(step * 2, Self.pieceByteCount)
        move(past: start + UInt64(count - 1))
        return .memory(start, bytes)
      } catch DebugError.unmapped(_, _, let reason) {
        if count > Self.leftOfPage(start) {
          step = max(
            Self.pageByteCount, 1 << ((count / 2).bitWidth - 1 - (count / 2).leadingZeroBitCount))
          continue
        }
        let gap = Gap(start: start, last: lastOfGap(at: start, count), reason: reason)
        move(past: gap.last)
        return .gap(gap)
      }
    }
  }

  /// As much as is read at once; pieces end at multiples of their size.
  private func byteCount(at start: UInt64) -> Int {
    let piece = step - Int(start % UInt64(step))
    return Int(min(UInt64(piece - 1), range.last - start)) + 1
  }

  private static func leftOfPage(_ start: UInt64) -> Int {
    pageByteCount - Int(start % UInt64(pageByteCount))
  }

  private mutating func move(past last: UInt64) {
    position = last == range.last ? nil : last + 1
  }

  /// The tables say how far nothing is mapped; without them the page alone is known.
  private func lastOfGap(at start: UInt64, _ byteCount: Int) -> UInt64 {
    let page = start + UInt64(byteCount - 1)
    guard page < range.last else { return page }
    // A walk that isn't possible says nothing.
    guard let last = try? memory.walk(of: start, in: range.space).lastOfHole else { return page }
    return min(max(page, last), range.last)
  }
}
