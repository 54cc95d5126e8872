internal import ArmVCpu
internal import GDBRemote

/// Reads the translation tables that lead to memory, and the guest's memory that they lead to. What is read is then in
/// the snapshot, so that addresses can be translated there.
struct SnapshotTables {
  private let session: HypervisorSession
  /// Whether a guest's memory is read by its physical addresses too.
  private let isCopied: Bool

  init(_ session: HypervisorSession, copiesMemory: Bool) {
    self.session = session
    isCopied = copiesMemory
  }

  /// Walks to each page of a range.
  ///
  /// - Parameter read: makes a request whose failure is an answer.
  func readTables(
    _ space: AddressSpace, _ start: UInt64, byteCount: UInt64,
    read: (() throws -> Void) throws -> Void?
  ) throws {
    guard session.hasHypervisor, session.architecture == .aarch64 else { return }
    var walk: ((UInt64, Int) throws -> Void)?
    _ = try read {
      switch space {
      case .hypervisor: walk = try hypervisorWalk()
      case .guest: walk = try guestWalk()
      // Its tables were read with it.
      case .intermediatePhysical, .physical, .plain: break
      }
    }
    guard let walk else { return }
    var next = start
    var left = byteCount
    while left > 0 {
      let piece = min(left, 4096 - next % 4096)
      let address = next
      _ = try read { try walk(address, Int(piece)) }
      next &+= piece
      left -= piece
    }
  }

  /// The walk of EL2's stage 1; nil if that is off, or if the stub doesn't show it.
  private func hypervisorWalk() throws -> ((UInt64, Int) throws -> Void)? {
    let names = ControlRegisters.names(in: session.access)
    guard session.access.requests(names) != nil,
      let control = ControlRegisters(try session.access.read(names)), control.isMMUOn
    else { return nil }
    let translation = AddressTranslation(
      stage1: control.translation(of: control.regime(isCodeLow: true)), stage2: nil)
    return { address, _ in
      _ = try AddressWalk(address, by: translation) { try session.memory.entry(at: $0) }
    }
  }

  /// What walks the guest's stage 1, where it is on, and stage 2; nil where that is not known.
  private func guestWalk() throws -> ((UInt64, Int) throws -> Void)? {
    let names = ["TTBR0_EL1", "TTBR1_EL1", "TCR_EL1", "SCTLR_EL1"]
    let answers = try session.registers.system.answers(
      for: names.compactMap { SystemRegister(named: $0) })
    let values = answers.compactMap(\.value)
    guard values.count == names.count else { return nil }
    // Stage 2 is walked by the reads of the tables.
    let translation = AddressTranslation(
      stage1: Stage1Controls(
        regime: .el1, sctlr: values[3], tcr: values[2], ttbr0: values[0], ttbr1: values[1]),
      stage2: nil)
    return { address, byteCount in
      let walk = try AddressWalk(address, by: translation) { try table($0) }
      guard let intermediate = walk.output else { return }
      if isCopied {
        _ = try session.memory.read(.intermediatePhysical, intermediate, byteCount: byteCount)
      } else {
        _ = try session.memory.stage2Walk(of: intermediate)
      }
    }
  }

  /// An entry of a guest's table, for which the whole page is read: its neighbours are wanted next.
  private func table(_ address: UInt64) throws -> UInt64? {
    let offset = Int(address & 0xff8)
    do {
      let page = try session.memory.read(
        .intermediatePhysical, address & ~0xfff, byteCount: 4096)
      guard page.count == 4096 else { return nil }
      return RegisterDescription.integer(Array(page[offset..<offset + 8]))
    } catch is DebugError {
      return nil
    }
  }
}
