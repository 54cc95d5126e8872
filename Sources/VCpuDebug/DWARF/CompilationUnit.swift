/// A compilation unit of a file's debug information.
struct CompilationUnit: Equatable {
  /// Where its entry is in `.debug_info`.
  let offset: UInt64
}
