internal import GDBRemote

/// Finds out what the stub doesn't report about a target.
extension LiveTarget {
  /// Assumes standard registers if the stub doesn't describe them, and finds out the byte orders: by its architecture,
  /// by an ELF, by what its stub knows, and by the system of a program.
  ///
  /// - Throws: `DebugError.noRegisters` and `SymbolFileError` if neither the target nor the ELF file gives them, or if
  ///   they don't match.
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
      // The byte order of another machine's file would mean nothing.
      try file.require(architecture)
      if let only, file.byteOrder != only {
        throw SymbolFileError.wrongByteOrder(path: file.path, wanted: architecture.name)
      }
    }
    // Only a program is asked, and only if nothing else gives the answer.
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
