internal import CElfutils

/// One file's DWARF line tables, read compilation unit by compilation unit as they are needed.
@safe final class LineTable {
  private struct UnitRange {
    let start: UInt64
    let end: UInt64
    let dieOffset: Dwarf_Off
  }

  /// libdw reads from libelf's memory for as long as it lives.
  private let elf: ELFHandle
  @unsafe private let dwarf: OpaquePointer
  private lazy var ranges = unitRanges()

  /// Nil when the file has no debug information that libdw understands.
  init?(elf: ELFHandle) {
    guard let handle = unsafe dwarf_begin_elf(elf.pointer, DWARF_C_READ, nil) else { return nil }
    self.elf = elf
    unsafe dwarf = handle
  }

  deinit { _ = unsafe dwarf_end(dwarf) }

  func location(at address: UInt64) -> SourceLocation? {
    for range in ranges where range.start <= address && address < range.end {
      var die = unsafe Dwarf_Die()
      guard unsafe dwarf_offdie(dwarf, range.dieOffset, &die) != nil,
        let line = unsafe dwarf_getsrc_die(&die, address)
      else { continue }
      var number: Int32 = 0
      // Line 0 is code that doesn't belong to a line (DWARF 5, 6.2.2).
      guard unsafe dwarf_lineno(line, &number) == 0, number > 0,
        let file = unsafe dwarf_linesrc(line, nil, nil)
      else { return nil }
      return SourceLocation(file: unsafe String(cString: file), line: Int(number))
    }
    return nil
  }

  /// The ranges come from the units themselves: neither Swift nor clang writes `.debug_aranges`.
  private func unitRanges() -> [UnitRange] {
    var found: [UnitRange] = []
    var offset: Dwarf_Off = 0
    var next: Dwarf_Off = 0
    var headerSize = 0
    while unsafe dwarf_nextcu(dwarf, offset, &next, &headerSize, nil, nil, nil) == 0 {
      var die = unsafe Dwarf_Die()
      let dieOffset = offset + Dwarf_Off(headerSize)
      if unsafe dwarf_offdie(dwarf, dieOffset, &die) != nil {
        var base: Dwarf_Addr = 0
        var start: Dwarf_Addr = 0
        var end: Dwarf_Addr = 0
        var position = 0
        while true {
          position = unsafe dwarf_ranges(&die, position, &base, &start, &end)
          guard position > 0 else { break }
          found.append(UnitRange(start: start, end: end, dieOffset: dieOffset))
        }
      }
      guard next > offset else { break }
      offset = next
    }
    return found
  }
}
