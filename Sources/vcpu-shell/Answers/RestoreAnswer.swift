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
    /// Where they went, in the order of addresses, up to 16 places; omitted where that isn't known or the addresses are
    /// physical.
    let landed: [Landing]?
    /// How many places there are; omitted with `landed`.
    let landedCount: Int?
  }
}
