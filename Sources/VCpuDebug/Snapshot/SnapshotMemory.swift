/// The memory of a snapshot, by spaces: what was read, and what could not be.
struct SnapshotMemory {
  /// Whose memory it is. Memory at virtual addresses belongs to one CPU only.
  struct Key: Hashable {
    var space: AddressSpace
    /// The index of the thread in the snapshot; nil for physical memory, and for a program's.
    var thread: Int?
  }

  /// Contiguous memory.
  struct Segment: Equatable {
    var start: UInt64
    var bytes: [UInt8]

    /// The address of the last byte.
    var last: UInt64 { start + UInt64(bytes.count - 1) }
  }

  /// Memory that could not be read, and why.
  struct Gap: Equatable {
    var start: UInt64
    var byteCount: Int
    var failure: SavedFailure

    fileprivate func overlaps(_ address: UInt64, _ byteCount: Int) -> Bool {
      address <= start + UInt64(self.byteCount - 1) && start <= address + UInt64(byteCount - 1)
    }
  }

  /// The segments in address order, without overlaps.
  private(set) var segments: [Key: [Segment]] = [:]
  private(set) var gaps: [Key: [Gap]] = [:]
  private(set) var byteCount = 0

  /// Adds memory that was read. What was read before is kept: a device may answer differently by now.
  mutating func note(_ bytes: [UInt8], at start: UInt64, of key: Key) {
    guard Self.isRange(start, bytes.count) else { return }
    let last = start + UInt64(bytes.count - 1)
    // Removed first, so that it is changed in place.
    var all = segments.removeValue(forKey: key) ?? []
    var index = Self.firstIndex(in: all, endingAtOrAfter: start)
    var next = start
    while true {
      let following = index < all.count ? all[index] : nil
      let freeLast = following.map { $0.start > last ? last : $0.start &- 1 } ?? last
      if following.map({ $0.start > next }) ?? true {
        let piece = bytes[Int(next - start)...Int(freeLast - start)]
        byteCount += piece.count
        // Adjacent reads, such as of pages, form one segment.
        if index > 0, all[index - 1].last &+ 1 == next {
          all[index - 1].bytes += piece
        } else {
          all.insert(Segment(start: next, bytes: Array(piece)), at: index)
          index += 1
        }
      }
      guard let following, following.last < last else { break }
      next = following.last + 1
      index += 1
    }
    segments[key] = all
  }

  /// Records that memory could not be read.
  mutating func note(_ failure: SavedFailure, at start: UInt64, byteCount: Int, of key: Key) {
    guard Self.isRange(start, byteCount) else { return }
    let gap = Gap(start: start, byteCount: byteCount, failure: failure)
    if gaps[key]?.contains(gap) != true { gaps[key, default: []].append(gap) }
  }

  /// Whether the range isn't empty, and within the address space.
  static func isRange(_ start: UInt64, _ byteCount: Int) -> Bool {
    byteCount > 0 && UInt64(byteCount - 1) <= UInt64.max - start
  }

  /// The answer to a read request.
  func read(_ address: UInt64, byteCount: Int, of key: Key) -> Result<[UInt8], SavedFailure> {
    guard byteCount > 0 else { return .success([]) }
    guard Self.isRange(address, byteCount) else { return .failure(Self.notSaved) }
    var result: [UInt8] = []
    let all = segments[key] ?? []
    var index = Self.firstIndex(in: all, endingAtOrAfter: address)
    // What was read in pieces may be requested as a whole.
    while result.count < byteCount, index < all.count {
      let next = address + UInt64(result.count)
      guard all[index].start <= next else { break }
      let offset = Int(next - all[index].start)
      let count = min(byteCount - result.count, all[index].bytes.count - offset)
      result += all[index].bytes[offset..<offset + count]
      index += 1
    }
    if result.count == byteCount { return .success(result) }
    let gap = gaps[key]?.first { $0.overlaps(address, byteCount) }
    return .failure(gap?.failure ?? Self.notSaved)
  }

  static let notSaved: SavedFailure = {
    var failure = SavedFailure(.memoryUnreadable, "the snapshot does not have this memory")
    failure.stubText = "it was not saved in the snapshot"
    return failure
  }()

  private static func firstIndex(in segments: [Segment], endingAtOrAfter address: UInt64) -> Int {
    var low = 0
    var high = segments.count
    while low < high {
      let middle = (low + high) / 2
      if segments[middle].last < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension AddressSpace {
  /// Whether what is at an address depends on the CPU.
  var belongsToThread: Bool { isVirtual && self != .plain }
}
