internal import VCpuDebug

extension Shell {
  /// How files with symbols are read: with the names of Swift, C++ and Rust.
  static let reader = SymbolFileReader(
    demangler: NameDemanglers([SwiftDemangler(), LibibertyDemangler()]))
}
