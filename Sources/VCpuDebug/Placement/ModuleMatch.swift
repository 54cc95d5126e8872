/// What memory has in the place of a module's file.
public enum ModuleMatch: String, Codable, Equatable, Sendable, CaseIterable {
  /// The same code, except for instructions that may have been patched.
  case same
  /// Something else.
  case different
  /// It can't be read now, or nothing is there yet.
  case unknown
}
