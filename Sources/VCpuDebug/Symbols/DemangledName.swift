internal import Glibc

/// The Swift runtime's demangler (swift/Demangling/Demangle.h). The caller must free the result;
/// nil means that the name isn't mangled.
@_silgen_name("swift_demangle")
private func runtimeDemangle(
  _ mangled: UnsafePointer<CChar>?, _ byteCount: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
  _ bufferByteCount: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// Swift symbol names in readable form. Names of other languages are unchanged.
public enum DemangledName {
  /// Whether a name has a prefix of Swift's mangling; Embedded Swift's is `$e`.
  public static func isMangled(_ name: String) -> Bool {
    ["$s", "$e", "$S", "_$s", "_$e"].contains { name.hasPrefix($0) }
  }

  /// The whole demangled declaration, with modules and types; the raw name when there is none.
  public static func full(of name: String) -> String {
    guard isMangled(name) else { return name }
    if let demangled = demangle(name) { return demangled }
    // A runtime that is older than Embedded Swift's prefix can demangle the name with the usual
    // prefix.
    guard name.hasPrefix("$e") else { return name }
    return demangle("$s" + name.dropFirst(2)) ?? name
  }

  /// The declaration without modules, types and specialisations: `closure #1 in VCpu.run()`,
  /// `UInt64.bits(_:)`, `Real.id.setter`.
  public static func short(of name: String) -> String {
    let full = full(of: name)
    return full == name ? name : DeclarationShortener.shorten(full)
  }

  private static func demangle(_ name: String) -> String? {
    let count = UInt(name.utf8.count)
    let result = unsafe name.withCString { unsafe runtimeDemangle($0, count, nil, nil, 0) }
    guard let result = unsafe result else { return nil }
    defer { unsafe free(result) }
    let text = unsafe String(cString: result)
    return text == name || text.isEmpty ? nil : text
  }
}
