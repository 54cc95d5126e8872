extension RegisterDescription.ByteOrder {
  /// The architectures, by the beginnings of their names, that are big-endian unless somebody says
  /// otherwise.
  private static let bigEndian = ["powerpc", "rs6000", "s390", "sparc", "m68k", "hppa", "or1k"]

  /// The order that machines of an architecture usually have.
  static func usual(for architecture: String?) -> RegisterDescription.ByteOrder {
    guard let architecture else { return .little }
    return bigEndian.contains { architecture.hasPrefix($0) } ? .big : .little
  }
}
