/// A file with the names of addresses, in a snapshot: the file itself stays where it is.
struct SavedSymbols: Codable, Equatable {
  var path: String
  /// What tells this file from another: see `SymbolFile.fingerprint`.
  var fingerprint: String
  /// How far from the addresses of the file everything is.
  var slide: SavedNumber

  init(_ file: SymbolFile) {
    path = file.path
    fingerprint = file.fingerprint
    slide = SavedNumber(file.slide)
  }
}
