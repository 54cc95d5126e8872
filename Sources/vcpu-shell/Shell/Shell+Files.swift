internal import VCpuDebug

extension Shell {
  /// How files with symbols are read: with the names of Swift, C++ and Rust.
  static let reader = SymbolFileReader(
    demangler: NameDemanglers([SwiftDemangler(), LibibertyDemangler()]))

  /// The same, with the folders that were chosen.
  var reader: SymbolFileReader {
    var reader = Self.reader
    reader.debugFolders = debugFolders
    return reader
  }
}
