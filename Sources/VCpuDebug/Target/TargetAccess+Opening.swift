internal import GDBRemote

extension TargetAccess {
  /// The access to a stopped target, or to one that runs or has ended.
  ///
  /// - Throws: `SymbolFileError.wrongMachine` for symbols of another architecture than the target's;
  ///   `DebugError.noRegisters` where neither the target nor the symbols tell.
  convenience init(_ target: any DebugTarget, by symbols: SessionSymbols) throws {
    let byteOrders = try target.prepare(by: symbols.main)
    let architecture = Architecture(named: target.architectureName, registers: target.registers)
    for file in [symbols.hypervisor, symbols.guest] { try file?.require(architecture) }
    // A stub that tells system registers has those of EL2 where there is one (quirk 5).
    self.init(
      target: target, architecture: architecture, byteOrders: byteOrders,
      hasHypervisor: architecture.hasExceptionLevels && target.registers["ESR_EL2"] != nil)
  }

  /// What is assumed because nothing told it, in sentences; empty for the little-endian order of architectures that
  /// hardly have another.
  var assumptions: [String] {
    guard byteOrders.isAssumed, byteOrders.data == .big else { return [] }
    return [
      "nothing tells the byte order of this \(targetNoun): it is taken to be big-endian, as \(architecture.name) "
        + "usually is; --symbols and its ELF would tell"
    ]
  }
}
