extension RegisterDescription.ByteOrder {
  /// The prefixes of the names of architectures that are always little-endian.
  private static let alwaysLittle = ["i386", "i486", "i586", "i686", "x86", "amd64", "riscv"]
  private static let alwaysBig = ["s390", "m68k", "hppa", "or1k", "sparc"]

  /// The prefixes of the names of architectures that have both orders, and are big-endian by default.
  private static let usuallyBig = ["powerpc", "ppc", "rs6000", "mips"]

  /// The byte order that an architecture's name implies; nil if it has both, or isn't known.
  ///
  /// - Parameter architecture: GDB's name, which for most architectures is the same for both orders, or
  ///   LLDB's, which includes the order: `aarch64_be`, `armeb`, `powerpc64le`, `mipsel`.
  public static func only(for architecture: String?) -> Self? {
    guard let name = architecture?.lowercased() else { return nil }
    if alwaysLittle.contains(where: { name.hasPrefix($0) }) { return .little }
    if alwaysBig.contains(where: { name.hasPrefix($0) }) { return .big }
    if name == "aarch64_be" || name.hasPrefix("armeb") || name.hasPrefix("thumbeb") { return .big }
    if ["powerpc64le", "ppc64le", "mipsel", "mips64el"].contains(name) { return .little }
    return nil
  }

  /// The byte order that machines of an architecture usually have.
  public static func usual(for architecture: String?) -> Self {
    if let order = only(for: architecture) { return order }
    guard let name = architecture?.lowercased() else { return .little }
    return usuallyBig.contains { name.hasPrefix($0) } ? .big : .little
  }
}
