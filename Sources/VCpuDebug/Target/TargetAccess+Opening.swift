internal import GDBRemote

/// What is found out about a target of which the stub tells too little.
extension TargetAccess {
  /// The access to a stopped target, or to one that runs or has ended.
  ///
  /// - Throws: `SymbolFileError.wrongMachine` for symbols of another architecture than the target's;
  ///   `DebugError.noRegisters` where neither the target nor the symbols tell.
  convenience init(_ target: any DebugTarget, by symbols: SessionSymbols) throws {
    let file = symbols.main
    try Self.completeRegisters(of: target, by: file)
    let architecture = Architecture(named: target.architectureName, registers: target.registers)
    for file in [symbols.hypervisor, symbols.guest] { try file?.require(architecture) }
    let byteOrders = try Self.byteOrders(of: target, architecture, by: file)
    target.byteOrder = byteOrders.registers
    // A stub that tells system registers has those of EL2 where there is one (quirk 5).
    self.init(
      target: target, architecture: architecture, byteOrders: byteOrders,
      hasHypervisor: architecture.hasExceptionLevels && target.registers["ESR_EL2"] != nil)
  }

  /// Gives a target whose stub describes no registers the standard ones of the architecture that an ELF is
  /// for.
  private static func completeRegisters(
    of target: any DebugTarget, by file: SymbolFile?
  ) throws {
    guard target.registers.all.isEmpty else { return }
    guard let file else { throw DebugError.noRegisters(architecture: target.architectureName) }
    guard let name = file.architectureName else {
      throw SymbolFileError.unknownRegisters(path: file.path, machine: file.machine)
    }
    try target.assumeArchitecture(name)
  }

  /// The byte orders of a target, by its architecture, by an ELF and by what its stub knows.
  private static func byteOrders(
    of target: any DebugTarget, _ architecture: Architecture, by file: SymbolFile?
  ) throws -> ByteOrders {
    let name = target.architectureName
    let only = RegisterDescription.ByteOrder.only(for: name)
    if let file, let only, file.byteOrder != only {
      throw SymbolFileError.wrongByteOrder(path: file.path, wanted: architecture.name)
    }
    // A question that is asked of a program alone, and where nothing else tells.
    let asks = only == nil && file == nil && !target.isMachine
    var program: RegisterDescription.ByteOrder?
    if asks, case .stopped = target.state { program = try target.byteOrderOfProgram() }
    return ByteOrders(
      architecture: name, file: file?.byteOrder,
      hasLittleEndianCode: architecture == .aarch64 || file?.hasLittleEndianCode == true,
      program: program, fixedRegisters: target.fixedRegisterOrder)
  }

  /// What is taken for granted and nobody told, in sentences; empty for the little-endian order of architectures that
  /// hardly have another.
  var assumptions: [String] {
    guard byteOrders.isAssumed, byteOrders.data == .big else { return [] }
    return [
      "nothing tells the byte order of this \(targetNoun): it is taken to be big-endian, as \(architecture.name) "
        + "usually is; --symbols and its ELF would tell"
    ]
  }
}
