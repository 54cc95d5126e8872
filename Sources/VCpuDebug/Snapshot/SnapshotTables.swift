internal import ArmVCpu
internal import GDBRemote

/// Reads the translation tables that lead to memory, and a guest's memory where they lead to: what is read is then in the
/// snapshot, and its addresses can be translated there.
struct SnapshotTables {
  private let session: HypervisorSession

  init(_ session: HypervisorSession) { self.session = session }

  /// Walks to each page of a range.
  ///
  /// - Parameter read: asks something whose failure is an answer.
  func readTables(
    _ space: AddressSpace, _ start: UInt64, byteCount: UInt64,
    read: (() throws -> Void) throws -> Void?
  ) throws {
    guard session.hasHypervisor, session.architecture == .aarch64 else { return }
    var next = start
    var left = byteCount
    while left > 0 {
      let piece = min(left, 4096 - next % 4096)
      let address = next
      _ = try read {
        switch space {
        case .hypervisor: try walkHypervisor(address)
        case .guest: try walkGuest(address, byteCount: Int(piece))
        // Its tables were read with it.
        case .intermediatePhysical, .physical, .plain: break
        }
      }
      next &+= piece
      left -= piece
    }
  }

  private func walkHypervisor(_ address: UInt64) throws {
    let names = ControlRegisters.names(in: session.access)
    guard session.access.requests(names) != nil,
      let control = ControlRegisters(try session.access.read(names)), control.isMMUOn
    else { return }
    let controls = control.translation(of: control.regime(isCodeLow: true))
    do {
      _ = try HypervisorTables(controls).translation(of: address) { ranges in
        try ranges.map { try table($0, in: .physical) }
      }
    } catch is EL2TranslationControls.Unsupported {
      // Tables of a form that nobody walks here are of no use in a snapshot.
    }
  }

  /// The tables of EL1&0 have the form of those of EL2&0: TCR_EL1 is as TCR_EL2 with HCR_EL2.E2H. (Arm ARM DDI 0487,
  /// "TCR_EL2".)
  private func walkGuest(_ address: UInt64, byteCount: Int) throws {
    let names = ["TTBR0_EL1", "TTBR1_EL1", "TCR_EL1", "SCTLR_EL1"]
    let answers = try session.registers.system.answers(
      for: names.compactMap { SystemRegister(named: $0) })
    let values = answers.compactMap(\.value)
    guard values.count == names.count else { return }
    var intermediate = address
    if values[3] & 1 != 0 {
      let controls = EL2TranslationControls(
        ttbr0: values[0], ttbr1: values[1], tcr: values[2], sctlr: values[3], isE2H: true)
      do {
        let translation = try HypervisorTables(controls).translation(of: address) { ranges in
          try ranges.map { try table($0, in: .intermediatePhysical) }
        }
        guard case .mapped(let output, _, _) = translation else { return }
        intermediate = output
      } catch is EL2TranslationControls.Unsupported {
        return
      }
    }
    _ = try session.memory.read(.intermediatePhysical, intermediate, byteCount: byteCount)
  }

  /// An entry of a table, for which the whole page is read: its neighbours are wanted next.
  private func table(
    _ entry: (address: UInt64, byteCount: Int), in space: AddressSpace
  ) throws -> [UInt8]? {
    let offset = Int(entry.address & 0xfff)
    guard offset + entry.byteCount <= 4096 else { return nil }
    do {
      let page = try session.memory.read(space, entry.address & ~0xfff, byteCount: 4096)
      guard page.count == 4096 else { return nil }
      return Array(page[offset..<offset + entry.byteCount])
    } catch is DebugError {
      return nil
    }
  }
}
