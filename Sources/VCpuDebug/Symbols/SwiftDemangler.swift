internal import Glibc

/// The Swift runtime's demangler (swift/Demangling/Demangle.h). The caller must free the result;
/// nil means that the name isn't mangled.
@_silgen_name("swift_demangle")
private func runtimeDemangle(
  _ mangled: UnsafePointer<CChar>?, _ byteCount: UInt, _ buffer: UnsafeMutablePointer<CChar>?,
  _ bufferByteCount: UnsafeMutablePointer<UInt>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// Swift's names, by the Swift runtime.
public struct SwiftDemangler: NameDemangler {
  /// Creates it.
  public init() {}

  /// Whether a name has a prefix of Swift's mangling; Embedded Swift's is `$e`.
  static func isMangled(_ name: some StringProtocol) -> Bool {
    ["$s", "$e", "$S", "_$s", "_$e"].contains { name.hasPrefix($0) }
  }

  /// The declaration with modules and types.
  public func declaration(of name: String) -> String? {
    guard Self.isMangled(name) else { return nil }
    // A runtime that is older than Embedded Swift's prefix knows the name by the usual prefix.
    return Self.demangle(name)
      ?? (name.hasPrefix("$e") ? Self.demangle("$s" + name.dropFirst(2)) : nil)
  }

  /// The declaration, or the name itself for one of another language.
  static func declaration(of name: String) -> String {
    SwiftDemangler().declaration(of: name) ?? name
  }

  /// The declaration without modules, types and specialisations: `closure #1 in VCpu.run()`, `UInt64.bits(_:)`. Nil for
  /// another language's name.
  static func short(of name: String) -> String? {
    SwiftDemangler().declaration(of: name).map(DeclarationShortener.shorten)
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
