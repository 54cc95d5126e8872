internal import GDBRemote

extension SessionOpening {
  /// A session with a snapshot, in which nothing runs and nothing can be changed.
  ///
  /// The files with the names of its addresses are those that it was saved with, unless others are named.
  ///
  /// - Returns: the session, and what is to be said of it: files that are gone, or are others now.
  /// - Throws: `SnapshotError`, and `SymbolFileError` for a file that a person named.
  public static func open(
    _ path: String, _ files: Files = Files(), variables: Variables = Variables()
  ) throws -> (session: HypervisorSession, warnings: [String]) {
    try open(try SnapshotFile(try SnapshotStorage.read(path)), files, variables: variables)
  }

  /// A session with the snapshot in a file.
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
  /// The file, as far as it is still there; what is wrong with it is added to `warnings`.
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
