internal import VCpuDebug

/// The instructions of a function or a range.
struct DisassemblyAnswer: Answer {
  static let kind = "disassembly"

  /// `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space.
  let space: String
  /// What the instructions are.
  let extent: Extent
  /// The name of the function; omitted unless they are one.
  let function: String?
  /// The address that was asked for: the first one of a range, any of a function.
  let address: Hex
  /// The address after the last instruction; omitted if an error ended it.
  let end: Hex?
  /// Whether the bytes were asked for.
  let showsBytes: Bool
  /// The instructions, in the order of their addresses.
  let rows: [MemoryAnswer.Row]

  /// What instructions are shown.
  enum Extent: String, Codable, CaseIterable, Sendable {
    /// Those of a function.
    case function
    /// Those around an address that no symbol covers.
    case surroundings
    /// Those of a range.
    case range
  }
}
