internal import GDBRemote

/// What is found out about a target of which the stub tells too little.
extension LiveTarget {
  /// Gives it registers where its stub describes none, and finds out its byte orders: by its architecture, by an ELF, by
  /// what its stub knows, and by the system of a program.
  ///
  /// - Throws: `DebugError.noRegisters` and `SymbolFileError` where neither the target nor the ELF tells, or they do not
  ///   go together.
  public func prepare(by file: SymbolFile?) throws -> ByteOrders {
    if registers.all.isEmpty {
      guard let file else { throw DebugError.noRegisters(architecture: architectureName) }
      guard let name = file.architectureName else {
        throw SymbolFileError.unknownRegisters(path: file.path, machine: file.machine)
      }
      try assumeArchitecture(name)
    }
    let architecture = Architecture(named: architectureName, registers: registers)
    let only = RegisterDescription.ByteOrder.only(for: architectureName)
    if let file {
      // Of another machine's file the byte order would say nothing.
      try file.require(architecture)
      if let only, file.byteOrder != only {
        throw SymbolFileError.wrongByteOrder(path: file.path, wanted: architecture.name)
      }
    }
    // A question that is asked of a program alone, and where nothing else tells.
    let asks = only == nil && file == nil && !isMachine
    var program: RegisterDescription.ByteOrder?
    if asks, case .stopped = state { program = try byteOrderOfProgram() }
    let orders = ByteOrders(
      architecture: architectureName, file: file?.byteOrder,
      hasLittleEndianCode: architecture == .aarch64 || file?.hasLittleEndianCode == true,
      program: program, fixedRegisters: fixedRegisterOrder)
    byteOrder = orders.registers
    return orders
  }
}
