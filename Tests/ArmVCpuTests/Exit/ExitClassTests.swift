import Testing

@testable import ArmVCpu

@Suite struct ExitClassTests {
  private static let access = MMIOAccess(
    address: IntermediatePhysicalAddress(0x9000), byteCount: 4, register: 0,
    is64BitRegister: false, extendsSign: false)
  private static let abort = MemoryAbort(
    virtualAddress: nil, address: nil, status: .externalAbort)
  private static let register = SystemRegister.actlr_el1

  private static func decoded(_ ec: UInt8) -> ExitReason {
    decode(esr(ec))
  }

  /// Each exit, its narrowest class, and every class that it belongs to besides `any`.
  static let exits: [(ExitReason, ExitClass, Set<ExitClass>)] = [
    (.mmioRead(access), .mmioRead, [.mmioRead, .mmio, .dabt]),
    (.mmioWrite(access, value: 1), .mmioWrite, [.mmioWrite, .mmio, .dabt]),
    (.dataAbort(abort), .dabt, [.dabt]),
    (.instructionAbort(abort), .iabt, [.iabt]),
    (.hypercall(immediate: 0, function: 0), .hvc, [.hvc]),
    (.secureMonitorCall(immediate: 0, function: 0), .smc, [.smc]),
    (.psci(.version, conduit: .hvc), .psci, [.psci, .hvc]),
    (.psci(.version, conduit: .smc), .psci, [.psci, .smc]),
    (.systemRegisterRead(register, register: 0), .sysregRead, [.sysregRead, .sysreg]),
    (.systemRegisterWrite(register, register: 0, value: 0), .sysregWrite, [.sysregWrite, .sysreg]),
    (.wait(.wfi, timeoutRegister: nil), .wfi, [.wfi]),
    (.wait(.wfit, timeoutRegister: 1), .wfi, [.wfi]),
    (.wait(.wfe, timeoutRegister: nil), .wfe, [.wfe]),
    (.wait(.wfet, timeoutRegister: 1), .wfe, [.wfe]),
    (.irq, .irq, [.irq]),
    (.fiq, .fiq, [.fiq]),
    (.serror(SErrorSyndrome(iss: 0)), .serror, [.serror]),
    (decoded(0x07), .fp, [.fp]),
    (decoded(0x19), .sve, [.sve]),
    (decoded(0x1d), .sve, [.sve]),
    (decoded(0x30), .debug, [.debug]),
    (decoded(0x32), .debug, [.debug]),
    (decoded(0x34), .debug, [.debug]),
    (decoded(0x38), .debug, [.debug]),
    (decoded(0x3a), .debug, [.debug]),
    (decoded(0x3c), .debug, [.debug]),
    (decoded(0x00), .unhandled, [.unhandled]),
    (decoded(0x09), .unhandled, [.unhandled]),
    (decoded(0x3d), .unhandled, [.unhandled]),
    (decoded(0x3f), .unhandled, [.unhandled]),
  ]

  @Test func everyExitBelongsToItsClassesAndNoOthers() {
    for (exit, narrowest, classes) in Self.exits {
      #expect(exit.exitClass == narrowest, "\(exit)")
      for candidate in ExitClass.allCases {
        #expect(
          exit.belongs(to: candidate) == (candidate == .any || classes.contains(candidate)),
          "\(exit), \(candidate)")
      }
    }
  }

  @Test func everyClassHasAnExit() {
    var met: Set<ExitClass> = [.any]
    for (_, _, classes) in Self.exits { met.formUnion(classes) }
    #expect(met == Set(ExitClass.allCases))
  }

  @Test func theNamesAreTheShellsWords() {
    #expect(
      ExitClass.allCases.map(\.name.description) == [
        "hvc", "smc", "psci", "mmio", "mmio-read", "mmio-write", "sysreg", "sysreg-read",
        "sysreg-write", "wfi", "wfe", "iabt", "dabt", "fp", "sve", "debug", "irq", "fiq", "serror",
        "unhandled", "any",
      ])
  }
}
