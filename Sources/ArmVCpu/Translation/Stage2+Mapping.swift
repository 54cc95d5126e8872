/// Why a range couldn't be mapped.
public enum Stage2MappingError: Error, Equatable, Sendable {
  /// An address or the size isn't a multiple of 4 KiB, or the range exceeds the tables' input range.
  case invalidRange
  /// Part of the range is already mapped.
  case alreadyMapped
  /// There is no memory for another table.
  case outOfTables
}

extension Stage2 {
  /// Maps `byteCount` bytes from `input` to `output` in the tables at `root`, with the largest blocks that
  /// alignment allows. The caller invalidates the TLB. After an error, the part that was mapped stays
  /// mapped: a guest can't use the tables anyway.
  public static func map<Memory: TableMemory>(
    _ input: IntermediatePhysicalAddress, to output: PhysicalAddress, byteCount: UInt64,
    as type: MemoryType, root: PhysicalAddress, in memory: inout Memory
  ) throws(Stage2MappingError) {
    let limit: UInt64 = 1 << inputBitWidth
    guard (input.rawValue | output.rawValue | byteCount) & 0xfff == 0, byteCount <= limit,
      input.rawValue <= limit - byteCount, output.rawValue <= (1 << 48) - byteCount
    else { throw .invalidRange }
    var done: UInt64 = 0
    while done < byteCount {
      let from = input.rawValue + done
      let to = output.rawValue + done
      var level = 1
      while level < 3 {
        let size: UInt64 = 1 << shift(level)
        if (from | to) & (size - 1) == 0, byteCount - done >= size { break }
        level += 1
      }
      try setLeaf(from, to | type.attributes, level, root, &memory)
      done += 1 << shift(level)
    }
  }

  private static func setLeaf<Memory: TableMemory>(
    _ input: UInt64, _ leaf: UInt64, _ leafLevel: Int, _ root: PhysicalAddress,
    _ memory: inout Memory
  ) throws(Stage2MappingError) {
    var table = root
    var level = 1
    while true {
      let entry = PhysicalAddress(table.rawValue + (input >> shift(level) & 511) * 8)
      let descriptor = memory.descriptor(at: entry) ?? 0
      if level == leafLevel {
        guard descriptor & valid == 0 else { throw .alreadyMapped }
        memory.setDescriptor(leaf | valid | (level == 3 ? tableOrPage : 0), at: entry)
        return
      }
      if descriptor & valid == 0 {
        guard let next = memory.allocateTable() else { throw .outOfTables }
        memory.setDescriptor(next.rawValue | valid | tableOrPage, at: entry)
        table = next
      } else {
        guard descriptor & tableOrPage != 0 else { throw .alreadyMapped }
        table = PhysicalAddress(descriptor & addressMask)
      }
      level += 1
    }
  }
}
