/// Memory, row by row.
struct MemoryAnswer: Answer {
  static let kind = "memory"

  /// `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space.
  let space: String
  /// What the rows show.
  let content: Content
  /// The letter of the format, as `x` takes it: `x`, `d`, `i`, `s`.
  let format: String
  /// The size of a unit in bytes; omitted for instructions and strings.
  let unitByteCount: Int?
  /// In the order of their addresses.
  let rows: [Row]
  /// The address after the last row; omitted if an error ended it.
  let next: Hex?

  /// What the rows show.
  enum Content: String, Codable, CaseIterable, Sendable { case units, instructions, strings }

  /// A row: several units, an instruction, or a string.
  struct Row: Codable, Equatable, Sendable {
    /// Where the row begins.
    let address: Hex
    /// The symbol that covers the address.
    let symbol: String?
    /// The units, in the format; empty for instructions and strings.
    let values: [String]
    /// The instruction, disassembled.
    let instruction: String?
    /// The address that the instruction branches to, loads from or forms; omitted if it has none.
    let reference: ReferenceAnswer?
    /// The source lines that begin at the instruction, its own last; only where they are asked for.
    let source: [SourceAnswer]?
    /// The row's bytes in hexadecimal, in the order of their addresses; a string's without its terminator.
    let bytes: String
    /// Whether the CPU is at this instruction; omitted for units and strings.
    let isPC: Bool?
    /// The string, with escapes as in C.
    let string: String?
    /// Whether the string is longer than what is shown; omitted for units and instructions.
    let isCutOff: Bool?
  }
}

extension MemoryAnswer.Row {
  /// The same row after lines of source.
  func after(_ source: [SourceAnswer]?) -> MemoryAnswer.Row {
    MemoryAnswer.Row(
      address: address, symbol: symbol, values: values, instruction: instruction,
      reference: reference, source: source, bytes: bytes, isPC: isPC, string: string,
      isCutOff: isCutOff)
  }
}
