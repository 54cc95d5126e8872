internal import ArmVCpu

extension EmulatorProcess {
  /// The guest's files with symbols: those that the configuration names, or the guest's own, if it has any.
  ///
  /// A position-independent file is where the guest was loaded, by its entry point.
  ///
  /// - Throws: `SymbolFileError` for a file that the user named.
  public func guestModules(
    _ configuration: LaunchConfiguration, by reader: SymbolFileReader
  ) throws -> [Module] {
    guard !configuration.guestSymbols.isEmpty else {
      // A flat binary has no symbols, and an ELF file may have none: both are still valid guests.
      return [try? module(of: configuration.guest, isGuest: true, reader)].compactMap { $0 }
    }
    return try configuration.guestSymbols.map {
      try module(of: $0, isGuest: $0 == configuration.guest, reader)
    }
  }

  private func module(
    of path: String, isGuest: Bool, _ reader: SymbolFileReader
  ) throws -> Module {
    let file = try reader.file(path)
    try file.require(.aarch64)
    let entry = file.isPositionIndependent ? guestEntry?.rawValue : nil
    let module = Module(
      file, in: .guest, slide: (entry ?? file.entryPoint) &- file.entryPoint)
    // Another file, such as a kernel's vmlinux, may be elsewhere.
    module.isPlaced = isGuest || entry != nil
    return module
  }
}
