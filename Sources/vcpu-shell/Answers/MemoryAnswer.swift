/// Memory, row by row.
struct MemoryAnswer: Answer {
  static let kind = "memory"

  /// `hv`, `guest`, `ipa`, `pa`; empty where a target has one address space.
  let space: String
  /// What the rows show.
  let content: Content
  /// The letter of the format, as `x` takes it: `x`, `d`, `i`, `s`.
  let format: String
  /// The size of a unit in bytes; left out for instructions and strings.
  let unitByteCount: Int?
  /// In the order of their addresses.
  let rows: [Row]
  /// Where it goes on; left out where an error has ended it.
  let next: Hex?

  /// What rows of memory show.
  enum Content: String, Codable, CaseIterable, Sendable { case units, instructions, strings }

  /// A row: some units, an instruction, or a string.
  struct Row: Codable, Equatable, Sendable {
    /// Where the row begins.
    let address: Hex
    /// The symbol that covers the address.
    let symbol: String?
    /// The units, in the format; empty for instructions and strings.
    let values: [String]
    /// The instruction, disassembled.
    let instruction: String?
    /// The bytes of the row in hexadecimal, in the order of their addresses; those of a string without its end.
    let bytes: String
    /// Whether the CPU is at this instruction; left out for anything else.
    let isPC: Bool?
    /// The string, with escapes as in C.
    let string: String?
    /// Whether the string is longer than what is shown; left out for anything else.
    let isCutOff: Bool?
  }
}
