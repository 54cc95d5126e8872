internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// The filter in the hypervisor, for catchpoints of exits: with it the target stops only at exits that one of them
/// matches, as far as the target can say. Where it can't be used, the target stops at each exit.
final class TargetFilter {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let exits: Exits
  /// What the target has; nil if its filter is off.
  private(set) var plan: FilterPlan?
  /// The address of the observer whose filter is on.
  private var armedAddress: UInt64?
  /// Why the filter isn't used although the hypervisor has one, in a sentence without a full stop.
  private(set) var refusal: String?
  /// The numbers that were read at the last stop, by the catchpoints' numbers.
  private var counts: [Int: Counts] = [:]

  /// What the target counted for a catchpoint since the plan was written.
  private struct Counts: Equatable {
    var passed: UInt64 = 0
    var matched: UInt64 = 0
  }

  init(_ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits) {
    self.access = access
    self.memory = memory
    self.exits = exits
  }

  /// Makes the target's filter compare exits with a plan; nil to turn it off, so that the target stops at each exit.
  ///
  /// - Throws: `RemoteError` if the target is lost.
  func update(to wanted: FilterPlan?) throws {
    guard let address = exits.source?.observer ?? armedAddress else { return }
    let wanted = refusal == nil && exits.source?.observer != nil ? wanted : nil
    // The source may be another one than when it was written.
    defer { exits.source?.isFiltering = plan != nil }
    guard wanted != plan else { return }
    do {
      if let wanted { try write(wanted, at: address) } else { try turnOff(at: address) }
    } catch let error as DebugError {
      refusal = "\(error)"
      plan = nil
    } catch let error as RemoteError where error.code.isStubError || error.code == .unsupported {
      refusal = "its memory can't be written: \(error.description)"
      plan = nil
    }
    armedAddress = plan == nil ? nil : address
  }

  private func write(_ wanted: FilterPlan, at address: UInt64) throws {
    let header = try words(at: address, count: Int(AVCPU_OBSERVER_ENTRY_COUNT) / 8)
    let generation = header[Int(AVCPU_OBSERVER_GENERATION) / 8] &+ 1
    // The flag comes last, and with it the generation, so that the hypervisor verifies all of it.
    if header[0] & Self.flag != 0 { try set(isOn: false, flags: header[0], at: address) }
    try memory.write(.hypervisor, address + UInt64(AVCPU_OBSERVER_ENTRIES), wanted.entryBytes)
    if !wanted.programBytes.isEmpty {
      try memory.write(.hypervisor, address + UInt64(AVCPU_OBSERVER_WORDS), wanted.programBytes)
    }
    let verified = header[Int(AVCPU_OBSERVER_VERIFIED) / 8]
    try memory.write(
      .hypervisor, address + UInt64(AVCPU_OBSERVER_KINDS),
      wanted.header(generation: generation, verified: verified))
    try set(isOn: true, flags: header[0], at: address)
    plan = wanted
    counts = [:]
  }

  private func turnOff(at address: UInt64) throws {
    let flags = try words(at: address, count: 1)[0]
    try set(isOn: false, flags: flags, at: address)
    plan = nil
    counts = [:]
  }

  private static let flag: UInt64 = 1 << UInt64(AVCPU_OBSERVE_FILTER)

  private func set(isOn: Bool, flags: UInt64, at address: UInt64) throws {
    let value = isOn ? flags | Self.flag : flags & ~Self.flag
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    try memory.write(.hypervisor, address + UInt64(AVCPU_OBSERVER_FLAGS), bytes)
  }

  private func words(at address: UInt64, count: Int) throws -> [UInt64] {
    let bytes = try memory.read(.hypervisor, address, byteCount: count * 8)
    return (0..<count).map { index in
      bytes[index * 8..<index * 8 + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
  }

  // MARK: A stop

  /// What the target has counted for a catchpoint that passes over matches.
  struct Count: Equatable {
    /// How many it passed over since the last time.
    let passed: Int
    /// How many are left to pass over.
    let left: Int
    /// Whether it stopped a CPU since the last time.
    let hasStopped: Bool
  }

  /// Reads what the target has counted since the last time, if a catchpoint passes over matches there.
  ///
  /// - Returns: the numbers by catchpoint; nothing for those that don't pass over matches.
  func takeCounts() throws -> [Int: Count] {
    guard let plan, plan.entries.contains(where: { $0.ignoreCount > 0 }),
      let address = exits.source?.observer
    else { return [:] }
    let size = Int(AVCPU_FILTER_ENTRY_SIZE) / 8
    let words = try words(
      at: address + UInt64(AVCPU_OBSERVER_ENTRIES), count: plan.entries.count * size)
    var taken: [Int: Count] = [:]
    for (index, entry) in plan.entries.enumerated() where entry.ignoreCount > 0 {
      let first = index * size
      let new = Counts(
        passed: words[first + Int(AVCPU_FILTER_ENTRY_PASSED) / 8],
        matched: words[first + Int(AVCPU_FILTER_ENTRY_MATCHED) / 8])
      let old = counts[entry.number] ?? Counts()
      let left = Int64(bitPattern: words[first + Int(AVCPU_FILTER_ENTRY_IGNORED) / 8])
      taken[entry.number] = Count(
        passed: Int(clamping: new.passed &- old.passed), left: Int(max(left, 0)),
        hasStopped: new.matched != old.matched)
      counts[entry.number] = new
      self.plan?.entries[index].ignoreCount = Int(max(left, 0))
    }
    return taken
  }

  /// Why the hypervisor turned the filter off by itself, in a sentence without a full stop; nil if it didn't.
  func noteRefusal() throws -> String? {
    guard plan != nil, let address = exits.source?.observer else { return nil }
    let header = try words(at: address, count: Int(AVCPU_OBSERVER_ENTRY_COUNT) / 8)
    guard header[0] & Self.flag == 0 else { return nil }
    let code = header[Int(AVCPU_OBSERVER_REFUSAL) / 8]
    let reason = ExitFilter.Fault(rawValue: code)?.words ?? "it doesn't say why"
    refusal = "the hypervisor turned its filter off: \(reason)"
    plan = nil
    exits.source?.isFiltering = false
    return refusal
  }
}

extension ExitFilter.Fault {
  /// What is wrong, as text.
  var words: String {
    switch self {
    case .unknownOperation: "a word isn't an operation"
    case .badOperand: "an operand isn't a field, a register or a bit"
    case .stack: "its stack has too few or too many numbers"
    case .badJump: "a jump leads nowhere"
    case .noResult: "a program has no result"
    case .tooLong: "it is too long"
    case .divisionByZero: "a division by 0"
    case .negativeShift: "a shift by a negative distance"
    }
  }
}
