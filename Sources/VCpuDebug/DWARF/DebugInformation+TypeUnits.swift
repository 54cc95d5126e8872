internal import CElfutils

extension DebugInformation {
  /// The entries of the units that hold a type each, in DWARF 4's `.debug_types`. Those of DWARF 5 are among the units.
  func typeUnits() -> [UInt64] {
    var found: [UInt64] = []
    var offset: Dwarf_Off = 0
    var next: Dwarf_Off = 0
    var headerSize = 0
    var signature: UInt64 = 0
    while unsafe dwarf_next_unit(
      dwarf, offset, &next, &headerSize, nil, nil, nil, nil, &signature, nil) == 0
    {
      found.append(offset + Dwarf_Off(headerSize))
      guard next > offset else { break }
      offset = next
    }
    return found
  }

  /// The entry at an offset of `.debug_types`; nil if there is none.
  func debugEntry(inTypesAt offset: UInt64) -> DebugEntry? {
    var die = unsafe Dwarf_Die()
    return unsafe dwarf_offdie_types(dwarf, offset, &die) == nil ? nil : DebugEntry(die, in: self)
  }
}
