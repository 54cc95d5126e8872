internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// The recorder of our hypervisor: its debug block leads to each CPU's ring of records and counters.
///
/// The hypervisor writes them while they are read. What it may have overwritten meanwhile is recognised by the number of
/// records before and after, and counts as lost.
final class HypervisorRecorder: ExitLogSource {
  private let descriptor: DebugDescriptor
  /// The address of the observer, which leads to the CPUs.
  private let observer: UInt64
  private let access: TargetAccess
  private let memory: SessionMemory

  /// - Throws: `DebugError.noRecorder` if the hypervisor was built without one.
  init(
    _ descriptor: DebugDescriptor, _ access: TargetAccess, _ memory: SessionMemory
  ) throws(DebugError) {
    guard let observer = descriptor.observer else {
      throw .noRecorder("this hypervisor was built without a recorder")
    }
    self.observer = observer
    self.descriptor = descriptor
    self.access = access
    self.memory = memory
  }

  var isReadWhileRunning: Bool { access.sharedMemory != nil }

  func isRecording() throws -> Bool {
    try word(at: observer) >> UInt64(AVCPU_OBSERVE_RECORDER) & 1 != 0
  }

  // MARK: Memory

  /// Reads memory of EL2, whose addresses are physical ones in our hypervisor.
  private func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    if let shared = access.sharedMemory?.bytes(at: PhysicalAddress(address), byteCount: byteCount) {
      return shared
    }
    return try memory.read(.hypervisor, address, byteCount: byteCount)
  }

  /// Doublewords, little-endian.
  private func words(at address: UInt64, count: Int) throws -> [UInt64] {
    let bytes = try bytes(at: address, byteCount: count * 8)
    guard bytes.count == count * 8 else { throw DebugError.noRecorder("its memory is incomplete") }
    return unsafe bytes.withUnsafeBytes { bytes in
      (0..<count).map {
        unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
      }
    }
  }

  private func word(at address: UInt64) throws -> UInt64 { try words(at: address, count: 1)[0] }

  // MARK: CPUs

  /// A CPU's part of the recorder.
  private struct Part {
    let cpu: Int
    /// Where the number of written records is.
    let counter: UInt64
    let written: UInt64
    let ring: UInt64
  }

  private func parts() throws -> [Part] {
    let limit = UInt64(AVCPU_OBSERVER_CPU_LIMIT)
    let count = min(try word(at: observer &+ UInt64(AVCPU_OBSERVER_CPU_COUNT)), limit)
    let locals = try words(at: observer &+ UInt64(AVCPU_OBSERVER_CPUS), count: Int(count))
    var parts: [Part] = []
    for (cpu, local) in locals.enumerated() where local != 0 {
      let counter = local &+ UInt64(descriptor.recorderOffset) &+ RecorderLayout.sequence
      let numbers = try words(at: counter, count: 2)
      guard numbers[1] != 0 else { continue }
      parts.append(Part(cpu: cpu, counter: counter, written: numbers[0], ring: numbers[1]))
    }
    return parts
  }

  // MARK: Counters

  func counters() throws -> ExitCounters {
    var cpus: [Int: [ExitClass: DurationHistogram]] = [:]
    let cellWords = RecorderLayout.cellByteCount / 8
    for part in try parts() {
      let words = try words(
        at: part.ring &- RecorderLayout.cellsBelowRing,
        count: RecorderLayout.cellCount * cellWords)
      var classes: [ExitClass: DurationHistogram] = [:]
      for number in 0..<RecorderLayout.cellCount {
        guard let kind = RecorderLayout.cell(number)?.exitClass else { continue }
        let cell = words[number * cellWords..<number * cellWords + 65]
        // By leading zeros: 64 for no time at all, 1 for the longest.
        let histogram = DurationHistogram(
          counts: cell.dropFirst().reversed(), sum: cell[cell.startIndex])
        if histogram.count > 0 { classes[kind, default: DurationHistogram()].add(histogram) }
      }
      cpus[part.cpu] = classes
    }
    return ExitCounters(cpus)
  }

  // MARK: Records

  func log(last count: Int?) throws -> ExitLog {
    var exits: [RecordedExit] = []
    var recorded: UInt64 = 0
    var lost: UInt64 = 0
    for part in try parts() {
      recorded &+= part.written
      let room = UInt64(RecorderLayout.recordCount)
      // One more: the exit before tells how long the guest ran.
      let wanted = count.map { UInt64(max(0, $0)) &+ 1 } ?? room
      let first = part.written - min(part.written, wanted, room)
      let records = try self.records(first..<part.written, part.ring)
      // The hypervisor may be writing the next record, in the place of the oldest one.
      let after = try word(at: part.counter)
      let oldest = after < room ? 0 : after - room + 1
      exits += Self.exits(records, from: first, notBefore: oldest, of: part.cpu, count, &lost)
    }
    return ExitLog(exits: exits, recordedCount: recorded, lostCount: lost)
  }

  /// Reads a range of a ring, which may go around its end.
  private func records(_ range: Range<UInt64>, _ ring: UInt64) throws -> [UInt64] {
    let room = UInt64(RecorderLayout.recordCount)
    let recordWords = ExitRecord.byteCount / 8
    var words: [UInt64] = []
    var next = range.lowerBound
    while next < range.upperBound {
      let slot = next % room
      let run = min(range.upperBound - next, room - slot)
      words += try self.words(
        at: ring &+ slot &* UInt64(ExitRecord.byteCount), count: Int(run) * recordWords)
      next += run
    }
    return words
  }

  /// The exits of a CPU's records.
  static func exits(
    _ words: [UInt64], from first: UInt64, notBefore oldest: UInt64, of cpu: Int, _ count: Int?,
    _ lost: inout UInt64
  ) -> [RecordedExit] {
    let recordWords = ExitRecord.byteCount / 8
    func record(_ index: Int) -> ExitRecord? {
      guard index >= 0, (index + 1) * recordWords <= words.count else { return nil }
      let base = index * recordWords
      let record = ExitRecord(
        (
          words[base], words[base + 1], words[base + 2], words[base + 3], words[base + 4],
          words[base + 5], words[base + 6], words[base + 7]
        ))
      let number = first &+ UInt64(index)
      guard number >= oldest, record.sequence == UInt32(truncatingIfNeeded: number) else {
        return nil
      }
      return record
    }
    let total = words.count / recordWords
    let begin = max(0, total - (count ?? total))
    var exits: [RecordedExit] = []
    var before = record(begin - 1)
    var current = record(begin)
    for index in begin..<max(begin, total) {
      let next = record(index + 1)
      if let current {
        let guest = before.map { current.time &- $0.time &- UInt64(current.lastDuration) }
        exits.append(
          RecordedExit(
            cpu: cpu, number: first &+ UInt64(index), vm: Int(current.vm), vcpu: Int(current.vcpu),
            time: current.time, duration: next.map { UInt64($0.lastDuration) },
            // A recorder that was off meanwhile leaves a time that can't be.
            guestTime: guest.flatMap { $0 >> 63 == 0 ? $0 : nil }, syndrome: current.syndrome,
            spsr: current.spsr, pc: current.elr, value: current.value))
      } else {
        lost &+= 1
      }
      before = current
      current = next
    }
    return exits
  }
}

extension RecorderLayout.Cell {
  /// The class of the exits that it counts. The registers of the exits aren't known, so PSCI calls count as `hvc` and
  /// `smc`.
  var exitClass: ExitClass {
    switch self {
    case .kind(.irq): return .irq
    case .kind(.fiq): return .fiq
    case .kind(.serror): return .serror
    case .kind: return .unhandled
    case .dataAbort(let isWrite, true): return isWrite ? .mmioWrite : .mmioRead
    case .dataAbort: return .dabt
    case .exceptionClass(let exceptionClass, let isBit0Set):
      let esr = ESR_EL2(
        rawValue: UInt64(exceptionClass.rawValue) << 26 | 1 << 25 | (isBit0Set ? 1 : 0))
      let kind = ExitDecoder.reason(ExitSyndrome(kind: .synchronous, esr: esr), NoRegisters())
        .exitClass
      return kind
    }
  }

  /// A guest whose registers are all 0.
  private struct NoRegisters: GuestState {
    func gpr(_ index: UInt8) -> UInt64 { 0 }
    var pstate: SPSR_EL2 { SPSR_EL2(rawValue: 0) }
  }
}

extension ExitRecord {
  /// What the CPU recorded.
  fileprivate var syndrome: ExitSyndrome {
    ExitSyndrome(
      kind: kind, esr: ESR_EL2(rawValue: esr), far: far, hpfar: HPFAR_EL2(rawValue: hpfar))
  }
}
