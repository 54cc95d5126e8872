import ArmVCpu
import GDBRemote

/// Steps that execute the instruction in memory, as QEMU 7.2 does with interrupts held back: MRS, MSR, AT, ERET and
/// HVC have their effect, and exceptions are taken; any other instruction only moves the PC.
extension FakeTarget {
  /// Executes one instruction of a CPU.
  func execute(_ thread: ThreadID) {
    onExecution(self, thread)
    let pc = self["pc", of: thread]
    let level = level(of: thread)
    guard let bytes = memory.read(pc, byteCount: 4, level == 2 ? .hypervisor : .guest) else {
      // A level 3 translation fault, in stage 2 for the guest.
      return level == 2
        ? take(0x8600_0007, to: 2, on: thread) : take(0x8200_0007, to: 2, on: thread)
    }
    let word = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    if word == 0xd69f_03e0 {
      returnFromException(thread)
    } else if word & 0xffe0_001f == 0xd400_0002 {
      callHypervisor(UInt64(word >> 5 & 0xffff), thread)
    } else if word & 0xffe0_001f == 0xd420_0000 {
      breakToDebugger(thread)
    } else if word & 0xffc0_0000 == 0xd500_0000, word >> 19 & 3 != 0 {
      access(word, thread)
    } else {
      self["pc", of: thread] = pc &+ 4
    }
  }

  private func level(of thread: ThreadID) -> UInt64 {
    UInt64(SPSR_EL2(rawValue: self["cpsr", of: thread]).exceptionLevel)
  }

  // MARK: System registers

  /// MRS, MSR (register), SYS and SYSL: L is bit 21, and the register's name is bits 20:5 (Arm ARM DDI 0487, C4.1.94).
  private func access(_ word: UInt32, _ thread: ThreadID) {
    let name = SystemRegister(word >> 19, word >> 16, word >> 12, word >> 8, word >> 5)
    let operand = Int(word & 31)
    let isRead = word >> 21 & 1 != 0
    let level = level(of: thread)
    guard name.op0 != 1 else { return translate(name, operand, thread) }
    if let syndrome = cpu.traps[name] { return trap(syndrome, thread) }
    let isHost = HCR_EL2(rawValue: self["HCR_EL2", of: thread]).contains(.e2h)
    guard let register = FakeCPU.reached(by: name, at: level, isHost: isHost),
      let old = value(of: register, thread),
      isRead || !register.isFeatureIdentification && !cpu.readOnly.contains(register)
    else { return trap(FakeCPU.undefinedSyndrome, thread) }
    if isRead {
      if operand != 31 { self["x\(operand)", of: thread] = old }
    } else {
      let mask = cpu.writeMasks[register] ?? .max
      let new = operand == 31 ? 0 : self["x\(operand)", of: thread]
      write(old & ~mask | new & mask, to: register, thread)
    }
    self["pc", of: thread] &+= 4
  }

  private func value(of register: SystemRegister, _ thread: ThreadID) -> UInt64? {
    let pstate = self["cpsr", of: thread]
    if let mask = FakeCPU.pstateParts[register] { return pstate & mask }
    // SP_EL0 is UNDEFINED while it is the stack pointer in use.
    if register == SystemRegister(3, 0, 4, 1, 0), pstate & 1 == 0 { return nil }
    return self[register, of: thread]
  }

  private func write(_ value: UInt64, to register: SystemRegister, _ thread: ThreadID) {
    guard let mask = FakeCPU.pstateParts[register] else {
      self[register, of: thread] = value
      return
    }
    setPSTATE(self["cpsr", of: thread] & ~mask | value & mask, thread)
  }

  private func translate(_ name: SystemRegister, _ operand: Int, _ thread: ThreadID) {
    if name.crn == 8 {
      guard level(of: thread) == 2 else { return trap(FakeCPU.undefinedSyndrome, thread) }
      trace.append("tlbi \(name.crm).\(name.op2)")
    }
    if let lowest = FakeCPU.translations[name] {
      guard level(of: thread) >= lowest else {
        return trap(FakeCPU.undefinedSyndrome, thread)
      }
      let address = operand == 31 ? 0 : self["x\(operand)", of: thread]
      self["PAR_EL1", of: thread] = cpu.translation(name, address)
    }
    self["pc", of: thread] &+= 4
  }

  // MARK: Exceptions

  /// Takes an exception at the instruction, to the right level.
  private func trap(_ syndrome: UInt64, _ thread: ThreadID) {
    let isTakenToEL2 =
      level(of: thread) == 2 || HCR_EL2(rawValue: self["HCR_EL2", of: thread]).contains(.tge)
      // EC 0x18, a trapped access, is only taken to EL2.
      || syndrome >> 26 == 0x18
    take(syndrome, to: isTakenToEL2 ? 2 : 1, on: thread)
  }

  /// Takes a synchronous exception to EL1 or EL2. QEMU clears the flags in PSTATE.
  private func take(
    _ syndrome: UInt64, to target: UInt64, on thread: ThreadID, returnOffset: UInt64 = 0
  ) {
    let pstate = self["cpsr", of: thread]
    let source = UInt64(SPSR_EL2(rawValue: pstate).exceptionLevel)
    let offset: UInt64 =
      source < target ? (pstate & 0x10 != 0 ? 0x600 : 0x400) : pstate & 1 != 0 ? 0x200 : 0
    let vectors = self[target == 2 ? "VBAR_EL2" : "VBAR", of: thread]
    let pc = self["pc", of: thread]
    var written = [
      ("ESR_EL\(target)", syndrome), ("ELR_EL\(target)", pc &+ returnOffset),
      ("SPSR_EL\(target)", pstate),
    ]
    if syndrome >> 26 == 0x20 || syndrome >> 26 == 0x21 { written.append(("FAR_EL\(target)", pc)) }
    // The stub might not show them.
    for (name, value) in written { self[SystemRegister(named: name)!, of: thread] = value }
    self["pc", of: thread] = vectors &+ offset
    setPSTATE(0x3c1 | target << 2, thread)
  }

  private func callHypervisor(_ immediate: UInt64, _ thread: ThreadID) {
    // HCR_EL2.HCD, bit 29.
    guard level(of: thread) > 0, self["HCR_EL2", of: thread] >> 29 & 1 == 0 else {
      return trap(FakeCPU.undefinedSyndrome, thread)
    }
    take(0x5a00_0000 | immediate, to: 2, on: thread, returnOffset: 4)
  }

  /// BRK: to EL2 from below it if MDCR_EL2.TDE says so. (Arm ARM DDI 0487, "MDCR_EL2".)
  private func breakToDebugger(_ thread: ThreadID) {
    let isRouted = self["MDCR_EL2", of: thread] >> 8 & 1 != 0
    take(0xf200_0000, to: isRouted || level(of: thread) == 2 ? 2 : 1, on: thread)
  }

  private func returnFromException(_ thread: ThreadID) {
    let level = level(of: thread)
    guard level > 0 else { return trap(FakeCPU.undefinedSyndrome, thread) }
    let pstate = self["SPSR_EL\(level)", of: thread]
    self["pc", of: thread] = self["ELR_EL\(level)", of: thread]
    let target = UInt64(SPSR_EL2(rawValue: pstate).exceptionLevel)
    // EL0 has only one stack pointer, and M[1] is 0 in AArch64.
    guard target <= level, pstate & 0x10 != 0 || pstate & 0b10 == 0 && pstate & 0xf != 1 else {
      // An illegal return: PSTATE.IL is set, and the level stays.
      let kept = self["cpsr", of: thread] & 0xf
      setPSTATE(pstate & 0xf000_03c0 | 1 << 20 | kept, thread)
      return
    }
    setPSTATE(pstate, thread)
  }

  /// Changes PSTATE, and with it the current stack pointer: the old one is saved in its bank.
  private func setPSTATE(_ value: UInt64, _ thread: ThreadID) {
    // AArch32 has its stack pointers in the general registers.
    func bank(_ pstate: UInt64) -> String? {
      guard pstate & 0x10 == 0 else { return nil }
      return pstate & 1 == 0 ? "SP_EL0" : "SP_EL\(pstate >> 2 & 3)"
    }
    let (old, new) = (bank(self["cpsr", of: thread]), bank(value))
    if old != new {
      if let old { self[old, of: thread] = self["sp", of: thread] }
      if let new { self["sp", of: thread] = self[new, of: thread] }
    }
    self["cpsr", of: thread] = value
  }
}
