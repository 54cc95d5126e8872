public import GDBRemote

/// What a session finds out about a target of which the stub tells too little.
extension HypervisorSession {
  /// Gives a target whose stub describes no registers the standard ones of the architecture that an ELF is
  /// for.
  static func completeRegisters(of target: any DebugTarget, by file: SymbolFile?) throws {
    guard target.registers.all.isEmpty else { return }
    guard let file else { throw DebugError.noRegisters(architecture: target.architectureName) }
    guard let name = file.architectureName else { throw file.unknownRegisters }
    try target.assumeArchitecture(name)
  }

  /// The byte orders of a target, by its architecture, by an ELF and by what its stub knows.
  static func byteOrders(
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

  /// The order of the bytes of a value in the memory of a space. A guest may have another than its
  /// hypervisor, and its ELF tells.
  public func byteOrder(of space: AddressSpace) -> RegisterDescription.ByteOrder {
    space == .guest ? guestSymbols?.byteOrder ?? byteOrders.data : byteOrders.data
  }

  /// What the session takes for granted and nobody told, in sentences; empty for the little-endian order of
  /// architectures that hardly have another.
  public var assumptions: [String] {
    guard byteOrders.isAssumed, byteOrders.data == .big else { return [] }
    return [
      "nothing tells the byte order of this \(targetNoun): it is taken to be big-endian, as \(architecture.name) "
        + "usually is; --symbols and its ELF would tell"
    ]
  }
}

extension SymbolFile {
  fileprivate var unknownRegisters: SymbolFileError {
    .unknownRegisters(path: path, machine: machine)
  }
}
