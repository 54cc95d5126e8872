internal import ArmVCpu
internal import GDBRemote

/// What `info hypervisor` reports about EL2.
extension Exits {
  /// A vector table of EL2, and what it is for.
  public struct VectorTable: Equatable, Sendable {
    /// Its address.
    public let base: UInt64
    /// What it is used for, as text.
    public let use: String
    /// Whether guests exit through it.
    public let isGuests: Bool
  }

  /// The state of the search for the vectors.
  public struct Search: Codable, Equatable, Sendable {
    /// Instructions where the target stops to find out more.
    public var writerCount = 0
    /// Instructions where the target no longer stops, as they reveal nothing new.
    public var retiredCount = 0
    /// Exception returns that enter guests, or may.
    public var entryCount = 0
    /// Whether there is code that was not searched.
    public var isCutOff = false
  }

  /// The known vector tables.
  public var vectorTables: [VectorTable] { source?.vectorTables ?? [] }

  /// The state of the search for the vectors.
  public var search: Search { source?.vectorSearch ?? Search() }

  /// EL2's registers for its vectors, its guest and its own tables, as far as the target shows them.
  public func controlRegisters() throws -> [(name: String, value: UInt64)] {
    let names = [
      "VBAR_EL2", "HCR_EL2", "SCTLR_EL2", "TCR_EL2", "TTBR0_EL2", "TTBR1_EL2", "VTTBR_EL2",
    ].filter { access.target.registers[$0] != nil }
    return Array(zip(names, try access.readRegisters(names)))
  }

  /// What the hypervisor seems to be, and why.
  ///
  /// - Throws: what the target throws.
  public func identification() throws -> HypervisorIdentification {
    if let savedIdentification { return savedIdentification }
    var evidence = HypervisorEvidence()
    evidence.hasDescriptor = way == .context
    if let file = modules.hypervisor {
      evidence.hasSymbol = { file.address(of: $0) != nil }
      let choice = ExitWayChoice(access: access, memory: memory, modules: modules)
      evidence.trampoline = try choice.recognition(in: file)
    }
    if access.target.registers["HCR_EL2"] != nil {
      evidence.hcr = try access.readRegister("HCR_EL2")
    }
    guard let control = try currentControl() else { return HypervisorIdentification(evidence) }
    evidence.sctlr = control.sctlr
    for base in Set(vectorTables.filter(\.isGuests).map(\.base)).union([control.vbar])
    where base != 0 {
      for offset in VectorTables.lowerOffsets {
        let bytes: [UInt8]
        do {
          bytes = try memory.read(.hypervisor, base &+ offset, byteCount: 16)
        } catch is DebugError {
          continue
        }
        // A table that guests exit through reveals more than the current one.
        if base == control.vbar, evidence.vectors[offset] != nil { continue }
        evidence.vectors[offset] = stride(from: 0, to: 16, by: 4).map {
          UInt32(truncatingIfNeeded: RegisterDescription.integer(bytes[$0..<$0 + 4]) ?? 0)
        }
      }
    }
    let identification = HypervisorIdentification(evidence)
    guard identification.kind == .unknown else { return identification }
    // It takes a while, and most hypervisors are identified by their code.
    let search = CodeSearch(access: access, memory: memory, modules: modules)
    evidence.strings = try search.strings(
      HypervisorEvidence.soughtStrings, near: control.vbar, control)
    return HypervisorIdentification(evidence)
  }

  private func currentControl() throws -> ControlRegisters? {
    let names = ControlRegisters.names(in: access)
    guard access.requests(names) != nil else { return nil }
    return ControlRegisters(try access.read(names))
  }
}
