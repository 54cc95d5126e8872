internal import GDBRemote

extension SessionOpening {
  /// Opens a session with a snapshot, which can't run or be changed.
  ///
  /// The symbol files are those that it was saved with, unless others are given.
  ///
  /// - Returns: the session, and warnings: about files that are gone or have changed.
  /// - Throws: `SnapshotError`, and `SymbolFileError` for a file that the user named.
  public static func open(
    _ path: String, _ files: Files = Files(), variables: Variables = Variables()
  ) throws -> (session: HypervisorSession, warnings: [String]) {
    try open(try SnapshotFile(try SnapshotStorage.read(path)), files, variables: variables)
  }

  /// Opens a session with the snapshot in a file.
  static func open(
    _ file: SnapshotFile, _ files: Files = Files(), variables: Variables = Variables()
  ) throws -> (session: HypervisorSession, warnings: [String]) {
    let contents = try SnapshotContents(json: file.description)
    let target = try SnapshotTarget(contents, memoryBytes: file.memory)
    var warnings: [String] = []
    let named = try files.read()
    let symbols = SessionSymbols(
      hypervisor: named.symbols ?? contents.symbols.flatMap { $0.file(&warnings) },
      guest: named.guestSymbols ?? contents.guestSymbols.flatMap { $0.file(&warnings) })
    let session = try HypervisorSession(
      restoring: SavedSession(contents), with: target, symbols, variables: variables)
    return (session, warnings)
  }
}

extension SavedSymbols {
  /// The symbol file, if it still exists; problems with it are added to `warnings`.
  fileprivate func file(_ warnings: inout [String]) -> SymbolFile? {
    do throws(SymbolFileError) {
      let file = try SymbolFile(
        path: path, requiresSymbols: false, for: nil, slide: slide.value)
      if file.fingerprint != fingerprint {
        warnings.append(
          "\(path) is not the file that the snapshot was saved with: names of addresses may be wrong"
        )
      }
      return file
    } catch {
      warnings.append("no names of addresses are known from it: \(error)")
      return nil
    }
  }
}
