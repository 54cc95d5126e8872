internal import ArmVCpu
internal import GDBRemote

/// A machine's physical memory, and the walks of the tables in it.
///
/// Tables are read a cache line at a time, where the machine has memory and not where it has a device, whose registers
/// may change when they are read. What was read is kept until the target runs or its memory is written.
final class PhysicalMemory {
  private let access: TargetAccess
  private let identity: IdentityMappedMemory
  /// Whether the stub has said that it cannot address physical memory.
  private var isWithoutPhysicalAddresses = false
  /// The lines of tables that were read; empty for an address without memory.
  private var lines: (generation: Int, bytes: [UInt64: [UInt8]]) = (-1, [:])
  /// The lines that were needed before the target ran.
  private var expected: [UInt64] = []
  /// The map, once the target was asked; nil in it if the target doesn't say.
  private var knownMap: MachineMemoryMap??

  /// How much of a table is read at once: eight entries.
  private static let lineByteCount: UInt64 = 64
  /// How many lines are read again after the target ran.
  private static let expectedCount = 64
  /// How much is requested in one batch.
  private static let batchByteCount = 4 << 20

  init(_ access: TargetAccess, _ translations: SpaceTranslations) {
    self.access = access
    identity = IdentityMappedMemory(access, translations)
  }

  /// Carries out requests for physical memory, at addresses of EL2 if the stub has no physical ones.
  private func carryOut(_ requests: [Request]) throws -> [Response] {
    if !isWithoutPhysicalAddresses {
      do {
        return try access.reach.physical(requests)
      } catch let error as RemoteError {
        guard error.code == .unsupported else { throw error }
        isWithoutPhysicalAddresses = true
      }
    }
    return try identity.carryOut(requests)
  }

  /// Where the machine has memory and devices; nil if it doesn't say.
  ///
  /// - Throws: for a target that is gone, and a wait that was given up.
  func machineMap() throws(RemoteError) -> MachineMemoryMap? {
    if let knownMap { return knownMap }
    var map: MachineMemoryMap?
    if access.target.isMachine {
      do throws(RemoteError) {
        map = MachineMemoryMap(flatMemory: try access.reach.text(.flatMemory))
      } catch {
        guard error.code.isStubError || error.code == .unsupported else { throw error }
      }
    }
    knownMap = .some(map)
    return map
  }

  // MARK: Reading and writing

  /// A part of a request, at one physical address.
  struct Run {
    var address: UInt64
    var range: Range<Int>
  }

  /// The first run that could not be accessed, and why.
  struct Refusal: Error {
    var run: Run
    var error: RemoteError
  }

  /// Reads what runs have, in as few round trips as possible.
  ///
  /// - Throws: `Refusal` for memory that isn't there, and what the target throws.
  func read(_ runs: [Run]) throws -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(runs.last?.range.upperBound ?? 0)
    try inBatches(runs) { batch in
      let requests = batch.map { Request.memory(at: $0.address, byteCount: $0.range.count) }
      for (run, response) in zip(batch, try carryOut(requests)) {
        result += try Self.bytes(response, run)
      }
    }
    return result
  }

  /// Writes bytes to runs.
  ///
  /// - Throws: `Refusal` for memory that can't be written, and what the target throws.
  func write(_ bytes: [UInt8], to runs: [Run]) throws {
    // Several are sent together, so that one that is ignored would not keep the others back.
    if runs.count > 1, let map = try machineMap() {
      for run in runs where !map.isWritable(run.address, byteCount: run.range.count) {
        throw Refusal(
          run: run, error: RemoteError(.memoryUnwritable, "the machine has no RAM there"))
      }
    }
    try inBatches(runs) { batch in
      let requests = batch.map { Request.writeMemory(at: $0.address, Array(bytes[$0.range])) }
      for (run, response) in zip(batch, try carryOut(requests)) {
        _ = try Self.bytes(response, run)
      }
    }
  }

  private static func bytes(_ response: Response, _ run: Run) throws -> [UInt8] {
    do throws(RemoteError) {
      return try response.bytes()
    } catch {
      guard error.isRefusedMemory else { throw error }
      throw Refusal(run: run, error: error)
    }
  }

  private func inBatches(_ runs: [Run], _ body: ([Run]) throws -> Void) throws {
    let map = try machineMap()
    for run in runs {
      guard let offset = map?.firstEmptyOffset(run.address, byteCount: run.range.count) else {
        continue
      }
      let rest = Run(
        address: run.address &+ UInt64(offset),
        range: run.range.lowerBound + offset..<run.range.upperBound)
      throw Refusal(
        run: rest, error: RemoteError(.memoryUnreadable, "the machine has nothing there"))
    }
    var batch: [Run] = []
    var byteCount = 0
    for run in runs {
      batch.append(run)
      byteCount += run.range.count
      guard byteCount >= Self.batchByteCount else { continue }
      try body(batch)
      (batch, byteCount) = ([], 0)
    }
    if !batch.isEmpty { try body(batch) }
  }

  /// Reads ranges, in one round trip if the stub supports that; nil for a range that isn't memory.
  func read(_ ranges: [(address: UInt64, byteCount: Int)]) throws -> [[UInt8]?] {
    var result = [[UInt8]?](repeating: nil, count: ranges.count)
    let map = try machineMap()
    let wanted = ranges.indices.filter {
      map?.isMemory(ranges[$0].address, byteCount: ranges[$0].byteCount) ?? true
    }
    let responses = try carryOut(
      wanted.map { .memory(at: ranges[$0].address, byteCount: ranges[$0].byteCount) })
    for (index, response) in zip(wanted, responses) {
      do throws(RemoteError) {
        result[index] = try response.bytes()
      } catch {
        guard error.isRefusedMemory else { throw error }
      }
    }
    return result
  }

  // MARK: Walks

  /// Walks tables for several addresses at once: one round trip for each entry that another one leads to, however many
  /// addresses there are.
  func walks(
    of addresses: [UInt64], by translation: AddressTranslation, for kind: TranslatedAccess? = nil
  ) throws -> [AddressWalk] {
    if lines.generation != access.memoryGeneration {
      // The same tables are probably needed again: they are read together with the first of them.
      expected = lines.bytes.keys.prefix(Self.expectedCount).sorted()
      lines = (access.memoryGeneration, [:])
    }
    var walks = [AddressWalk?](repeating: nil, count: addresses.count)
    func resolve(_ open: [Int]) throws -> (open: [Int], entries: Set<UInt64>) {
      var entries: Set<UInt64> = []
      let left = open.filter { index in
        var isOpen = false
        let walk = AddressWalk(addresses[index], by: translation, for: kind) { entry in
          if let known = known(entry) { return known.value }
          entries.insert(entry)
          isOpen = true
          return nil
        }
        if !isOpen { walks[index] = walk }
        return isOpen
      }
      return (left, entries)
    }
    var (open, entries) = try resolve(Array(addresses.indices))
    while !open.isEmpty {
      try load(entries)
      (open, entries) = try resolve(open)
    }
    return walks.compactMap { $0 }
  }

  /// What is known about an entry: its value, or nil for an address without memory.
  private func known(_ entry: UInt64) -> (value: UInt64?, Void)? {
    guard let line = lines.bytes[entry & ~(Self.lineByteCount - 1)] else { return nil }
    guard !line.isEmpty else { return (nil, ()) }
    let offset = Int(entry % Self.lineByteCount)
    return (RegisterDescription.integer(line[offset..<offset + 8]), ())
  }

  /// Reads the lines of entries.
  private func load(_ entries: Set<UInt64>) throws {
    var starts: [UInt64] = []
    let map = try machineMap()
    let wanted = Set(entries.map { $0 & ~(Self.lineByteCount - 1) })
    for start in wanted.union(expected).sorted() {
      if map?.isMemory(start, byteCount: Int(Self.lineByteCount)) ?? true {
        starts.append(start)
      } else {
        lines.bytes[start] = []
      }
    }
    expected = []
    let count = Int(Self.lineByteCount)
    let found = try carryOut(starts.map { .memory(at: $0, byteCount: count) })
    for (start, response) in zip(starts, found) {
      do throws(RemoteError) {
        let bytes = try response.bytes()
        lines.bytes[start] = bytes.count == count ? bytes : []
      } catch {
        guard error.isRefusedMemory else { throw error }
        guard wanted.contains(start) else { continue }
        // A snapshot has a part of memory alone: what it lacks says nothing about the target.
        if access.isSnapshot {
          throw DebugError.unmapped(.physical, start, error.stubText ?? error.description)
        }
        lines.bytes[start] = []
      }
    }
  }
}
