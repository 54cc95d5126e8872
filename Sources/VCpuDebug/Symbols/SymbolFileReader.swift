/// How a session's files are read.
public struct SymbolFileReader: Sendable {
  /// What reads the names of their languages.
  public var demangler: any NameDemangler
  /// Where debug information that was split off is, besides the files' own folders.
  public var debugFolders: [String]

  /// A reader that knows Swift's names, and the system's folder.
  public init(
    demangler: any NameDemangler = SwiftDemangler(), debugFolders: [String] = ["/usr/lib/debug"]
  ) {
    self.demangler = demangler
    self.debugFolders = debugFolders
  }

  /// Opens a file of any architecture.
  ///
  /// - Parameter requiresSymbols: false if its segments are enough.
  /// - Parameter sections: where sections of a relocatable file are.
  /// - Throws: `SymbolFileError`.
  public func file(
    _ path: String, requiresSymbols: Bool = true, sections: [SectionAddress] = []
  ) throws(SymbolFileError) -> SymbolFile {
    try SymbolFile(
      path: path, requiresSymbols: requiresSymbols, for: nil, demangler: demangler,
      debugFolders: debugFolders, sections: sections)
  }
}
