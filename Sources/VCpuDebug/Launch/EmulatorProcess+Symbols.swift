internal import ArmVCpu

extension EmulatorProcess {
  /// The symbols of the guest: those of the ELF that the configuration names, or the guest's own, if it has any.
  ///
  /// A position-independent file has the addresses at which the guest was loaded, by its entry point.
  ///
  /// - Throws: `SymbolFileError` for a file that the user named.
  public func guestSymbols(_ configuration: LaunchConfiguration) throws -> SymbolFile? {
    guard let path = configuration.guestSymbols else {
      // A flat binary has no symbols, and an ELF file may have none: both are still valid guests.
      return try? symbols(at: configuration.guest)
    }
    return try symbols(at: path)
  }

  private func symbols(at path: String) throws -> SymbolFile {
    let file = try SymbolFile(path: path)
    guard file.isPositionIndependent, let entry = guestEntry?.rawValue, entry != file.entryPoint
    else { return file }
    return try SymbolFile(path: path, slide: entry &- file.entryPoint)
  }
}
