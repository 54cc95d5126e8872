internal import VCpuDebug

/// Where memory has some bytes.
struct FindAnswer: Answer {
  static let kind = "find"

  /// `hv`, `guest`, `ipa`, `pa`; empty if the target has one address space.
  let space: String
  /// The first address of the range.
  let start: Hex
  /// The last address of the range.
  let last: Hex
  /// The bytes that were searched for, in hexadecimal, in the order of their addresses.
  let pattern: String
  /// In the order of their addresses; they may overlap.
  let matches: [Match]
  /// Where the range has no memory.
  let gaps: [MemoryGap]
  /// How many bytes of memory were searched.
  let searchedByteCount: Hex
  /// How many matches were asked for at most; omitted for all of them.
  let limit: Int?
  /// The first address that was not searched; omitted if the search got to the end of the range.
  let next: Hex?

  /// A place with the bytes.
  struct Match: Codable, Equatable, Sendable {
    /// The address of the first byte.
    let address: Hex
    /// The symbol that covers the address.
    let symbol: String?
  }
}

/// Addresses without memory.
struct MemoryGap: Codable, Equatable, Sendable {
  /// The first address.
  let start: Hex
  /// The last address.
  let last: Hex
  /// Why it can't be read.
  let reason: String

  init(_ gap: MemorySweep.Gap) {
    start = Hex(gap.start)
    last = Hex(gap.last)
    reason = gap.reason
  }
}
