public import ArmVCpu
internal import GDBRemote

/// Walks of the translation tables of a session's target: of a guest's two stages, and of EL2's own tables. The
/// registers and the tables are read, and nothing is changed.
public final class SessionWalks {
  let access: TargetAccess
  let memory: SessionMemory
  private let exits: Exits

  init(_ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits) {
    self.access = access
    self.memory = memory
    self.exits = exits
  }

  /// What is walked.
  public enum Stages: String, Sendable, CaseIterable {
    /// Stage 1 alone, up to an intermediate physical address.
    case stage1 = "s1"
    /// Stage 2 alone.
    case stage2 = "s2"
    /// All that the address goes through.
    case all
  }

  /// Walks the tables by which an address is translated now.
  ///
  /// - Parameters:
  ///   - kind: what has to be allowed; nil for where the address leads, whatever is allowed.
  ///   - isUnprivileged: whether it is EL0 that does it.
  ///   - honorsPAN: whether PSTATE.PAN counts, as whose address it is has it now.
  /// - Throws: `DebugError.cannotWalk` for an address that such a stage doesn't translate, `.notReadable` for a
  ///   register that the stub doesn't show.
  public func walk(
    _ address: UInt64, in space: AddressSpace, _ stages: Stages = .all,
    for kind: TranslatedAccess.Kind? = nil, isUnprivileged: Bool = false, honorsPAN: Bool = true
  ) throws -> AddressWalk {
    try access.requireStopped()
    try access.requireHypervisor(for: "translation tables")
    try access.settle()
    switch (space.kind, stages) {
    case (.hypervisor, .stage2): throw DebugError.cannotWalk("EL2's addresses have no stage 2")
    case (.guest, .stage2), (.program, .stage2):
      throw DebugError.cannotWalk("stage 2 translates an ipa: address")
    case (.intermediatePhysical, .stage1):
      throw DebugError.cannotWalk("an ipa: address is what stage 1 makes of another")
    default: break
    }
    var translation = try memory.translations.translation(of: space)
    translation.endsAfterStage1 = stages == .stage1 && translation.stage2 != nil
    let hasPAN = try kind != nil && honorsPAN && hasPAN(in: space)
    let access = kind.map {
      TranslatedAccess(
        $0, isUnprivileged: isUnprivileged || space.kind == .program, hasPAN: hasPAN)
    }
    return try memory.walk(of: address, by: translation, for: access)
  }

  /// PSTATE.PAN of whose addresses these are.
  private func hasPAN(in space: AddressSpace) throws -> Bool {
    let state = try access.requireState()
    switch space.kind {
    case .hypervisor: return state.isAtEL2 && (state.pstate ?? 0) & SPSR_EL2.pan != 0
    case .guest:
      // At an exit what it was; otherwise the CPU's.
      let pstate = state.isAtEL2 ? try exits.require().pstate.rawValue : state.pstate ?? 0
      return pstate & SPSR_EL2.pan != 0
    case .program, .intermediatePhysical, .physical, .plain: return false
    }
  }
}
