internal import GDBRemote

/// Checks that the types of a description don't make. A file may come from an untrusted source, and nothing in it may
/// make the session trap.
extension SnapshotContents {
  private static let threadLimit = 4096
  private static let registerLimit = 65_536
  /// SVE's and SME's registers are the widest.
  private static let bitLimit = 1 << 21
  private static let rangeLimit = 1 << 20

  func validate() throws(SnapshotError) {
    try validateRegisters()
    try validateThreads()
    try validateMemory()
    try validateBreakpoints()
  }

  private func validateRegisters() throws(SnapshotError) {
    guard !target.registers.isEmpty, target.registers.count <= Self.registerLimit else {
      throw .malformed("it describes \(target.registers.count) registers")
    }
    for register in target.registers {
      guard (1...Self.bitLimit).contains(register.bits), (0..<1 << 31).contains(register.number),
        (0..<1 << 31).contains(register.offset ?? 0)
      else { throw .malformed("the register \(register.name) has \(register.bits) bits") }
    }
    let architecture = Architecture(named: target.architecture, registers: target.registerMap)
    guard architecture.elfMachine != nil else {
      throw .malformed("its architecture, \(target.architecture ?? "without a name"), is not known")
    }
    guard (0...Self.threadLimit).contains(target.hiddenCPUCount) else {
      throw .malformed("the machine has \(target.hiddenCPUCount) more CPUs")
    }
  }

  private func validateThreads() throws(SnapshotError) {
    guard !threads.isEmpty, threads.count <= Self.threadLimit else {
      throw .malformed("it has \(threads.count) threads")
    }
    guard Set(threads.map(\.id)).count == threads.count else {
      throw .malformed("it has the same thread twice")
    }
    guard threads.allSatisfy({ (0..<1 << 30).contains($0.number) }) else {
      throw .malformed("a thread has an impossible number")
    }
    let limit = target.registers.reduce(0) { $0 + $1.description.byteCount }
    for thread in threads {
      guard thread.registers.count == target.registers.count else {
        throw .malformed("a thread has \(thread.registers.count) registers")
      }
      for (register, value) in zip(target.registers, thread.registers) {
        guard let value else { continue }
        guard value.bytes.count == register.description.byteCount else {
          throw .malformed("the register \(register.name) has \(value.bytes.count) bytes")
        }
      }
      // Bytes after the last register are kept as well, but a packet isn't much longer.
      guard (thread.general?.bytes.count ?? 0) <= limit + 65_536 else {
        throw .malformed("a thread has \(thread.general?.bytes.count ?? 0) bytes of registers")
      }
    }
    for selected in [selectedThread, currentThread, target.stoppedThread] {
      guard let selected, selected.id.isOne else { continue }
      guard threads.contains(where: { $0.id == selected }) else {
        throw .malformed("it refers to a thread that doesn't exist")
      }
    }
  }

  private func validateMemory() throws(SnapshotError) {
    guard memory.count <= Self.rangeLimit, gaps.count <= Self.rangeLimit else {
      throw .malformed("it has \(memory.count) ranges of memory")
    }
    var last: [SnapshotMemory.Key: UInt64] = [:]
    for range in memory {
      let key = try key(range.space, range.thread, range.start, range.byteCount)
      guard last[key].map({ $0 < range.start.value }) ?? true else {
        throw .malformed("two ranges of memory overlap, or are not in order")
      }
      last[key] = range.start.value + UInt64(range.byteCount - 1)
    }
    for gap in gaps { _ = try key(gap.space, gap.thread, gap.start, gap.byteCount) }
  }

  /// The key of a range of memory.
  func key(
    _ space: String, _ thread: Int?, _ start: SavedNumber, _ byteCount: Int
  ) throws(SnapshotError) -> SnapshotMemory.Key {
    guard let kind = AddressSpace.Kind(rawValue: space), kind != .intermediatePhysical else {
      throw .malformed("a range of memory can't be in the space '\(space)'")
    }
    guard SnapshotMemory.isRange(start.value, byteCount) else {
      throw .malformed("a range of memory has \(byteCount) bytes")
    }
    guard thread.map({ threads.indices.contains($0) }) ?? true else {
      throw .malformed("a range of memory belongs to a thread that doesn't exist")
    }
    return SnapshotMemory.Key(space: AddressSpace(kind), thread: thread)
  }

  private func validateBreakpoints() throws(SnapshotError) {
    var last = 0
    for breakpoint in breakpoints.all {
      guard breakpoint.number > last, breakpoint.hitCount >= 0, breakpoint.ignoreCount >= 0,
        (0...16).contains(breakpoint.byteCount)
      else { throw .malformed("its breakpoints are not in order, or not counted") }
      last = breakpoint.number
    }
    guard breakpoints.lastNumber >= last, breakpoints.lastNumber < 1 << 30 else {
      throw .malformed("its breakpoints are not in order, or not counted")
    }
  }
}
