internal import GDBRemote

extension TargetAccess {
  /// Creates the access to a stopped target, or to one that runs or has ended.
  ///
  /// - Throws: `SymbolFileError.wrongMachine` for symbols of another architecture than the target's;
  ///   `DebugError.noRegisters` if neither the target nor the symbols give them.
  convenience init(_ target: any DebugTarget, by modules: SessionModules) throws {
    let byteOrders = try target.prepare(by: modules.main?.modules.first?.file)
    let architecture = Architecture(named: target.architectureName, registers: target.registers)
    for module in modules.all { try module.file?.require(architecture) }
    // A stub that shows system registers includes EL2's if there is an EL2 (quirk 5).
    self.init(
      target: target, architecture: architecture, byteOrders: byteOrders,
      hasHypervisor: architecture.hasExceptionLevels && target.registers["ESR_EL2"] != nil)
  }

  /// What is assumed because it can't be found out, in sentences; empty for the little-endian order of
  /// architectures that are rarely big-endian.
  var assumptions: [String] {
    guard byteOrders.isAssumed, byteOrders.data == .big else { return [] }
    return [
      "the byte order of this \(targetNoun) isn't known: it is assumed to be big-endian, as \(architecture.name) "
        + "usually is; pass its ELF file with --symbols to be sure"
    ]
  }
}
