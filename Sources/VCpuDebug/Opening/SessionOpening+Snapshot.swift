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
    // A file that the user names replaces those that were saved for the same space.
    let saved = contents.modules.filter { module in
      !named.contains { $0.space == AddressSpace(prefix: module.space) }
    }
    let modules = named + saved.compactMap { $0.module(files.reader, &warnings) }
    let session = try HypervisorSession(
      restoring: SavedSession(contents), with: target, SessionModules(modules), variables: variables
    )
    return (session, warnings)
  }
}

extension SavedModule {
  /// The module, if its file still exists; problems with it are added to `warnings`.
  fileprivate func module(
    _ reader: SymbolFileReader, _ warnings: inout [String]
  ) -> Module? {
    guard let space = AddressSpace(prefix: space) else { return nil }
    do throws(SymbolFileError) {
      let file = try reader.file(
        path, requiresSymbols: false,
        sections: (sections ?? []).map { SectionAddress(name: $0.name, address: $0.address.value) })
      if file.fingerprint != fingerprint {
        warnings.append(
          "\(path) is not the file that the snapshot was saved with: symbols may be wrong"
        )
      }
      return Module(file, in: space, slide: slide.value)
    } catch {
      warnings.append("symbols are missing: \(error)")
      return nil
    }
  }
}
