internal import ArmVCpu
internal import GDBRemote

/// An access that only the guest's CPU can carry out: an exclusive, an atomic, DC ZVA, a walk of its tables.
///
/// The guest gets the permission back for one instruction, which the stub steps while the other CPUs wait. A BRK at the
/// next one leads back to EL2, where the permission is taken again: MDCR_EL2.TDE routes it there, from EL0 as well.
/// (Arm ARM DDI 0487, "MDCR_EL2".) A load-exclusive is stepped together with the instructions up to its store-exclusive:
/// a step isn't an exception, and so the exclusive monitor stays as it is.
extension SessionProtection {
  /// - Returns: whether the access was made. If not, the CPU is at another exit, or the guest at its own exception.
  func letThrough(_ exit: Exit, leave: () throws -> Void) throws -> Bool {
    guard !exit.pstate.isAArch32 else {
      throw DebugError.cannotWatchByStage2(
        "the guest's instruction is AArch32's, which can't be let through: delete the watchpoint")
    }
    let count = try exclusiveSequence(at: exit.pc)
    let control = try agent.system.value(of: Self.debugControl, named: "mdcr_el2")
    var entry = try agent.entry()
    let (machine, features) = try agent.readMachine(of: exit, carryingOut: nil)
    _ = try agent.load(exit, machine, features, into: &entry) { _ in }
    entry.systemRegisters.append((Self.debugControl, control | Self.routesDebugExceptions, control))
    try suspend()
    try leave()
    exits.noteResume(isWholeTarget: false)
    debugControls[access.thread] = control
    _ = try entry.enter()
    let isDone = try step(over: count, from: exit)
    let isAtAnotherExit = try access.requireState().isAtEL2
    if !isAtAnotherExit { try callEL2() }
    guard try canChangeTables() else {
      // The guest can't be led back now: what is pending is done at its next exit.
      return isDone
    }
    try settle()
    if !isAtAnotherExit { _ = try agent.entry().enter() }
    return isDone
  }

  /// TDE, bit 8.
  private static let routesDebugExceptions: UInt64 = 1 << 8

  // MARK: The instruction

  /// The most instructions that may be between a load-exclusive and its store-exclusive.
  private static let sequenceLimit = 32

  /// How many instructions a load-exclusive and what comes after it are, up to its store-exclusive: 1 if it isn't one, or
  /// if there is no store-exclusive near it.
  private func exclusiveSequence(at pc: UInt64) throws -> UInt64 {
    var words: [UInt32] = []
    for index in 0..<UInt64(Self.sequenceLimit) {
      guard
        let bytes = try? memory.read(.guest, pc &+ index * 4, byteCount: 4),
        let word = RegisterDescription.integer(bytes)
      else { break }
      words.append(UInt32(truncatingIfNeeded: word))
      guard words[0].isExclusive(isLoad: true) else { break }
      if words[words.count - 1].isExclusive(isLoad: false) { return index + 1 }
    }
    return 1
  }

  /// Steps the CPU over instructions. Returns whether the first one was executed: not if it led to EL2 or to an
  /// exception of the guest's.
  private func step(over count: UInt64, from exit: Exit) throws -> Bool {
    let executor = try InstructionExecutor(access)
    let vectors = try access.readRegister(vectorRegister) & ~0x7ff
    var pc = exit.pc
    for index in 0..<Self.sequenceLimit * 2 {
      try executor.step(access.thread, from: pc)
      access.forget()
      let state = try access.requireState()
      // At one of the guest's vectors, which no instruction branches to.
      let isException = state.pc &- vectors < 0x800 && state.pc % 0x80 == 0
      guard state.isBelowEL2, !isException || state.pc == exit.pc &+ 4 else { return index > 0 }
      pc = state.pc
      // Not at its first instruction again: that is a new attempt.
      guard (1..<count).contains((pc &- exit.pc) / 4) else { break }
    }
    return true
  }

  /// What the stub calls VBAR_EL1.
  private var vectorRegister: String {
    access.target.registers["VBAR_EL1"] == nil ? "VBAR" : "VBAR_EL1"
  }

  // MARK: Back to EL2

  /// Leads a CPU that is in the guest back to EL2, where the guest's state is what it is now.
  ///
  /// Nothing is done where the guest has no memory at its PC: it is about to fault, and exits or not.
  private func callEL2() throws {
    let state = try access.requireState()
    guard state.isBelowEL2,
      let place = try? memory.walk(of: state.pc, in: .guest).output,
      let code = try? memory.read(.physical, place, byteCount: 4)
    else { return }
    do {
      try memory.write(.physical, place, PlacedInstruction(word: Self.brk, operand: nil).bytes)
      try InstructionExecutor(access).step(access.thread, from: state.pc)
      try memory.write(.physical, place, code)
    } catch {
      // The place is the guest's, and gets its instruction back whatever went wrong.
      guard access.hasTarget, (try? memory.write(.physical, place, code)) != nil else {
        let word = RegisterDescription.integer(code) ?? 0
        throw DebugError.cannotWatchByStage2(
          "\(error); the word at pa:0x\(String(place, radix: 16)) was 0x\(String(word, radix: 16))")
      }
      throw error
    }
    access.forget()
  }

  /// BRK #0. (Arm ARM DDI 0487, C6.2 "BRK".)
  private static let brk: UInt32 = 0xd420_0000
}

extension UInt32 {
  /// Whether it is an A64 load or store exclusive: LDXR, LDAXR, LDXP, LDAXP, or STXR and so on. (Arm ARM DDI 0487,
  /// C4.1 "Load/store exclusive register", "Load/store exclusive pair": bits 29:24 are 001000, o2, bit 23, is 0, and L
  /// is bit 22. CASP and so on have o1, bit 21, in sizes of 0 and 1.)
  fileprivate func isExclusive(isLoad: Bool) -> Bool {
    guard self & 0x3f80_0000 == 0x0800_0000, (self >> 22 & 1 != 0) == isLoad else { return false }
    return self >> 21 & 1 == 0 || self >> 31 != 0
  }
}
