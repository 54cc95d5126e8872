import Testing

@testable import ArmVCpu

/// Trapped system registers that the vCPU emulates by itself.
@Suite struct VCpuSystemRegistersTests {
  private static let pc: UInt64 = 0x4020_1000

  /// Runs a guest to an MRS (`isRead`) or MSR of `register` with x3, and lets the vCPU carry it out. x3 is `value`
  /// before.
  private func access(
    _ register: SystemRegister, isRead: Bool, value: UInt64 = 0x3333, pstate: UInt64 = 0x3c5,
    prepare: (inout FakeMachine) -> Void = { _ in },
    identification: (SystemRegister) -> UInt64 = { _ in 0 },
    check: (borrowing TestGuest, _ isDone: Bool) -> Void
  ) {
    var guest = TestGuest()
    prepare(&guest.vcpu.machine)
    let iss = UInt64(register.rawValue) | 3 << 5 | (isRead ? 1 : 0)
    _ = guest.exit(esr: esr(0x18, iss)) {
      $0.elr = Self.pc
      $0.spsr = pstate
      $0.setGPR(3, value)
    }
    let isDone = guest.vcpu.emulateSystemRegister(identification: identification)
    check(guest, isDone)
  }

  private func expectValue(
    _ value: UInt64, of register: SystemRegister, pstate: UInt64 = 0x3c5,
    prepare: (inout FakeMachine) -> Void = { _ in },
    identification: (SystemRegister) -> UInt64 = { _ in 0 },
    location: SourceLocation = #_sourceLocation
  ) {
    access(
      register, isRead: true, pstate: pstate, prepare: prepare, identification: identification
    ) { guest, isDone in
      #expect(isDone, sourceLocation: location)
      #expect(guest.vcpu.gpr(3) == value, sourceLocation: location)
      #expect(guest.vcpu.frame.elr == Self.pc + 4, sourceLocation: location)
    }
  }

  private func expectIgnoredWrite(
    of register: SystemRegister, location: SourceLocation = #_sourceLocation
  ) {
    access(register, isRead: false) { guest, isDone in
      #expect(isDone, sourceLocation: location)
      #expect(guest.vcpu.gpr(3) == 0x3333, sourceLocation: location)
      #expect(guest.vcpu.frame.elr == Self.pc + 4, sourceLocation: location)
      #expect(guest.vcpu.machine.registers.isEmpty, sourceLocation: location)
    }
  }

  private func expectUndefined(
    _ register: SystemRegister, isRead: Bool, pstate: UInt64 = 0x3c5,
    location: SourceLocation = #_sourceLocation
  ) {
    access(register, isRead: isRead, pstate: pstate) { guest, isDone in
      #expect(isDone, sourceLocation: location)
      #expect(guest.vcpu.gpr(3) == 0x3333, sourceLocation: location)
      #expect(guest.vcpu.machine.registers[.esr_el1] == 0x0200_0000, sourceLocation: location)
      #expect(guest.vcpu.machine.registers[.elr_el1] == Self.pc, sourceLocation: location)
      let touched = guest.vcpu.machine.calls.contains {
        switch $0 {
        case .write(.mdscr_el1, _), .write(.oslar_el1, _), .setWay: true
        default: false
        }
      }
      #expect(!touched, sourceLocation: location)
    }
  }

  @Test("B-31: identification registers read what was decided for them, and not the hardware")
  func identification() {
    let isar0 = SystemRegister(3, 0, 0, 6, 0)
    expectValue(
      0x1_2305, of: isar0, prepare: { $0.identification[isar0] = 0x1_2345 },
      identification: { register in
        #expect(register == isar0)
        return 0x1_2305
      })
  }

  @Test("B-31: unallocated registers in the identification space read as zero")
  func unallocatedIdentification() { expectValue(0, of: SystemRegister(3, 0, 0, 7, 7)) }

  @Test("B-31: a write of a read-only register and a read of a write-only one are undefined")
  func directions() {
    for register in [
      .id_aa64pfr0_el1, SystemRegister(3, 0, 0, 7, 7), .cntpct_el0, .oslsr_el1,
      SystemRegister(2, 0, 1, 0, 0), SystemRegister(2, 0, 7, 14, 6), SystemRegister(2, 3, 0, 1, 0),
    ] {
      expectUndefined(register, isRead: false)
    }
    expectUndefined(.oslar_el1, isRead: true)
  }

  @Test("B-31: an access from EL0 to an EL1 register is undefined and has no effect")
  func exceptionLevels() {
    for register in [.mdscr_el1, .oslsr_el1, .id_aa64dfr0_el1, SystemRegister(2, 0, 0, 0, 4)] {
      expectUndefined(register, isRead: true, pstate: 0)
    }
    for register: SystemRegister in [
      .mdscr_el1, .oslar_el1, .dc_isw, .dc_csw, .dc_cisw, .id_aa64dfr0_el1,
      SystemRegister(2, 0, 0, 0, 4),
    ] {
      expectUndefined(register, isRead: false, pstate: 0)
    }
    // EL0 registers are accessible at EL0.
    expectValue(0, of: SystemRegister(2, 3, 0, 1, 0), pstate: 0)
    expectValue(9, of: .cntpct_el0, pstate: 0, prepare: { $0.count = 9 })
  }

  @Test("B-31: other registers are left to the embedder, unchanged")
  func unknown() {
    for register in [.actlr_el1, SystemRegister(3, 0, 15, 12, 7), SystemRegister(1, 0, 8, 7, 0)] {
      for isRead in [false, true] {
        access(register, isRead: isRead) { guest, isDone in
          #expect(!isDone)
          #expect(guest.vcpu.frame.elr == Self.pc)
          #expect(guest.vcpu.exit != nil)
          #expect(guest.vcpu.machine.calls == [.run])
        }
      }
    }
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x16))
    let isDone = guest.vcpu.emulateSystemRegister { _ in 0 }
    #expect(!isDone)
  }

  @Test func theMonitorDebugControlAndTheOSLockAreTheCPUs() {
    expectValue(0x1001, of: .mdscr_el1, prepare: { $0.registers[.mdscr_el1] = 0x1001 })
    expectValue(0xa, of: .oslsr_el1, prepare: { $0.registers[.oslsr_el1] = 0xa })
    access(.mdscr_el1, isRead: false, value: 0x2001) { guest, _ in
      #expect(guest.vcpu.machine.calls == [.run, .write(.mdscr_el1, 0x2001)])
    }
    access(.oslar_el1, isRead: false, value: 1) { guest, _ in
      #expect(guest.vcpu.machine.calls == [.run, .write(.oslar_el1, 1)])
    }
  }

  @Test func debugRegistersAreZeroAndIgnoreWrites() {
    for register in [
      SystemRegister(2, 0, 0, 2, 0), SystemRegister(2, 0, 0, 0, 2), SystemRegister(2, 0, 0, 3, 2),
      SystemRegister(2, 0, 0, 6, 2), SystemRegister(2, 0, 1, 3, 4), SystemRegister(2, 0, 1, 4, 4),
      SystemRegister(2, 0, 7, 8, 6), SystemRegister(2, 0, 7, 9, 6), SystemRegister(2, 3, 0, 4, 0),
      SystemRegister(2, 3, 0, 5, 0),
    ] {
      expectValue(0, of: register)
      expectIgnoredWrite(of: register)
    }
    for register in [
      SystemRegister(2, 0, 1, 0, 0), SystemRegister(2, 0, 7, 14, 6), SystemRegister(2, 3, 0, 1, 0),
    ] {
      expectValue(0, of: register)
    }
    // OSECCR's neighbours, DBGVCR32_EL2, a trace register.
    for register in [
      SystemRegister(2, 0, 0, 7, 2), SystemRegister(2, 4, 0, 7, 0), SystemRegister(2, 1, 0, 1, 0),
    ] {
      expectUndefined(register, isRead: true)
      expectUndefined(register, isRead: false)
    }
  }

  @Test("B-28: the guest doesn't have the machine's error records, nor its own")
  func errorRecords() {
    // ERRIDR_EL1 and ERXFR_EL1, read-only.
    for register in [SystemRegister(3, 0, 5, 3, 0), SystemRegister(3, 0, 5, 4, 0)] {
      expectValue(0, of: register)
      expectUndefined(register, isRead: false)
      expectUndefined(register, isRead: true, pstate: 0)
    }
    // ERRSELR_EL1; ERXCTLR_EL1, ERXSTATUS_EL1 and ERXADDR_EL1; ERXMISC0_EL1 to ERXMISC3_EL1.
    for register in [
      SystemRegister(3, 0, 5, 3, 1), SystemRegister(3, 0, 5, 4, 1), SystemRegister(3, 0, 5, 4, 2),
      SystemRegister(3, 0, 5, 4, 3), SystemRegister(3, 0, 5, 5, 0), SystemRegister(3, 0, 5, 5, 1),
      SystemRegister(3, 0, 5, 5, 2), SystemRegister(3, 0, 5, 5, 3),
    ] {
      expectValue(0, of: register)
      expectIgnoredWrite(of: register)
      expectUndefined(register, isRead: false, pstate: 0)
    }
    // ERXPFGCTL_EL1 injects errors into the machine.
    access(SystemRegister(3, 0, 5, 4, 5), isRead: false) { _, isDone in #expect(!isDone) }
  }

  @Test func thereAreAsManyBreakpointsAsTheGuestIsTold() {
    // BRPs 15:12 is 3, WRPs 23:20 is 1, each the number minus one.
    let features: UInt64 = 0x10_3006
    for (op2, count) in [(4, 4), (5, 4), (6, 2), (7, 2)] as [(UInt32, UInt32)] {
      for number: UInt32 in 0..<16 {
        access(
          SystemRegister(2, 0, 0, number, op2), isRead: true,
          identification: { register in
            #expect(register == .id_aa64dfr0_el1)
            return features
          }
        ) { guest, isDone in
          #expect(isDone)
          #expect((guest.vcpu.gpr(3) == 0) == (number < count))
          #expect((guest.vcpu.machine.registers[.esr_el1] != nil) == (number >= count))
        }
      }
    }
  }

  @Test("performance monitors are left to the embedder, which makes them undefined")
  func performanceMonitors() {
    access(SystemRegister(3, 3, 9, 12, 0), isRead: true) { _, isDone in #expect(!isDone) }
  }

  @Test("B-28: maintenance by set and way always cleans and invalidates")
  func setWay() {
    for register: SystemRegister in [.dc_isw, .dc_csw, .dc_cisw] {
      access(register, isRead: false, value: 0x1e) { guest, isDone in
        #expect(isDone)
        #expect(guest.vcpu.machine.calls == [.run, .setWay(0x1e)])
        #expect(guest.vcpu.frame.elr == Self.pc + 4)
      }
    }
  }

  @Test("B-26: a trapped physical timer is the vCPU's own")
  func physicalTimer() {
    var guest = TestGuest()
    guest.vcpu.machine.count = 1000
    /// Makes one access, and returns x3 after it.
    func access(_ register: SystemRegister, write value: UInt64? = nil) -> UInt64 {
      let iss = UInt64(register.rawValue) | 3 << 5 | (value == nil ? 1 : 0)
      _ = guest.exit(esr: esr(0x18, iss)) { $0.setGPR(3, value ?? 0) }
      let isDone = guest.vcpu.emulateSystemRegister { _ in 0 }
      #expect(isDone)
      return guest.vcpu.gpr(3)
    }
    _ = access(.cntp_tval_el0, write: 50)
    #expect(access(.cntp_cval_el0) == 1050)
    _ = access(.cntp_ctl_el0, write: 0b101)
    #expect(access(.cntp_ctl_el0) == 0b001)
    guest.vcpu.machine.count = 1050
    #expect(access(.cntp_ctl_el0) == 0b101)
    #expect(access(.cntp_tval_el0) == 0)
    #expect(access(.cntpct_el0) == 1050)
    _ = access(.cntp_cval_el0, write: 1049)
    #expect(access(.cntp_tval_el0) == 0xffff_ffff)
    #expect(guest.vcpu.physicalTimer.isInterruptAsserted(at: 1050))
    #expect(guest.vcpu.machine.registers.isEmpty)
  }
}
