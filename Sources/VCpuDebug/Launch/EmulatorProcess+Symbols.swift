internal import ArmVCpu

extension EmulatorProcess {
  /// The guest's files with symbols: those that the configuration names, or the guest's own, if it has any.
  ///
  /// A position-independent file is where the guest was loaded, by its entry point.
  ///
  /// - Throws: `SymbolFileError` for a file that the user named.
  public func guestModules(_ configuration: LaunchConfiguration) throws -> [Module] {
    guard !configuration.guestSymbols.isEmpty else {
      // A flat binary has no symbols, and an ELF file may have none: both are still valid guests.
      return [try? module(of: configuration.guest)].compactMap { $0 }
    }
    return try configuration.guestSymbols.map(module(of:))
  }

  private func module(of path: String) throws -> Module {
    let file = try SymbolFile(path: path)
    let entry = file.isPositionIndependent ? guestEntry?.rawValue : nil
    return Module(file, in: .guest, slide: (entry ?? file.entryPoint) &- file.entryPoint)
  }
}
