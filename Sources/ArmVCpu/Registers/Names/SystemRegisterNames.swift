// Written by scripts/generate-sysreg-names from LLVM's tables; don't edit this file.

/// The names of system registers and instructions by their encoding, in the bits of an ISS
/// (`SystemRegister`).
enum SystemRegisterNames {
  /// The names of writes that differ from those of reads.
  static func written(_ rawValue: UInt32) -> StaticString? {
    switch rawValue {
    case 0x20c00a: "DBGDTRTX_EL0"
    default: nil
    }
  }
}
