internal import GDBRemote

/// The instructions of EL2 that set its vectors, turn its MMU on, or enter a guest, as far as they were found, and
/// whether it is still worth stopping at them.
struct ControlPoints: Equatable {
  /// An instruction that may move the vectors, or the code that does.
  private struct Writer: Equatable {
    var needsE2H: Bool
    var isNearVectors = false
    var isGuess: Bool
    /// How often it was hit since it last revealed something new.
    var idleHitCount = 0
    var threads: Set<ThreadID> = []
  }

  /// What an exception return was observed to do.
  private enum Return: Equatable {
    case unknown(stopCount: Int)
    /// It entered a guest.
    case entersGuests
    /// It never did, however often.
    case other
  }

  private var writers: [UInt64: Writer] = [:]
  /// Writers that were hit often without revealing anything new: they aren't watched until they are
  /// revived.
  private var retiredWriters: [UInt64: Writer] = [:]
  private var returns: [UInt64: Return] = [:]
  /// A number that changes whenever the addresses to stop at do.
  private(set) var revision = 0

  private static let idleHitLimit = 32
  /// While a CPU hasn't passed yet, which may take long.
  private static let longIdleHitLimit = 64
  /// How often a revived one is hit.
  private static let revivedHitCount = 2
  private static let returnStopLimit = 16
  /// More than a kernel has. A breakpoint for each slows down the target.
  private static let limit = 4096

  /// Adds the results of a search.
  ///
  /// - Parameters:
  ///   - isE2H: whether HCR_EL2.E2H is 1, or may be when they run.
  ///   - isNearVectors: whether they are near vectors of EL2, and so certainly EL2's.
  ///   - isGuess: whether they may be in any loaded file, as EL2's MMU is off.
  mutating func add(
    _ places: [ControlInstruction.Place], isE2H: Bool, isNearVectors: Bool = false,
    isGuess: Bool = false
  ) {
    revision += 1
    for (address, instruction) in places.map({ ($0.address, $0.instruction) }) {
      if instruction.setsVectors(isE2H: isE2H) || instruction.setsControl(isE2H: isE2H) {
        if writers[address] == nil, retiredWriters[address] == nil, writers.count < Self.limit {
          writers[address] = Writer(needsE2H: instruction.needsE2H, isGuess: isGuess)
        }
        if !isGuess { writers[address]?.isGuess = false }
        if isNearVectors { writers[address]?.isNearVectors = true }
      } else if instruction.isExceptionReturn, returns[address] == nil, returns.count < Self.limit {
        returns[address] = .unknown(stopCount: 0)
      }
    }
  }

  // MARK: Writers

  /// The addresses to stop at to learn the vectors.
  var writerAddresses: Set<UInt64> { Set(writers.keys) }
  /// How many are no longer watched, as they set the vectors to known values.
  var retiredCount: Int { retiredWriters.count }

  /// Records that a CPU is at a writer.
  mutating func noteHit(_ address: UInt64, _ thread: ThreadID?) {
    guard writers[address] != nil else { return }
    writers[address]?.idleHitCount += 1
    if let thread { writers[address]?.threads.insert(thread) }
  }

  /// Records that a writer revealed something new.
  mutating func noteNews() {
    for address in writers.keys { writers[address]?.idleHitCount = 0 }
  }

  /// Retires the writers that run all the time and reveal nothing new. Once a guest's table is known, a few hits
  /// suffice, as with KVM, which sets VBAR_EL2 at each entry and at each exit; but every CPU must have passed, as each
  /// may have its own table. Before that, more hits are needed, as with a kernel that sets VBAR at each system call.
  mutating func retireIdleWriters(cpuCount: Int, areGuestsKnown: Bool) {
    for (address, writer) in writers {
      let isKnown = areGuestsKnown && writer.threads.count >= cpuCount
      let limit = isKnown ? Self.idleHitLimit : Self.longIdleHitLimit
      guard writer.idleHitCount >= limit else { continue }
      writers[address] = nil
      retiredWriters[address] = writer
      revision += 1
    }
  }

  /// Watches the retired ones again, for a few hits: they may set other vectors by now.
  mutating func reviveWriters() {
    guard !retiredWriters.isEmpty else { return }
    for (address, writer) in retiredWriters {
      writers[address] = writer
      writers[address]?.idleHitCount -= Self.revivedHitCount
    }
    retiredWriters = [:]
    revision += 1
  }

  /// A CPU below EL2 is at a writer while HCR_EL2.E2H is 0: a kernel sets its own registers, or different code has the
  /// same address. Gives up those that write EL2's registers only with E2H, except others near its vectors.
  mutating func noteHitBelowEL2(_ address: UInt64) {
    guard writers[address]?.needsE2H == true else { return }
    revision += 1
    writers = writers.filter {
      !$0.value.needsE2H || $0.value.isNearVectors && $0.key != address
    }
  }

  /// Gives up the guessed ones.
  mutating func giveUpGuesses() {
    revision += 1
    writers = writers.filter { !$0.value.isGuess }
  }

  // MARK: Exception returns

  /// The exception returns that enter guests, or may.
  var entryAddresses: Set<UInt64> { Set(returns.filter { $0.value != .other }.keys) }
  /// All of them; those known to enter guests are first.
  var returnAddresses: [UInt64] {
    returns.keys.sorted().sorted { returns[$0] == .entersGuests && returns[$1] != .entersGuests }
  }
  /// How many are known to enter guests.
  var guestEntryCount: Int { returns.values.count { $0 == .entersGuests } }

  /// What the exception return at an address is about to do.
  ///
  /// - Parameter isHostsProgram: whether a host returns to one of its programs, which happens all the time and uses a
  ///   separate instruction.
  mutating func noteReturn(_ address: UInt64, entersGuest: Bool, isHostsProgram: Bool) {
    guard let known = returns[address] else { return }
    if entersGuest {
      guard known != .entersGuests else { return }
      returns[address] = .entersGuests
      revision += 1
      for (other, value) in returns {
        if case .unknown(let count) = value, count > 0 { returns[other] = .other }
      }
    } else if case .unknown(let count) = known {
      // One that returns to EL2 itself may also enter guests: Xen has one for both.
      let isOther =
        guestEntryCount > 0 || isHostsProgram && count + 1 >= Self.returnStopLimit
      returns[address] = isOther ? .other : .unknown(stopCount: count + 1)
      if isOther { revision += 1 }
    }
  }

  // MARK: All

  /// Gives up an instruction. Returns whether it was one of these.
  mutating func giveUp(_ address: UInt64) -> Bool {
    revision += 1
    let wasWriter = writers.removeValue(forKey: address) != nil
    return returns.removeValue(forKey: address) != nil || wasWriter
  }
}
