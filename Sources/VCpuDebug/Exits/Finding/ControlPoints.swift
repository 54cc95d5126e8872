internal import GDBRemote

/// The instructions of EL2 that set its vectors, turn its MMU on, or enter a guest, as far as they were found, and how long
/// it is worth stopping at them.
struct ControlPoints: Equatable {
  /// An instruction that may move the vectors, or the code that does.
  private struct Writer: Equatable {
    var needsE2H: Bool
    var isNearVectors = false
    var isGuess: Bool
    /// How often it was met since it told something new.
    var idleHitCount = 0
    var threads: Set<ThreadID> = []
  }

  /// What an exception return was seen to do.
  private enum Return: Equatable {
    case unknown(stopCount: Int)
    /// It entered a guest.
    case entersGuests
    /// It never did, however often.
    case other
  }

  private var writers: [UInt64: Writer] = [:]
  /// Those that were met often and told nothing new: they are left alone until they are met again.
  private var retiredWriters: [UInt64: Writer] = [:]
  private var returns: [UInt64: Return] = [:]
  /// Another number after each change of where to stop.
  private(set) var revision = 0

  private static let idleHitLimit = 32
  /// With a CPU that has not come by, the rest may have to wait for long.
  private static let longIdleHitLimit = 64
  /// How often one that is looked at again is met.
  private static let revivedHitCount = 2
  private static let returnStopLimit = 16
  /// More than a kernel has. A breakpoint for each is slow for the target.
  private static let limit = 4096

  /// Takes up what a search has found.
  ///
  /// - Parameters:
  ///   - isE2H: whether HCR_EL2.E2H is 1, or may be by the time that they run.
  ///   - isNearVectors: whether they are near vectors of EL2, and so EL2's for sure.
  ///   - isGuess: whether they are in any file that was loaded, where EL2's MMU is off.
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

  /// Where to stop to get to know the vectors.
  var writerAddresses: Set<UInt64> { Set(writers.keys) }
  /// How many are no longer stopped at, as they set the vectors to what is known.
  var retiredCount: Int { retiredWriters.count }

  /// A CPU is at a writer.
  mutating func noteHit(_ address: UInt64, _ thread: ThreadID?) {
    guard writers[address] != nil else { return }
    writers[address]?.idleHitCount += 1
    if let thread { writers[address]?.threads.insert(thread) }
  }

  /// Something new came of them.
  mutating func noteNews() {
    for address in writers.keys { writers[address]?.idleHitCount = 0 }
  }

  /// Does without the writers that run all the time and tell nothing new. Once a guest's table is known these are few
  /// hits, as with KVM, which sets VBAR_EL2 at each entry and at each exit; but every CPU has to have come by, for each
  /// may have a table of its own. Before that they are more, as of a kernel that sets them at each system call.
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

  /// Has those that were left alone be met again, a few times: they may set others by now.
  mutating func reviveWriters() {
    guard !retiredWriters.isEmpty else { return }
    for (address, writer) in retiredWriters {
      writers[address] = writer
      writers[address]?.idleHitCount -= Self.revivedHitCount
    }
    retiredWriters = [:]
    revision += 1
  }

  /// A CPU below EL2 is at a writer while HCR_EL2.E2H is 0: a kernel sets registers of its own, or it is other code that
  /// has the same address. Does without those that write EL2's registers only with E2H, but for others near its vectors.
  mutating func noteHitBelowEL2(_ address: UInt64) {
    guard writers[address]?.needsE2H == true else { return }
    revision += 1
    writers = writers.filter {
      !$0.value.needsE2H || $0.value.isNearVectors && $0.key != address
    }
  }

  /// Does without those that were guessed.
  mutating func giveUpGuesses() {
    revision += 1
    writers = writers.filter { !$0.value.isGuess }
  }

  // MARK: Exception returns

  /// The exception returns that enter guests, or may.
  var entryAddresses: Set<UInt64> { Set(returns.filter { $0.value != .other }.keys) }
  /// All of them, those first that are known to enter guests.
  var returnAddresses: [UInt64] {
    returns.keys.sorted().sorted { returns[$0] == .entersGuests && returns[$1] != .entersGuests }
  }
  /// How many are known to enter guests.
  var guestEntryCount: Int { returns.values.count { $0 == .entersGuests } }

  /// What the exception return at an address is about to do.
  ///
  /// - Parameter isHostsProgram: whether a host goes back to one of its programs, which happens all the time and by an
  ///   instruction of its own.
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
      // One that returns to EL2 itself may enter guests too: Xen has one for both.
      let isOther =
        guestEntryCount > 0 || isHostsProgram && count + 1 >= Self.returnStopLimit
      returns[address] = isOther ? .other : .unknown(stopCount: count + 1)
      if isOther { revision += 1 }
    }
  }

  // MARK: All

  /// Does without an instruction. Whether it was one of these.
  mutating func giveUp(_ address: UInt64) -> Bool {
    revision += 1
    let wasWriter = writers.removeValue(forKey: address) != nil
    return returns.removeValue(forKey: address) != nil || wasWriter
  }
}
