public import ArmVCpu

/// A synchronous exception that EL2 took from itself, at its vector.
public struct HypervisorFault: Equatable, Sendable {
  /// The syndrome.
  public let esr: ESR_EL2
  /// The faulting address, for aborts and misaligned PCs.
  public let address: UInt64?
  /// The instruction that took it, ELR_EL2.
  public let pc: UInt64
  /// The vector.
  public let vector: UInt64

  /// The fault status, for an abort.
  public var status: FaultStatus? {
    switch esr.exceptionClass.rawValue {
    case 0x21: InstructionAbortSyndrome(iss: esr.iss).status
    case 0x25: DataAbortSyndrome(iss: esr.iss).status
    default: nil
    }
  }
}

extension Exits {
  /// The fault that the hypervisor itself took and is about to handle, or nil if the CPU isn't at
  /// one.
  public var fault: HypervisorFault? {
    guard let state = try? access.requireState(), isFault(state), way != .context,
      let values = try? access.read(["ESR_EL2", "FAR_EL2", "ELR_EL2"]), let esr = values["ESR_EL2"],
      let pc = values["ELR_EL2"]
    else { return nil }
    let syndrome = ESR_EL2(rawValue: esr)
    let hasAddress = [0x21, 0x22, 0x25].contains(syndrome.exceptionClass.rawValue)
    return HypervisorFault(
      esr: syndrome, address: hasAddress ? values["FAR_EL2"] : nil, pc: pc, vector: state.pc)
  }
}
