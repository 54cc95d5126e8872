extension RegisterDescription.ByteOrder {
  /// The architectures, by the beginnings of their names, whose machines have one order alone.
  private static let alwaysLittle = ["i386", "i486", "i586", "i686", "x86", "amd64", "riscv"]
  private static let alwaysBig = ["s390", "m68k", "hppa", "or1k", "sparc"]

  /// The beginnings of names of architectures that have both, and are big-endian unless somebody says
  /// otherwise.
  private static let usuallyBig = ["powerpc", "ppc", "rs6000", "mips"]

  /// The order that an architecture has by its name; nil where it has both, or is not known.
  ///
  /// - Parameter architecture: GDB's name, which for most architectures is the same for both orders, or
  ///   LLDB's, which tells: `aarch64_be`, `armeb`, `powerpc64le`, `mipsel`.
  public static func only(for architecture: String?) -> Self? {
    guard let name = architecture?.lowercased() else { return nil }
    if alwaysLittle.contains(where: { name.hasPrefix($0) }) { return .little }
    if alwaysBig.contains(where: { name.hasPrefix($0) }) { return .big }
    if name == "aarch64_be" || name.hasPrefix("armeb") || name.hasPrefix("thumbeb") { return .big }
    if ["powerpc64le", "ppc64le", "mipsel", "mips64el"].contains(name) { return .little }
    return nil
  }

  /// The order that machines of an architecture usually have.
  public static func usual(for architecture: String?) -> Self {
    if let order = only(for: architecture) { return order }
    guard let name = architecture?.lowercased() else { return .little }
    return usuallyBig.contains { name.hasPrefix($0) } ? .big : .little
  }
}
