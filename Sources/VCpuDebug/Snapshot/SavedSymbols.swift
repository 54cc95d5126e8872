/// A reference to a symbol file, in a snapshot. The file itself isn't included.
struct SavedSymbols: Codable, Equatable {
  var path: String
  /// What identifies the file: see `SymbolFile.fingerprint`.
  var fingerprint: String
  /// How far everything is from the file's addresses.
  var slide: SavedNumber

  init(_ file: SymbolFile) {
    path = file.path
    fingerprint = file.fingerprint
    slide = SavedNumber(file.slide)
  }
}
