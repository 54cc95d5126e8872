/// The formats of files with memory, by GDB's names. (GDB manual, "Copy Between Memory and a File".)
public enum MemoryFileFormat: String, Sendable, CaseIterable {
  /// The bytes alone.
  case binary
  /// Intel's hexadecimal object file format, with addresses of 32 bits.
  case intelHex = "ihex"
  /// Motorola's S-records, with addresses of 16, 24 or 32 bits.
  case sRecord = "srec"
  /// What Verilog's `$readmemh` reads. It is only written.
  case verilog

  /// The highest address that a file can have.
  public var lastAddress: UInt64 {
    switch self {
    case .intelHex, .sRecord: 0xffff_ffff
    case .binary, .verilog: .max
    }
  }
}
