internal import CElfutils

extension DebugInformation {
  /// Calls `body` for the children of an entry, until it returns false. Children that don't follow each other in the
  /// file end it: a damaged file's might go round in circles.
  func forEachChild(of parent: inout Dwarf_Die, _ body: (inout Dwarf_Die) -> Bool) {
    var child = unsafe Dwarf_Die()
    guard unsafe dwarf_child(&parent, &child) == 0 else { return }
    var last = unsafe dwarf_dieoffset(&parent)
    while true {
      let offset = unsafe dwarf_dieoffset(&child)
      guard offset > last, unsafe body(&child) else { return }
      last = offset
      var next = unsafe Dwarf_Die()
      guard unsafe dwarf_siblingof(&child, &next) == 0 else { return }
      unsafe child = next
    }
  }

  /// The offset after an entry and all that is in it; the greatest of all for a unit's last.
  func endOffset(of die: inout Dwarf_Die) -> UInt64 {
    var next = unsafe Dwarf_Die()
    return unsafe dwarf_siblingof(&die, &next) == 0 ? unsafe dwarf_dieoffset(&next) : .max
  }

  /// An entry's name, also by what it refers to.
  func name(of die: inout Dwarf_Die) -> String? {
    guard let name = unsafe dwarf_diename(&die) else { return nil }
    return unsafe String(cString: name)
  }

  /// The name of its symbol, also by what it refers to.
  func linkageName(of die: inout Dwarf_Die) -> String? {
    for name in [DW_AT_linkage_name, DW_AT_MIPS_linkage_name] {
      var attribute = unsafe Dwarf_Attribute()
      if unsafe dwarf_attr_integrate(&die, UInt32(name), &attribute) != nil,
        let text = unsafe dwarf_formstring(&attribute)
      {
        return unsafe String(cString: text)
      }
    }
    return nil
  }

  /// An entry's code, in its order. Empty pieces are left out, and those that aren't in memory.
  func ranges(of die: inout Dwarf_Die) -> [Range<UInt64>] {
    var found: [Range<UInt64>] = []
    var base: Dwarf_Addr = 0
    var start: Dwarf_Addr = 0
    var end: Dwarf_Addr = 0
    var position = 0
    while found.count < Self.rangeLimit {
      let next = unsafe dwarf_ranges(&die, position, &base, &start, &end)
      guard next > 0, next != position else { break }
      position = next
      if start < end, start < elf.unplacedStart { found.append(start..<end) }
    }
    return found
  }

  /// More pieces than any function has.
  private static var rangeLimit: Int { 100_000 }

  /// Where the entry is that an inlined copy, or a function's code, is an instance of; nil for others.
  func origin(of die: inout Dwarf_Die) -> UInt64? {
    guard var other = unsafe entry(DW_AT_abstract_origin, of: &die) else { return nil }
    return unsafe dwarf_dieoffset(&other)
  }

  /// The entry that an attribute refers to.
  func entry(_ name: Int, of die: inout Dwarf_Die) -> Dwarf_Die? {
    var attribute = unsafe Dwarf_Attribute()
    var other = unsafe Dwarf_Die()
    guard unsafe dwarf_attr(&die, UInt32(name), &attribute) != nil,
      unsafe dwarf_formref_die(&attribute, &other) != nil
    else { return nil }
    return unsafe other
  }

  /// An attribute's number; nil if the entry doesn't have it.
  func number(_ name: Int, of die: inout Dwarf_Die) -> UInt64? {
    var attribute = unsafe Dwarf_Attribute()
    var value: Dwarf_Word = 0
    guard unsafe dwarf_attr(&die, UInt32(name), &attribute) != nil,
      unsafe dwarf_formudata(&attribute, &value) == 0
    else { return nil }
    return value
  }
}
