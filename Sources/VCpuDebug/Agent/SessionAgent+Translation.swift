internal import ArmVCpu

/// An address that the CPU translated.
public struct TranslatedAddress: Equatable, Sendable {
  /// An instruction that was executed, by its name in the manual, and PAR_EL1 after it. The last step translates
  /// through all stages.
  public struct Step: Equatable, Sendable {
    /// The instruction, such as `AT S12E1R`.
    public let instruction: String
    /// PAR_EL1 after it.
    public let par: UInt64
  }

  /// The address.
  public let address: UInt64
  /// The address space that it belongs to.
  public let space: AddressSpace
  /// The steps: for a guest's address stage 1 only first, then all stages.
  public let steps: [Step]

  /// The output address of a step, or nil if it failed. PAR_EL1.F is bit 0, PA bits 51:12.
  public func output(of step: Step) -> UInt64? {
    step.par & 1 == 0 ? step.par & 0x000f_ffff_ffff_f000 | address & 0xfff : nil
  }
}

extension SessionAgent {
  /// Makes the CPU translate an address of EL2 or of the guest, with AT instructions. PAR_EL1 is restored.
  ///
  /// - Throws: `DebugError.cannotExecute` and `.cannotTranslate` with the reason.
  public func translation(
    of address: UInt64, in space: AddressSpace, isWrite: Bool = false, isEL0: Bool = false
  ) throws -> TranslatedAddress {
    try access.requireStopped()
    try access.requireHypervisor(for: "translations to request from the CPU")
    var isStage1Off = false
    if let owner = space.owner {
      throw DebugError.cannotTranslate("the CPU translates for itself, not for \(owner.text)")
    }
    if space.kind == .guest || space.kind == .intermediatePhysical {
      let control = try system.value(of: GuestRegister.hcr_el2.systemRegister, named: "hcr_el2")
      guard !HCR_EL2(rawValue: control).contains(.tge) else {
        throw DebugError.cannotTranslate("no guest is on this CPU (HCR_EL2.TGE is 1)")
      }
      // HCR_EL2.DC.
      isStage1Off = control >> 12 & 1 != 0
    }
    let kinds: [HardwareTranslation.Kind]
    switch space.kind {
    case .hypervisor:
      guard !isEL0 else {
        throw DebugError.cannotTranslate("'el0' is only for a guest's addresses")
      }
      kinds = [.hypervisor]
    case .guest: kinds = [.guestStage1, .guest]
    case .intermediatePhysical:
      // With stage 1 off, a virtual address is an intermediate physical one.
      let sctlr = try system.value(of: GuestRegister.sctlr_el1.systemRegister, named: "sctlr_el1")
      guard sctlr & 1 == 0 || isStage1Off else {
        throw DebugError.cannotTranslate(
          "no instruction translates an ipa: address while the guest's stage 1 is on (SCTLR_EL1.M is 1)"
        )
      }
      kinds = [.guest]
    case .program:
      throw DebugError.cannotTranslate(
        "name the tables: guest: with 'at el0', or hv: for a host's program")
    case .physical, .plain:
      throw DebugError.cannotTranslate("it is already physical")
    }
    let translation = try HardwareTranslation(access)
    let steps = try kinds.map { kind in
      TranslatedAddress.Step(
        instruction: HardwareTranslation.name(kind, isWrite: isWrite, isEL0: isEL0),
        par: try translation.par(of: address, kind, isWrite: isWrite, isEL0: isEL0))
    }
    return TranslatedAddress(address: address, space: space, steps: steps)
  }
}
