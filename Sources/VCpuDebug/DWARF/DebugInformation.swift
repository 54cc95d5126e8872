internal import CElfutils

/// One file's debug information, read by libdw, a compilation unit at a time as it is needed.
///
/// Addresses are those of the file: a module adds its slide.
@safe final class DebugInformation {
  /// libdw reads from libelf's memory for as long as it lives.
  let elf: ELFHandle
  /// libdw's handle.
  @unsafe let dwarf: OpaquePointer
  /// The compilation units, in the order of the file.
  private(set) lazy var units = allUnits()
  /// The ranges of all units, sorted by their start.
  private lazy var ranges = sortedRanges()
  /// The line tables that were used last.
  var lineCache = RecentValues<UnitLines>(limit: 64)
  /// The functions of the units that were used last.
  var functionCache = RecentValues<UnitFunctions>(limit: 64)
  /// Which functions have a name, as far as it was read.
  private(set) lazy var functionIndex = FunctionIndex(self)
  /// Which units have lines of a file, as far as it was read.
  private(set) lazy var fileIndex = FileIndex(self)
  /// Is told how far an index is that someone waits for.
  var onReading: ReadingNote = { _, _ in true }
  /// The size of `.debug_info`.
  var byteCount: UInt64 {
    _ = units
    return unitsEnd
  }
  private var unitsEnd: UInt64 = 0

  /// Nil when the file has no debug information that libdw understands.
  init?(elf: ELFHandle) {
    guard let handle = unsafe dwarf_begin_elf(elf.pointer, DWARF_C_READ, nil) else { return nil }
    self.elf = elf
    unsafe dwarf = handle
  }

  deinit { _ = unsafe dwarf_end(dwarf) }

  /// The unit whose code an address is in.
  func unit(at address: UInt64) -> CompilationUnit? {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = low + (high - low) / 2
      if ranges[middle].start > address { high = middle } else { low = middle + 1 }
    }
    guard low > 0, address < ranges[low - 1].end else { return nil }
    return units[ranges[low - 1].unit]
  }

  /// The entry at an offset of `.debug_info`; nil if there is none.
  func entry(at offset: UInt64) -> Dwarf_Die? {
    var die = unsafe Dwarf_Die()
    return unsafe dwarf_offdie(dwarf, offset, &die) == nil ? nil : die
  }

  private struct Range {
    let start: UInt64
    let end: UInt64
    let unit: Int
  }

  private func sortedRanges() -> [Range] {
    var found: [Range] = []
    // The ranges come from the units themselves: neither Swift nor clang writes `.debug_aranges`.
    for (index, unit) in units.enumerated() {
      guard var die = unsafe entry(at: unit.offset) else { continue }
      var base: Dwarf_Addr = 0
      var start: Dwarf_Addr = 0
      var end: Dwarf_Addr = 0
      var position = 0
      while true {
        position = unsafe dwarf_ranges(&die, position, &base, &start, &end)
        guard position > 0 else { break }
        if start < end, start < elf.unplacedStart {
          found.append(Range(start: start, end: end, unit: index))
        }
      }
    }
    return found.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  private func allUnits() -> [CompilationUnit] {
    var found: [CompilationUnit] = []
    var offset: Dwarf_Off = 0
    var next: Dwarf_Off = 0
    var headerSize = 0
    while unsafe dwarf_nextcu(dwarf, offset, &next, &headerSize, nil, nil, nil) == 0 {
      found.append(CompilationUnit(offset: offset + Dwarf_Off(headerSize)))
      guard next > offset else { break }
      offset = next
    }
    unitsEnd = offset
    return found
  }
}
