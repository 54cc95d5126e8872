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
    switch space.kind {
    case .hypervisor, .guest, .program: break
    // Its tables were read with it.
    case .intermediatePhysical, .physical, .plain: return
    }
    var next = start
    var left = byteCount
    while left > 0 {
      let piece = min(left, 4096 - next % 4096)
      let address = next
      _ = try read { try walk(space, address, byteCount: Int(piece)) }
      next &+= piece
      left -= piece
    }
  }

  private func walk(_ space: AddressSpace, _ address: UInt64, byteCount: Int) throws {
    let walk = try session.walks.walk(address, in: space)
    // Of a table the whole page: its neighbours are wanted next.
    for step in walk.steps { try readPage(of: step.physicalAddress) }
    guard space.kind == .guest, case .mapped(let translation) = walk.result else { return }
    if isCopied {
      _ = try session.memory.read(.physical, translation.address, byteCount: byteCount)
    }
    // The memory of the guest is read by its intermediate physical address, too.
    if let stage1 = translation.stage1 {
      _ = try session.walks.walk(stage1.address, in: .intermediatePhysical)
    }
  }

  private func readPage(of address: UInt64) throws {
    do {
      _ = try session.memory.read(.physical, address & ~0xfff, byteCount: 4096)
    } catch is DebugError {}
  }
}
