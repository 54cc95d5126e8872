/// A reference to a module's file, in a snapshot. The file itself isn't included.
struct SavedModule: Codable, Equatable {
  var path: String
  /// What identifies the file: see `SymbolFile.fingerprint`.
  var fingerprint: String
  /// The space that its addresses are of: a prefix without the colon.
  var space: String
  /// How far everything is from the file's addresses.
  var slide: SavedNumber
  /// Where the sections of a relocatable file are; nil for others.
  var sections: [SavedSection]?

  /// A section's place.
  struct SavedSection: Codable, Equatable {
    var name: String
    var address: SavedNumber
  }

  /// Nil for names that are from memory, not from a file.
  init?(_ module: Module) {
    guard let file = module.file else { return nil }
    path = file.path
    fingerprint = file.fingerprint
    space = module.space.prefix
    slide = SavedNumber(module.slide)
    guard file.isRelocatable else { return }
    sections = file.sectionPlaces.given.map {
      SavedSection(name: $0.name, address: SavedNumber($0.address))
    }
  }
}
