internal import CElfutils

/// The source position of an instruction.
struct SourcePosition: Equatable, Sendable {
  /// The path as the compiler recorded it, and the line.
  let location: SourceLocation
  /// The column, from 1; nil if it isn't known.
  let column: Int?
  /// The code of this line around the instruction: all rows that follow each other.
  let range: Range<UInt64>
  /// Whether a statement begins at the first instruction of its row.
  let isStatement: Bool
  /// Whether the prologue of a function ends there.
  let isPrologueEnd: Bool
}

extension DebugInformation {
  /// The source line of an instruction; nil outside of code, and for compiler-generated code without a line.
  func sourceLocation(at address: UInt64) -> SourceLocation? {
    sourcePosition(at: address)?.location
  }

  /// The source position of an instruction; nil outside of code, and for compiler-generated code without a line.
  func sourcePosition(at address: UInt64) -> SourcePosition? {
    guard let unit = unit(at: address), let lines = lines(of: unit),
      let index = lines.index(at: address)
    else { return nil }
    let row = lines.rows[index]
    guard row.line > 0 else { return nil }
    return SourcePosition(
      location: SourceLocation(file: lines.files[Int(row.file)], line: Int(row.line)),
      column: row.column == 0 ? nil : Int(row.column), range: lines.range(around: index),
      isStatement: row.flags.contains(.isStatement),
      isPrologueEnd: row.flags.contains(.isPrologueEnd))
  }

  /// The lines of a function's code, each once, in the order of their first address.
  func lines(of ranges: [Range<UInt64>]) -> [SourceLocation] {
    var found: [SourceLocation] = []
    var known: Set<UInt64> = []
    for range in ranges {
      guard let unit = unit(at: range.lowerBound), let lines = lines(of: unit) else { continue }
      var index = lines.index(at: range.lowerBound) ?? lines.rows.count
      while index < lines.rows.count, lines.rows[index].address < range.upperBound {
        let row = lines.rows[index]
        index += 1
        guard row.line > 0, !row.flags.contains(.isEnd),
          known.insert(UInt64(row.file) << 32 | UInt64(row.line)).inserted
        else { continue }
        found.append(SourceLocation(file: lines.files[Int(row.file)], line: Int(row.line)))
      }
    }
    return found
  }

  /// The line table of a unit; nil if it has none that libdw understands.
  func lines(of unit: CompilationUnit) -> UnitLines? {
    if let known = lineCache.value(for: unit.offset) { return known }
    let lines = readLines(of: unit)
    lineCache.keep(lines, for: unit.offset)
    return lines
  }

  /// Reads a unit's table with this handle.
  func readLines(of unit: CompilationUnit) -> UnitLines? {
    guard var die = unsafe entry(at: unit.offset) else { return nil }
    var table: OpaquePointer?
    var count = 0
    guard unsafe dwarf_getsrclines(&die, &table, &count) == 0, let table = unsafe table else {
      return nil
    }
    var reading = UnitLinesReading(end: elf.unplacedStart)
    reading.reserve(count)
    for index in 0..<count {
      if let line = unsafe dwarf_onesrcline(table, index) { unsafe reading.append(line) }
    }
    return reading.lines
  }

  /// The paths of the files that a unit has lines of, each once.
  func filesWithLines(of unit: CompilationUnit) -> [String] {
    var found: [Int: String?] = [:]
    unsafe forEachLine(of: unit) { line in
      var number: Int32 = 0
      guard unsafe dwarf_lineno(line, &number) == 0, number > 0,
        let (files, index) = unsafe UnitLinesReading.file(of: line), found[index] == nil
      else { return }
      found[index] = .some(
        unsafe dwarf_filesrc(files, index, nil, nil).map { unsafe String(cString: $0) })
    }
    return Set(found.values.compactMap(\.self)).sorted()
  }

  private func forEachLine(of unit: CompilationUnit, _ body: (OpaquePointer) -> Void) {
    guard var die = unsafe entry(at: unit.offset) else { return }
    var table: OpaquePointer?
    var count = 0
    guard unsafe dwarf_getsrclines(&die, &table, &count) == 0, let table = unsafe table else {
      return
    }
    for index in 0..<count {
      if let line = unsafe dwarf_onesrcline(table, index) { unsafe body(line) }
    }
  }
}

/// A line table while it is read.
private struct UnitLinesReading {
  /// Code from here on isn't in memory.
  let end: UInt64
  private var rows: [UnitLines.Row] = []
  private var files: [String] = []
  private var numbers: [Int: UInt16] = [:]

  init(end: UInt64) { self.end = end }

  var lines: UnitLines { UnitLines(rows: rows, files: files) }

  mutating func reserve(_ count: Int) { rows.reserveCapacity(count) }

  mutating func append(_ line: OpaquePointer) {
    var address: Dwarf_Addr = 0
    var number: Int32 = 0
    var column: Int32 = 0
    var isStatement = false
    var isPrologueEnd = false
    var isEnd = false
    guard unsafe dwarf_lineaddr(line, &address) == 0, address < end,
      unsafe dwarf_lineno(line, &number) == 0,
      unsafe dwarf_linecol(line, &column) == 0,
      unsafe dwarf_linebeginstatement(line, &isStatement) == 0,
      unsafe dwarf_lineprologueend(line, &isPrologueEnd) == 0,
      unsafe dwarf_lineendsequence(line, &isEnd) == 0
    else { return }
    var flags: UnitLines.Flags = []
    if isStatement { flags.insert(.isStatement) }
    if isPrologueEnd { flags.insert(.isPrologueEnd) }
    if isEnd { flags.insert(.isEnd) }
    let file = unsafe fileNumber(of: line)
    rows.append(
      UnitLines.Row(
        address: address, line: file == nil ? 0 : max(number, 0), file: file ?? 0,
        column: UInt16(clamping: column), flags: flags))
  }

  /// A row's file: the table that it is in, and its number there.
  static func file(of line: OpaquePointer) -> (table: OpaquePointer, index: Int)? {
    var table: OpaquePointer?
    var index = 0
    guard unsafe dwarf_line_file(line, &table, &index) == 0 else { return nil }
    return unsafe table.map { unsafe ($0, index) }
  }

  /// The number of a row's file, which is read once; nil for a file that the table doesn't have.
  private mutating func fileNumber(of line: OpaquePointer) -> UInt16? {
    guard let (table, index) = unsafe Self.file(of: line) else { return nil }
    if let known = numbers[index] { return known }
    guard let name = unsafe dwarf_filesrc(table, index, nil, nil),
      let number = UInt16(exactly: files.count)
    else { return nil }
    files.append(unsafe String(cString: name))
    numbers[index] = number
    return number
  }
}
