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

  /// What walks the guest's stages as they are now; nil where there is no guest on the CPU.
  private func guestWalk() throws -> ((UInt64, Int) throws -> Void)? {
    { address, byteCount in
      let walk = try session.walks.walk(address, in: .guest)
      // Of a table the whole page: its neighbours are wanted next.
      for step in walk.steps { try readPage(of: step.physicalAddress) }
      if isCopied, let output = walk.output {
        _ = try session.memory.read(.physical, output, byteCount: byteCount)
      }
      // The memory of the guest is read by its intermediate physical address, too.
      if case .mapped(let translation) = walk.result, let stage1 = translation.stage1 {
        _ = try session.memory.stage2Walk(of: stage1.address)
      }
    }
  }

  private func readPage(of address: UInt64) throws {
    do {
      _ = try session.memory.read(.physical, address & ~0xfff, byteCount: 4096)
    } catch is DebugError {}
  }
}
