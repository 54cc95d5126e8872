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
      do {
        _ = try read { try walk(address, Int(piece)) }
      } catch is EL2TranslationControls.Unsupported {
        // The walker doesn't support this kind of table, so a snapshot doesn't need them.
        return
      }
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
    let tables = HypervisorTables(control.translation(of: control.regime(isCodeLow: true)))
    return { address, _ in
      _ = try tables.translation(of: address) { try session.memory.readPhysical($0) }
    }
  }

  /// The walk of the guest's stage 1, if it is on, and stage 2; nil if that isn't known.
  ///
  /// The tables of EL1&0 have the same format as those of EL2&0: TCR_EL1 has the layout of TCR_EL2 with HCR_EL2.E2H.
  /// (Arm ARM DDI 0487, "TCR_EL1".)
  private func guestWalk() throws -> ((UInt64, Int) throws -> Void)? {
    let names = ["TTBR0_EL1", "TTBR1_EL1", "TCR_EL1", "SCTLR_EL1"]
    let answers = try session.registers.system.answers(
      for: names.compactMap { SystemRegister(named: $0) })
    let values = answers.compactMap(\.value)
    guard values.count == names.count else { return nil }
    let tables = HypervisorTables(
      EL2TranslationControls(
        ttbr0: values[0], ttbr1: values[1], tcr: values[2], sctlr: values[3], isE2H: true))
    return { address, byteCount in
      // With the MMU off, the address isn't translated.
      let translation = try tables.translation(of: address) { try $0.map { try table($0) } }
      guard case .mapped(let intermediate, _, _) = translation else { return }
      if isCopied {
        _ = try session.memory.read(.intermediatePhysical, intermediate, byteCount: byteCount)
      } else {
        _ = try session.memory.stage2Translation(of: intermediate)
      }
    }
  }

  /// An entry of a guest's table, for which the whole page is read: its neighbours are needed next.
  private func table(_ entry: (address: UInt64, byteCount: Int)) throws -> [UInt8]? {
    let offset = Int(entry.address & 0xfff)
    guard offset + entry.byteCount <= 4096 else { return nil }
    do {
      let page = try session.memory.read(
        .intermediatePhysical, entry.address & ~0xfff, byteCount: 4096)
      guard page.count == 4096 else { return nil }
      return Array(page[offset..<offset + entry.byteCount])
    } catch is DebugError {
      return nil
    }
  }
}
