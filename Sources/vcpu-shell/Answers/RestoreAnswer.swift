/// Memory that was written from a file.
struct RestoreAnswer: Answer {
  static let kind = "restore"

  /// The file.
  let path: String
  /// The file's format.
  let format: DumpAnswer.Format
  /// The space that was written to: `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space.
  let space: String
  /// What was written, in the order of the file. The last one is incomplete if an error ended it.
  let parts: [Part]

  /// Contiguous memory.
  struct Part: Codable, Equatable, Sendable {
    /// The address of the first byte.
    let address: Hex
    /// How many bytes the file has for it.
    let byteCount: Int
    /// How many of them were written.
    let writtenByteCount: Int
  }
}
