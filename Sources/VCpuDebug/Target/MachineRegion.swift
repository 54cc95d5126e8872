/// A region of a machine's memory, as its emulator lists it: a line of QEMU's `info mtree`.
struct MachineRegion: Equatable, Sendable {
  /// Its physical addresses.
  var range: Range<UInt64>
  /// `ram`, `rom`, `romd` or `i/o`.
  var kind: String
  /// Whether it is memory, which can be read without an effect.
  var isMemory: Bool { ["ram", "rom", "romd", "nv-ram"].contains(kind) }
  /// Whether it is memory that can be written.
  var isRAM: Bool { ["ram", "nv-ram"].contains(kind) }
  /// The memory's or the device's name: its first word.
  var name: String

  /// Reads a line; nil for one of another form, and for a region that is turned off.
  ///
  ///     0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
  init?(treeLine line: Substring) {
    guard !line.hasSuffix("[disabled]"), let colon = line.firstRange(of: "): "),
      let comma = line[..<colon.lowerBound].lastIndex(of: ",")
    else { return nil }
    name = String(line[colon.upperBound...].prefix { !$0.isWhitespace })
    kind = String(line[line.index(after: comma)..<colon.lowerBound].filter { !$0.isWhitespace })
    let ends = line.prefix { $0 != "(" }.split(separator: "-")
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
      first < last, last < .max
    else { return nil }
    range = first..<last &+ 1
  }

  private static func number(_ text: Substring) -> UInt64? {
    UInt64(text.filter { !$0.isWhitespace }, radix: 16)
  }

  /// What a CPU finds at each physical address, by the answer to `info mtree -f`: of the views that it lists, that of
  /// the machine's memory. Nil if the answer doesn't list one.
  ///
  ///     FlatView #0
  ///      AS "memory", root: system
  ///      Root memory region: system
  ///       0000000040000000-000000005fffffff (prio 0, ram): mach-virt.ram
  static func regions(ofFlatMemory text: String) -> [MachineRegion]? {
    var isMemory = false
    var regions: [MachineRegion] = []
    for line in text.split(whereSeparator: \.isNewline) {
      if line.hasPrefix("FlatView") {
        if isMemory { break }
      } else if line.contains("AS \"memory\"") {
        isMemory = true
      } else if isMemory, let region = MachineRegion(treeLine: line) {
        regions.append(region)
      }
    }
    return regions.isEmpty ? nil : regions
  }
}
