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
  private let skipsDevices: Bool
  private var step = Self.pieceByteCount

  private static let pageByteCount = 4096

  /// Begins at the start of a range.
  ///
  /// - Parameter skipsDevices: whether the registers of devices are a gap, if the machine says where they are.
  public init(
    _ range: MemoryRange, of memory: SessionMemory, skipsDevices: Bool = false
  ) {
    self.skipsDevices = skipsDevices
    self.range = range
    self.memory = memory
    position = range.start
  }

  /// How many bytes of the range were passed, memory or not.
  public var doneByteCount: UInt64 { position.map { $0 - range.start } ?? range.byteCount }

  /// The next piece; nil at the end of the range.
  ///
  /// - Throws: what ends the reading: the loss of the target, a cancelled wait. After that it can be called again.
  public mutating func next() throws -> Piece? {
    guard let start = position else { return nil }
    var count = try byteCount(at: start)
    while true {
      do {
        if skipsDevices, try isDevice(start, count) {
          throw DebugError.unmapped(range.space, start, Self.deviceReason)
        }
        let bytes = try memory.read(range.space, start, byteCount: count)
        step = min(step * 2, Self.pieceByteCount)
        move(past: start + UInt64(count - 1))
        return .memory(start, bytes)
      } catch DebugError.unmapped(_, let place, let reason) {
        // A walk of tables knows which page isn't there.
        if place > start, place - start < UInt64(count) {
          count = Int(place - start)
        } else if count > Self.leftOfPage(start) {
          step = max(Self.pageByteCount, Self.powerOf2(upTo: count / 2))
          count = try byteCount(at: start)
        } else {
          let gap = Gap(start: start, last: try lastOfGap(at: start, count), reason: reason)
          move(past: gap.last)
          return .gap(gap)
        }
      }
    }
  }

  /// As much as is read at once: pieces end at multiples of their size, and in physical memory where a region of the
  /// machine ends.
  private func byteCount(at start: UInt64) throws -> Int {
    let piece = step - Int(start % UInt64(step))
    var last = range.last
    if range.space == .physical, let map = try memory.machineMap() {
      last = min(last, Self.lastOfRegion(at: start, in: map))
    }
    return Int(min(UInt64(piece - 1), last - start)) + 1
  }

  private static func leftOfPage(_ start: UInt64) -> Int {
    pageByteCount - Int(start % UInt64(pageByteCount))
  }

  private static func powerOf2(upTo number: Int) -> Int {
    1 << (number.bitWidth - 1 - number.leadingZeroBitCount)
  }

  private mutating func move(past last: UInt64) {
    position = last == range.last ? nil : last + 1
  }

  // MARK: Gaps

  /// The tables, or the machine, say how far nothing is there; otherwise the page alone is known.
  private func lastOfGap(at start: UInt64, _ byteCount: Int) throws -> UInt64 {
    var last = start + UInt64(byteCount - 1)
    switch range.space.kind {
    case .plain: break
    case .physical:
      if let map = try memory.machineMap(), !map.isMemory(start, byteCount: 1) {
        last = max(last, Self.lastOfRegion(at: start, in: map))
      }
    case .hypervisor, .guest, .program, .intermediatePhysical:
      // As many entries as one table has at least. A walk that isn't possible says nothing.
      var next = start
      for _ in 0..<512 {
        guard let hole = (try? memory.walk(of: next, in: range.space))?.lastOfHole else { break }
        last = max(last, hole)
        guard last < range.last else { break }
        next = last + 1
      }
    }
    return min(last, range.last)
  }

  /// The last physical address before memory or a device begins or ends.
  private static func lastOfRegion(at start: UInt64, in map: MachineMemoryMap) -> UInt64 {
    let bounds = (map.memory + map.devices).flatMap { [$0.lowerBound, $0.upperBound] }
    return bounds.filter { $0 > start }.min().map { $0 - 1 } ?? .max
  }

  /// Whether a read may change the state of a device; an address that isn't mapped is left to the read.
  private func isDevice(_ start: UInt64, _ byteCount: Int) throws -> Bool {
    do {
      if range.space == .physical, try memory.machineMap()?.isEmpty(at: start) == true {
        return false
      }
      return try !memory.isReadable(range.space, start, byteCount: byteCount)
    } catch is DebugError {
      return false
    }
  }

  private static let deviceReason =
    "the machine has no memory there, and reading a device may change it"
}
