/// Memory or a value that was written to a file.
struct DumpAnswer: Answer {
  static let kind = "dump"

  /// The file.
  let path: String
  /// The file's format.
  let format: Format
  /// Whether it was added to the end of the file.
  let isAppended: Bool
  /// `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space. Omitted for a value.
  let space: String?
  /// The address of the first byte; omitted for a value.
  let start: Hex?
  /// How many bytes of memory, or of the value, were written.
  let byteCount: Hex

  /// The formats of files with memory.
  enum Format: String, Codable, CaseIterable, Sendable {
    /// The bytes alone.
    case binary
    /// Intel's hexadecimal object file format.
    case ihex
    /// Motorola's S-records.
    case srec
    /// What Verilog's `$readmemh` reads.
    case verilog
  }
}
