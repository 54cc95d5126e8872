internal import CLibiberty
internal import Glibc
internal import VCpuDebug

/// Names of C++ (the Itanium ABI's) and of Rust (legacy and v0), by GNU libiberty.
struct LibibertyDemangler: NameDemangler {
  func declaration(of name: String) -> String? {
    guard name.hasPrefix("_Z") || name.hasPrefix("_R") else { return nil }
    guard let result = unsafe clibiberty_demangle(name) else { return nil }
    defer { unsafe free(result) }
    return unsafe String(cString: result)
  }
}
