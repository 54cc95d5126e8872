import ArmVCpu

/// The first bytes of a vCPU context, as the vectors leave them at an exit.
package struct FakeExit: Sendable {
  package var kind: UInt64 = 0
  package var esr: UInt64
  package var far: UInt64 = 0
  package var hpfar: UInt64 = 0
  package var x: [Int: UInt64] = [:]
  package var spEL0: UInt64 = 0x402f_0000
  package var pc: UInt64
  /// EL1h, D, A, I and F masked.
  package var pstate: UInt64 = 0x3c5
  package var count: UInt64 = 1
  package var time: UInt64 = 0x2000
  package var entryTime: UInt64 = 0x1f00
  package var vcpu: UInt32 = 0
  package var vm: UInt32 = 1

  /// An exit at the instruction at one of the guest's symbols.
  package init(
    _ exceptionClass: ExceptionClass, iss: UInt32 = 0, at symbol: String, x: [Int: UInt64] = [:]
  ) {
    esr = ESR_EL2(exceptionClass, iss: iss).rawValue
    pc = FixtureImages.guestAddress(symbol)
    self.x = x
  }

  /// A stage 2 translation fault of level 3 at an intermediate physical address.
  package func faulting(at address: UInt64) -> FakeExit {
    var exit = self
    exit.far = address
    exit.hpfar = (address >> 12) << 4
    return exit
  }

  /// A copy with some changes.
  package func with(_ change: (inout FakeExit) -> Void) -> FakeExit {
    var exit = self
    change(&exit)
    return exit
  }

  /// Its bytes in memory.
  package var record: [UInt8] {
    let words =
      (0..<31).map { x[$0] ?? 0 } + [spEL0, pc, pstate, 0, esr, far, hpfar, kind]
      + [count, time, entryTime, UInt64(vcpu) | UInt64(vm) << 32]
    return words.flatMap(littleEndian)
  }

  // MARK: The kinds

  // ISV, SAS word, SRT 1, WnR, translation fault of level 3.
  package static let mmioWrite = FakeExit(
    .dataAbortLower, iss: 0x181_0047, at: "store32",
    x: [0: 0x900_0000, 1: 0x1_0000_0041, 29: 0x29, 30: 0x4020_0004]
  ).faulting(at: 0x900_0000)
  // ISV, SAS byte, SSE, SRT 3, SF.
  package static let mmioRead = FakeExit(
    .dataAbortLower, iss: 0x123_8007, at: "load_signed", x: [0: 0x900_0018]
  ).faulting(at: 0x900_0018)
  // ISV, SAS byte, SRT 31, WnR.
  package static let mmioWriteZero = FakeExit(
    .dataAbortLower, iss: 0x11f_0047, at: "store8", x: [0: 0x900_0001]
  ).faulting(at: 0x900_0001)
  // No ISV, WnR clear.
  package static let dataAbort = FakeExit(
    .dataAbortLower, iss: 0x7, at: "load_pair", x: [2: 0x5000_0ff8]
  ).faulting(at: 0x5000_0ff8)
  // S1PTW: the guest's walk.
  package static let dataAbortOnWalk = FakeExit(
    .dataAbortLower, iss: 0x87, at: "load64"
  ).with {
    $0.far = 0xffff_0000_1234_5678
    $0.hpfar = 0x500010
  }
  // DC CIVAC: CM and WnR.
  package static let cacheMaintenance = FakeExit(
    .dataAbortLower, iss: 0x147, at: "clean", x: [0: 0x5000_0040]
  ).faulting(at: 0x5000_0040)
  package static let instructionAbort = FakeExit(
    .instructionAbortLower, iss: 0x6, at: "tour_main"
  ).faulting(at: 0x5000_0000).with { $0.pc = 0x5000_0000 }
  package static let hypercall = FakeExit(
    .hvc64, iss: 0x1f, at: "call_hypervisor", x: [0: 0xc600_0001, 1: 0x11, 3: 0x33]
  ).with { $0.pc += 4 }
  package static let secureMonitorCall = FakeExit(
    .smc64, at: "call_monitor", x: [0: 0x8000_0000])
  package static let psciVersion = FakeExit(
    .hvc64, at: "call_psci", x: [0: 0x8400_0000]
  ).with { $0.pc += 4 }
  package static let psciCPUOn = FakeExit(
    .hvc64, at: "call_psci", x: [0: 0xc400_0003, 1: 1, 2: 0x4020_0000, 3: 0x77]
  ).with { $0.pc += 4 }
  package static let psciCPUSuspend = FakeExit(
    .smc64, at: "call_monitor", x: [0: 0xc400_0001, 1: 0x1_0000, 2: 0x4020_0010, 3: 5])
  package static let psciUnsupported = FakeExit(
    .smc64, at: "call_monitor", x: [0: 0x8400_0013])
  // ID_AA64PFR0_EL1 is S3_0_C0_C4_0.
  package static let sysregRead = FakeExit(
    .systemRegister, iss: SystemRegister(3, 0, 0, 4, 0).rawValue | 4 << 5 | 1, at: "read_id")
  // DBGDTRTX_EL0, which is DBGDTRRX_EL0 to a read, and DC CISW.
  package static let sysregWriteOfOtherName = FakeExit(
    .systemRegister, iss: SystemRegister(2, 3, 0, 5, 0).rawValue | 6 << 5, at: "write_actlr",
    x: [6: 0x41])
  package static let systemInstruction = FakeExit(
    .systemRegister, iss: SystemRegister.dc_cisw.rawValue | 6 << 5, at: "write_actlr",
    x: [6: 0x20])
  package static let sysregWrite = FakeExit(
    .systemRegister, iss: SystemRegister.actlr_el1.rawValue | 6 << 5, at: "write_actlr",
    x: [6: 0x1234])
  package static let sysregUnknown = FakeExit(
    .systemRegister, iss: SystemRegister(3, 3, 15, 2, 7).rawValue | 7 << 5 | 1, at: "read_unknown")
  package static let wfi = FakeExit(.waitInstruction, iss: 0x1e0_0000, at: "wait")
  package static let wfe = FakeExit(.waitInstruction, iss: 0x1e0_0001, at: "wait_event")
  // RV, RN 9, TI 2.
  package static let wfit = FakeExit(
    .waitInstruction, iss: 0x1e0_0126, at: "wait_until", x: [9: 0xdead])
  package static let irq = FakeExit(.waitInstruction, at: "tour_main").with { $0.kind = 1 }
  package static let fiq = FakeExit(.waitInstruction, at: "tour_main").with { $0.kind = 2 }
  // AET 3, DFSC 0x11.
  package static let serror = FakeExit(.serror, iss: 0xc11, at: "tour_main").with { $0.kind = 3 }
  package static let serrorWithoutSeverity = FakeExit(
    .serror, iss: 0x100_0042, at: "tour_main"
  ).with { $0.kind = 3 }
  package static let floatingPoint = FakeExit(.floatingPointAccess, iss: 0x1e0_0000, at: "float")
  package static let sve = FakeExit(ExceptionClass(rawValue: 0x19), at: "vector")
  package static let sme = FakeExit(ExceptionClass(rawValue: 0x1d), iss: 3, at: "vector")
  package static let pauth = FakeExit(ExceptionClass(rawValue: 0x09), at: "vector")
  package static let watchpoint = FakeExit(
    ExceptionClass(rawValue: 0x34), iss: 0xa_0062, at: "store8", x: [0: 0x900_0001]
  ).with { $0.far = 0x900_0001 }
  package static let step = FakeExit(
    ExceptionClass(rawValue: 0x32), iss: 0x100_0062, at: "tour_main")
  // An SGI 3 for the vCPUs 16 and 18, and one for all others.
  package static let interruptToList = FakeExit(
    .systemRegister, iss: 0x3a_3016 | 6 << 5, at: "write_actlr", x: [6: 0x1000_0300_0005])
  package static let interruptToAll = FakeExit(
    .systemRegister, iss: 0x3a_3016 | 6 << 5, at: "write_actlr", x: [6: 0x100_0300_0000])
  package static let brk = FakeExit(ExceptionClass(rawValue: 0x3c), iss: 7, at: "break_here")
  package static let unhandled = FakeExit(
    ExceptionClass(rawValue: 0x3f), iss: 0x1_2345, at: "tour_main")

  /// One of each kind, with its name.
  package static let all: [(name: String, exit: FakeExit)] = [
    ("mmio-write", mmioWrite), ("mmio-write-zero", mmioWriteZero), ("mmio-read", mmioRead),
    ("dabt", dataAbort), ("dabt-walk", dataAbortOnWalk), ("dabt-cache", cacheMaintenance),
    ("iabt", instructionAbort), ("hvc", hypercall), ("smc", secureMonitorCall),
    ("psci-version", psciVersion), ("psci-cpu-on", psciCPUOn),
    ("psci-cpu-suspend", psciCPUSuspend), ("psci-unsupported", psciUnsupported),
    ("sysreg-read", sysregRead), ("sysreg-write", sysregWrite), ("sysreg-unknown", sysregUnknown),
    ("wfi", wfi), ("wfe", wfe), ("wfit", wfit), ("irq", irq), ("fiq", fiq), ("serror", serror),
    ("serror-without-severity", serrorWithoutSeverity), ("fp", floatingPoint), ("sve", sve),
    ("debug", brk), ("unhandled", unhandled), ("sme", sme), ("pauth", pauth),
    ("watchpoint", watchpoint), ("step", step), ("interrupt-to-list", interruptToList),
    ("interrupt-to-all", interruptToAll), ("sysreg-write-other-name", sysregWriteOfOtherName),
    ("system-instruction", systemInstruction),
  ]
}
