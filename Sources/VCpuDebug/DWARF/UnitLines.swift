/// A compilation unit's line table: rows sorted by address, and the files that they are of.
struct UnitLines {
  /// A row: the source position of the code from its address up to the next row's.
  struct Row: Equatable {
    /// The address of the first instruction, as the file has it.
    let address: UInt64
    /// The line, from 1; 0 is code that belongs to no line (DWARF 5, 6.2.2).
    let line: Int32
    /// An index into the unit's files.
    let file: UInt16
    /// The column, from 1; 0 if it isn't known, and 0xffff for all above it.
    let column: UInt16
    /// What else the row says.
    let flags: Flags
  }

  /// What a row says about its address (DWARF 5, 6.2.2).
  struct Flags: OptionSet, Equatable {
    let rawValue: UInt8
    /// A place where a breakpoint for the line belongs.
    static let isStatement = Self(rawValue: 1)
    /// Where a breakpoint at the entry of a function belongs.
    static let isPrologueEnd = Self(rawValue: 2)
    /// The first address after a sequence of code.
    static let isEnd = Self(rawValue: 4)
  }

  /// The rows, sorted by address; at one address in the table's order.
  let rows: [Row]
  /// The files, as the compiler recorded them, with the unit's directory before a relative one.
  let files: [String]

  /// The row of an address, and its index: of several at one address the last that begins a statement, or else the
  /// last. Nil outside of the table's code.
  func index(at address: UInt64) -> Int? {
    let found = firstIndex(after: address) - 1
    guard found >= 0, !rows[found].flags.contains(.isEnd) else { return nil }
    var index = found
    while index >= 0, rows[index].address == rows[found].address {
      let flags = rows[index].flags
      if flags.contains(.isStatement), !flags.contains(.isEnd) { return index }
      index -= 1
    }
    return found
  }

  /// The index of the first row whose address is greater.
  func firstIndex(after address: UInt64) -> Int {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = low + (high - low) / 2
      if rows[middle].address > address { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The addresses of a row and of its neighbours, as long as they are of the same line and file.
  func range(around index: Int) -> Range<UInt64> {
    let row = rows[index]
    func isSame(_ address: UInt64) -> Bool {
      guard let shown = self.index(at: address).map({ rows[$0] }) else { return false }
      return shown.line == row.line && shown.file == row.file
    }
    var first = firstIndex(of: row.address)
    while first > 0, !rows[first].flags.contains(.isEnd), isSame(rows[first - 1].address) {
      first = firstIndex(of: rows[first - 1].address)
    }
    var next = firstIndex(after: row.address)
    while next < rows.count, !rows[next].flags.contains(.isEnd), isSame(rows[next].address) {
      next = firstIndex(after: rows[next].address)
    }
    let start = rows[first].address
    return start..<(next < rows.count ? rows[next].address : start)
  }

  /// The index of the first row of an address.
  func firstIndex(of address: UInt64) -> Int {
    address == 0 ? 0 : firstIndex(after: address - 1)
  }

  /// Where a breakpoint at the entry of a function belongs: at the first row that is marked as the end of the
  /// prologue, or else at the second line of its code; its first address if there is none.
  func addressAfterPrologue(of function: Range<UInt64>) -> UInt64 {
    let first = firstIndex(of: function.lowerBound)
    let rest = rows[min(first, rows.count)...].prefix { $0.address < function.upperBound }
    // No code of an optimized function runs before its first inlined statement: later marks are of those.
    if let mark = rest.first(where: { $0.flags.contains(.isPrologueEnd) }) { return mark.address }
    guard let entry = index(at: function.lowerBound).map({ rows[$0] }) else {
      return function.lowerBound
    }
    let second = rest.first {
      $0.address > function.lowerBound && $0.line != 0 && !$0.flags.contains(.isEnd)
        && ($0.line != entry.line || $0.file != entry.file)
    }
    return second?.address ?? function.lowerBound
  }
}
