/// The ranges of a snapshot's description, and their bytes.
extension SnapshotMemory {
  /// The keys in the order of the file.
  private func sorted(_ keys: some Sequence<Key>) -> [Key] {
    keys.sorted {
      ($0.space.kind.rawValue, $0.thread ?? -1) < ($1.space.kind.rawValue, $1.thread ?? -1)
    }
  }

  /// The ranges, with adjacent ones joined, and the gaps that could not be read.
  var ranges: (memory: [SnapshotContents.Range], gaps: [SnapshotContents.Gap]) {
    var memory: [SnapshotContents.Range] = []
    for key in sorted(segments.keys) {
      let first = memory.count
      for segment in segments[key] ?? [] {
        if memory.count > first, let last = memory.last,
          last.start.value &+ UInt64(last.byteCount) == segment.start
        {
          memory[memory.count - 1].byteCount += segment.bytes.count
        } else {
          memory.append(
            SnapshotContents.Range(
              space: key.space.kind.rawValue, thread: key.thread, start: SavedNumber(segment.start),
              byteCount: segment.bytes.count))
        }
      }
    }
    let gaps = sorted(self.gaps.keys).flatMap { key in
      (self.gaps[key] ?? []).map {
        SnapshotContents.Gap(
          space: key.space.kind.rawValue, thread: key.thread, start: SavedNumber($0.start),
          byteCount: $0.byteCount, failure: $0.failure)
      }
    }
    return (memory, gaps)
  }

  /// The bytes of all ranges, in order.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for key in sorted(segments.keys) {
      for segment in segments[key] ?? [] { bytes += segment.bytes }
    }
    return bytes
  }
}
