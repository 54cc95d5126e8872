internal import ArmVCpu
internal import GDBRemote

/// Translates an address on the CPU itself, with an AT instruction. PAR_EL1, which is the guest's, is restored.
///
/// Source: Arm ARM DDI 0487, C5.4 "A64 system instructions for address translation" and D24.2 "PAR_EL1".
struct HardwareTranslation {
  /// Whose address is translated, and by which stages.
  enum Kind {
    /// The guest's, by both stages: AT S12E1R and the like.
    case guest
    /// The guest's, by stage 1 only: AT S1E1R and the like.
    case guestStage1
    /// EL2's: AT S1E2R and S1E2W.
    case hypervisor
  }

  private let access: TargetAccess
  private let executor: InstructionExecutor

  /// - Throws: `DebugError.snapshot` for a target whose CPUs execute nothing.
  init(_ access: TargetAccess) throws(DebugError) {
    self.access = access
    executor = try InstructionExecutor(access)
  }

  /// The instruction's encoding: op0 1, CRn 7, CRm 8.
  private static func operation(_ kind: Kind, isWrite: Bool, isEL0: Bool) -> SystemRegister {
    let write: UInt32 = isWrite ? 1 : 0
    let el0: UInt32 = isEL0 ? 2 : 0
    return switch kind {
    case .guest: SystemRegister(1, 4, 7, 8, 4 + el0 + write)
    case .guestStage1: SystemRegister(1, 0, 7, 8, el0 + write)
    case .hypervisor: SystemRegister(1, 4, 7, 8, write)
    }
  }

  /// The manual's name of the instruction.
  static func name(_ kind: Kind, isWrite: Bool, isEL0: Bool) -> String {
    operation(kind, isWrite: isWrite, isEL0: isEL0).name.map { "\($0)" } ?? "AT"
  }

  private static let par = SystemRegister(3, 0, 7, 4, 0)

  /// The value of PAR_EL1 after the translation of an address.
  ///
  /// - Throws: `DebugError.cannotExecute`; `.cannotTranslate` if the instruction itself traps.
  func par(
    of address: UInt64, _ kind: Kind, isWrite: Bool = false, isEL0: Bool = false
  ) throws -> UInt64 {
    try par(of: address, kind, isWrite: isWrite, isEL0: isEL0, on: try executor.ground())
  }

  private func par(
    of address: UInt64, _ kind: Kind, isWrite: Bool, isEL0: Bool, on ground: ExecutionGround
  ) throws -> UInt64 {
    // Reads the guest's PAR_EL1 first, by itself: its value must be known before it is lost.
    let encoding = ground.encoding(of: Self.par)
    guard case .executed(let saved) = try executor.run([.read(encoding)], on: ground)[0] else {
      throw DebugError.cannotTranslate("PAR_EL1 cannot be read")
    }
    let operation = EL2Encoding(
      itself: Self.operation(kind, isWrite: isWrite, isEL0: isEL0))
    var owing = ground
    owing.registers = [(Self.par, saved)]
    let outcomes = try executor.run([.write(operation, address), .read(encoding)], on: owing)
    // In the same row as the read it might come before a read that has to be repeated.
    _ = try executor.run([.write(encoding, saved)], on: owing)
    guard case .executed = outcomes[0], case .executed(let par) = outcomes[1] else {
      throw DebugError.cannotTranslate("the AT instruction caused an exception")
    }
    return par
  }

  /// The physical address of an EL2 address, or nil if it isn't mapped.
  func physicalAddress(ofHypervisor address: UInt64, on ground: ExecutionGround) throws -> UInt64? {
    let par = try par(of: address, .hypervisor, isWrite: false, isEL0: false, on: ground)
    // F, bit 0; PA, bits 51:12.
    return par & 1 == 0 ? par & 0x000f_ffff_ffff_f000 | address & 0xfff : nil
  }
}
