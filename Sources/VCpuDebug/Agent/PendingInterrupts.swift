internal import ArmVCpu
internal import GDBRemote

/// The virtual interrupts that the debugger has made pending with HCR_EL2.VI or VF, and withdraws once the guest takes
/// them: neither bit clears itself, and the hypervisor doesn't know about them.
///
/// Breakpoints at the guest's vectors show when it takes them. The CPU is at EL1 there and can't write HCR_EL2: a call
/// that is placed at the vector leads it back to EL2, and it enters the guest again.
final class PendingInterrupts {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let exits: Exits
  private let exceptionReturn: ExceptionReturn
  private let system: SystemRegisters
  private var pending: [ThreadID: Pending] = [:] {
    didSet { exits.guestAddresses = pending.values.reduce(into: []) { $0.formUnion($1.vectors) } }
  }

  /// The interrupts that are pending on a CPU.
  private struct Pending: Equatable {
    var bits: HCR_EL2
    /// The guest's vectors for them.
    var vectors: Set<UInt64>
  }

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits, _ system: SystemRegisters,
    by exceptionReturn: ExceptionReturn
  ) {
    self.access = access
    self.memory = memory
    self.exits = exits
    self.exceptionReturn = exceptionReturn
    self.system = system
  }

  /// Throws if an interrupt could not be withdrawn again.
  func requireWithdrawable(_ hcr: HCR_EL2) throws {
    guard Self.call(hcr) != nil else { throw DebugError.refused(.cannotWithdraw) }
  }

  /// An instruction by which EL1 gets to EL2: HVC unless HCR_EL2.HCD forbids it, SMC if TSC traps it.
  private static func call(_ hcr: HCR_EL2) -> PlacedInstruction? {
    if hcr.rawValue & hvcDisabled == 0 { return PlacedInstruction(word: 0xd400_0002, operand: nil) }
    return hcr.contains(.tsc) ? PlacedInstruction(word: 0xd400_0003, operand: nil) : nil
  }

  /// HCD, bit 29. (Arm ARM DDI 0487, "HCR_EL2".)
  private static let hvcDisabled: UInt64 = 1 << 29

  /// Notes that an interrupt was made pending for the guest that the CPU has just entered.
  ///
  /// - Parameter table: the guest's VBAR_EL1.
  func note(_ injection: GuestInjection, vectors table: UInt64) {
    let bits: HCR_EL2 =
      switch injection {
      case .irq(nil): .vi
      case .fiq: .vf
      default: []
      }
    guard !bits.isEmpty else { return }
    let before = pending[access.thread]
    pending[access.thread] = Pending(
      bits: before.map { $0.bits.union(bits) } ?? bits,
      vectors: Self.vectors(of: bits, in: table).union(before?.vectors ?? []))
  }

  /// A guest's vectors for the pending interrupts, in the table at VBAR_EL1: from EL1 with SP_EL0 and with its own SP,
  /// from EL0 in both states. (Arm ARM DDI 0487, D1.3.1.5 "Exception vectors".)
  private static func vectors(of bits: HCR_EL2, in table: UInt64) -> Set<UInt64> {
    let base = table & ~0x7ff
    let kinds: [(HCR_EL2, UInt64)] = [(.vi, 0x80), (.vf, 0x100)]
    return Set(
      kinds.filter { bits.contains($0.0) }.flatMap { _, offset in
        [0, 0x200, 0x400, 0x600].map { base &+ $0 &+ offset }
      })
  }

  /// Withdraws the interrupts that the stopped CPU is about to take.
  ///
  /// - Throws: what the target throws, and `DebugError.notWithdrawn` with what is left.
  func noteStop(at state: CPUState) throws {
    guard let waiting = pending[access.thread] else { return }
    guard state.isBelowEL2, waiting.vectors.contains(state.pc) else {
      // The guest may have changed its vectors since, or have others while one of its programs
      // runs.
      if let name = ["VBAR_EL1", "VBAR"].first(where: { access.target.registers[$0] != nil }) {
        let vectors = Self.vectors(of: waiting.bits, in: try access.readRegister(name))
        pending[access.thread]?.vectors.formUnion(vectors)
      }
      return
    }
    pending[access.thread] = nil
    let hcr = HCR_EL2(rawValue: try access.readRegister("HCR_EL2"))
    // The hypervisor has written HCR_EL2 since.
    guard !hcr.intersection(waiting.bits).isEmpty, let call = Self.call(hcr) else { return }
    try withdraw(waiting.bits, hcr, by: call, at: state)
  }

  /// Withdraws everything that is pending, before the debugger leaves the target.
  ///
  /// - Throws: `DebugError.notWithdrawn` if something stays pending. It isn't tried again.
  func withdrawAll() throws {
    guard !pending.isEmpty else { return }
    let all = pending
    pending = [:]
    let selected = access.target.selectedThread
    for (thread, waiting) in all {
      try access.target.select(thread)
      access.forget()
      let hcr = HCR_EL2(rawValue: try access.readRegister("HCR_EL2"))
      guard !hcr.intersection(waiting.bits).isEmpty else { continue }
      let state = try access.requireState()
      do {
        if state.isAtEL2 {
          try system.write(
            hcr.subtracting(waiting.bits).rawValue, toCPU: "HCR_EL2", named: "hcr_el2")
        } else if let call = Self.call(hcr) {
          try withdraw(waiting.bits, hcr, by: call, at: state)
        }
      } catch let error as DebugError {
        throw DebugError.notWithdrawn("\(error)")
      }
    }
    if let selected { try access.target.select(selected) }
    access.forget()
  }

  private func withdraw(
    _ bits: HCR_EL2, _ hcr: HCR_EL2, by call: PlacedInstruction, at state: CPUState
  ) throws {
    let code = try memory.read(.guest, state.pc, byteCount: 4)
    do {
      try memory.write(.guest, state.pc, call.bytes)
      try callHypervisor(bits, hcr, from: state)
      try memory.write(.guest, state.pc, code)
    } catch {
      // The place belongs to the guest and is restored, whatever went wrong.
      guard access.hasTarget, (try? memory.write(.guest, state.pc, code)) != nil else {
        throw DebugError.notWithdrawn(
          "\(error); the word at guest:0x\(String(state.pc, radix: 16)) was 0x\(String(RegisterDescription.integer(code) ?? 0, radix: 16))"
        )
      }
      throw error
    }
  }

  /// Makes the guest call EL2, clears the bits there, and enters the guest again.
  private func callHypervisor(_ bits: HCR_EL2, _ hcr: HCR_EL2, from state: CPUState) throws {
    let executor = try InstructionExecutor(access)
    try executor.step(access.thread, from: state.pc)
    access.forget()
    guard try access.requireState().isAtEL2 else {
      throw DebugError.notWithdrawn("the guest's call did not lead to EL2")
    }
    let ground = try executor.ground()
    guard
      let address = try exceptionReturn.address()
    else { throw DebugError.notWithdrawn("no 'eret' was found to return to the guest") }
    var entry = GuestEntry(access, on: ground, by: address)
    let values: [(String, UInt64, UInt64)] = [
      ("hcr_el2", hcr.subtracting(bits).rawValue, hcr.rawValue), ("elr_el2", state.pc, state.pc),
      ("spsr_el2", state.pstate ?? 0, state.pstate ?? 0),
    ]
    for (name, value, before) in values {
      SystemRegister(named: name).map { entry.systemRegisters.append(($0, value, before)) }
    }
    let back = try entry.enter()
    guard back.isBelowEL2, back.pc == state.pc else {
      throw DebugError.notWithdrawn("the guest was not entered again")
    }
  }
}
