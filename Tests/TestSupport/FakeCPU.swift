import ArmVCpu
import GDBRemote

/// How a fake target's CPUs execute the instructions that they step over: the system registers that the stub
/// doesn't show, and the outcome of reads and writes of registers.
package struct FakeCPU {
  /// The registers that the stub doesn't show, by CPU. A register that is neither here nor shown is UNDEFINED.
  package var systemRegisters: [ThreadID: [SystemRegister: UInt64]] = [:]
  /// Registers whose write is UNDEFINED, in addition to the feature identification registers.
  package var readOnly: Set<SystemRegister> = Set(
    ["MIDR_EL1", "MPIDR_EL1", "CurrentEL", "ISR_EL1", "CNTPCT_EL0", "CNTVCT_EL0", "ICH_VTR_EL2"]
      .compactMap { SystemRegister(named: $0) })
  /// The writable bits of a register; the others keep their value.
  package var writeMasks: [SystemRegister: UInt64] = [:]
  /// Registers whose reads and writes trap, with the syndrome that the CPU then records.
  package var traps: [SystemRegister: UInt64] = [:]
  /// The value that the CPU writes to PAR_EL1 for a translation: the instruction, such as AT S12E1R, and the
  /// address.
  package var translation: (SystemRegister, UInt64) -> UInt64 = { _, _ in 1 }

  /// The syndrome of an UNDEFINED instruction: EC 0, IL 1.
  package static let undefinedSyndrome: UInt64 = 0x200_0000

  /// The translation instructions, by the lowest exception level that may execute them.
  static let translations: [SystemRegister: UInt64] = Dictionary(
    uniqueKeysWithValues: [
      ("AT S1E1R", 1), ("AT S1E1W", 1), ("AT S1E0R", 1), ("AT S1E0W", 1), ("AT S1E2R", 2),
      ("AT S1E2W", 2), ("AT S12E1R", 2), ("AT S12E1W", 2), ("AT S12E0R", 2), ("AT S12E0W", 2),
    ].map { (SystemRegister(named: $0)!, $1) })

  /// The parts of PSTATE that are accessible as registers, by their bits.
  static let pstateParts: [SystemRegister: UInt64] = Dictionary(
    uniqueKeysWithValues: [
      ("NZCV", 0xf000_0000), ("DAIF", 0x3c0), ("CurrentEL", 0xc), ("SPSel", 1),
    ].map { (SystemRegister(named: $0)!, $1) })

  static let cpacr_el1 = SystemRegister(3, 0, 1, 0, 2)
  static let cptr_el2 = SystemRegister(3, 4, 1, 1, 2)

  /// The register that an access by name reaches; nil if the name is UNDEFINED there (Arm ARM DDI 0487,
  /// D8.6 "Virtualization Host Extensions": "System and Special-purpose register aliasing").
  ///
  /// - Parameters:
  ///   - level: the exception level of the access.
  ///   - isHost: HCR_EL2.E2H.
  static func reached(
    by register: SystemRegister, at level: UInt64, isHost: Bool
  ) -> SystemRegister? {
    guard UInt64(register.lowestExceptionLevel) <= level else { return nil }
    let (crn, crm, op2) = (register.crn, register.crm, register.op2)
    guard register.op1 != 5 else {
      guard isHost else { return nil }
      let isUsers = register.name?.description.hasSuffix("_EL02") == true
      return SystemRegister(register.op0, isUsers ? 3 : 0, crn, crm, op2)
    }
    guard level == 2, isHost, register.op1 == 0 || register.op1 == 3 else { return register }
    let other = SystemRegister(register.op0, 5, crn, crm, op2).name?.description ?? ""
    guard other.hasSuffix(register.op1 == 0 ? "_EL12" : "_EL02") else { return register }
    if register == cpacr_el1 { return cptr_el2 }
    return SystemRegister(register.op0, 4, crn, crm, op2)
  }
}

extension FakeTarget {
  /// A system register of the CPU that the stub shows, whether the stub shows the register or not.
  package subscript(register: SystemRegister) -> UInt64? {
    get { self[register, of: current] }
    set { self[register, of: current] = newValue }
  }

  /// A system register of one CPU; nil for one that it doesn't have.
  package subscript(register: SystemRegister, of thread: ThreadID) -> UInt64? {
    get {
      if let name = shownNames[register] { return self[name, of: thread] }
      // Unallocated feature identification registers read as zero.
      return cpu.systemRegisters[thread]?[register]
        ?? (register.isFeatureIdentification ? 0 : nil)
    }
    set {
      if let name = shownNames[register] {
        self[name, of: thread] = newValue ?? 0
      } else {
        cpu.systemRegisters[thread, default: [:]][register] = newValue
      }
    }
  }
}
