/// A file of code in the target's memory, or names that were found there: whose they are, and how far everything is
/// from where the file has it.
public final class Module {
  /// Its number in the session, from 1; 0 for one that isn't in a list.
  public internal(set) var number = 0
  /// The file's path, or what the names are from.
  public let name: String
  /// The space that its addresses are of: the hypervisor's, the guest's, or the target's only one.
  public let space: AddressSpace
  /// How far everything is from the file's addresses.
  public internal(set) var slide: UInt64
  /// Whether it is known where it is: it was given, or found out.
  var isPlaced = true
  /// Whether it was said that its file isn't what is in memory.
  var isDoubted = false
  /// The file; nil for names from memory.
  public let file: SymbolFile?
  let names: SymbolNames

  /// A file in memory.
  public init(_ file: SymbolFile, in space: AddressSpace, slide: UInt64 = 0) {
    name = file.path
    self.space = space
    self.slide = slide
    self.file = file
    names = file.names
  }

  /// Names that were found in memory, by addresses that need no slide.
  init(_ names: SymbolNames, from name: String, in space: AddressSpace) {
    self.name = name
    self.space = space
    slide = 0
    file = nil
    self.names = names
  }

  // MARK: Symbols

  /// The symbols that a person may mean by a name: those with that name in the file, and otherwise every function
  /// whose declaration ends with it, as `VCpu.run` does with `ArmVCpu.VCpu.run()`.
  public func symbols(named name: String) -> [Symbol] {
    names.symbols(named: name).map { $0.moved(by: slide) }
  }

  /// The one symbol that a name means; nil without any, or if it could be several.
  public func symbol(named name: String) -> Symbol? {
    if let own = names.table.symbol(named: name) { return own.moved(by: slide) }
    let symbols = symbols(named: name)
    return symbols.count == 1 ? symbols[0] : nil
  }

  /// The address of that symbol.
  public func address(of name: String) -> UInt64? { symbol(named: name)?.address }

  /// The symbol that an address belongs to: the innermost one whose size covers it, or the nearest
  /// label below in the same section. Mapping symbols (`$x`, `$d`) are ignored.
  public func symbol(at address: UInt64) -> SymbolLocation? {
    names.table.symbol(at: address &- slide).map {
      SymbolLocation(
        name: $0.name, displayName: names.displayName(of: $0.name),
        offset: address &- slide &- $0.address)
    }
  }

  /// The code or data of the symbol that an address belongs to, and the end of it: without a size in the file it ends
  /// where the next symbol begins, or the section ends. Nil if there is no such symbol.
  public func extent(around address: UInt64) -> (symbol: Symbol, end: UInt64)? {
    names.table.symbol(at: address &- slide).map {
      ($0.moved(by: slide), names.table.end(of: $0) &+ slide)
    }
  }

  /// The name of a symbol for display.
  public func displayName(of symbol: Symbol) -> String { names.displayName(of: symbol.name) }

  /// The symbols whose displayed names are wanted, sorted by name.
  public func symbols(
    where isWanted: (String) throws -> Bool
  ) rethrows -> [(name: String, symbol: Symbol)] {
    try names.symbols(where: isWanted).map { ($0.name, $0.symbol.moved(by: slide)) }
  }

  /// Whether an address is in a section of code.
  public func isCode(_ address: UInt64) -> Bool { names.table.isCode(address &- slide) }

  /// The names that begin with a prefix, as in the file and as displayed, sorted.
  public func names(withPrefix prefix: String) -> [String] { names.names(withPrefix: prefix) }

  /// How many symbols it has.
  public var symbolCount: Int { names.table.count }

  // MARK: The file

  /// From the first to the last address of its code; nil without code.
  public var codeRange: ClosedRange<UInt64>? {
    let ranges =
      file?.executableRanges
      ?? names.table.sections.filter(\.isExecutable).map {
        $0.address..<$0.address &+ $0.byteCount
      }
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max()
    else {
      return nil
    }
    let (start, end) = (first &+ slide, last - 1 &+ slide)
    return start <= end ? start...end : nil
  }

  /// Whether an address is in one of its sections.
  public func contains(_ address: UInt64) -> Bool {
    names.table.sections.contains { $0.contains(address &- slide) }
  }

  /// The source line of an instruction, from DWARF's line tables. Nil without debug information,
  /// outside code, and for compiler-generated code without a line.
  public func sourceLocation(at address: UInt64) -> SourceLocation? {
    guard names.table.isCode(address &- slide) else { return nil }
    return file?.debugInformation?.sourceLocation(at: address &- slide)
  }

  /// The code of a line of a file that a path means, or of the next line that has code; see
  /// `DebugInformation.code(ofLine:inFile:)`.
  func code(ofLine line: Int, in path: String) -> [(location: SourceLocation, addresses: [UInt64])]
  {
    (file?.debugInformation?.code(ofLine: line, inFile: path) ?? []).map { code in
      (code.location, code.addresses.map { $0 &+ slide })
    }
  }

  /// The code of a line around an address; nil if the line isn't known.
  func lineRange(at address: UInt64) -> Range<UInt64>? {
    guard isCode(address) else { return nil }
    return (file?.debugInformation?.sourcePosition(at: address &- slide)?.range).flatMap { range in
      let start = range.lowerBound &+ slide
      let end = range.upperBound &+ slide
      return start < end ? start..<end : nil
    }
  }

  /// Where a breakpoint for the function at a symbol belongs: after its prologue, where its parameters are in their
  /// places, if the debug information says.
  func bodyAddress(of symbol: Symbol) -> UInt64 {
    let address = symbol.address &- slide
    guard let information = file?.debugInformation,
      let function = information.function(at: address),
      function.entry == address
    else { return symbol.address }
    return information.breakpointAddress(of: function) &+ slide
  }

  /// The bodies of the inlined copies of functions that a name means.
  func inlinedCopies(named name: String) -> [UInt64] {
    (file?.debugInformation?.functions(named: name) ?? []).filter(\.isInlined).map {
      $0.entry &+ slide
    }
  }

  /// The file's bytes at an address: as many as requested, or fewer at the end of a segment; nil outside of the
  /// loaded segments.
  public func contents(at address: UInt64, byteCount: Int) -> [UInt8]? {
    file?.contents(at: address &- slide, byteCount: byteCount)
  }

  /// The parts to load, where they are in memory.
  ///
  /// - Throws: `SymbolFileError.malformed` when the file does not hold what its headers promise.
  func loadSegments() throws(SymbolFileError) -> [LoadSegment] {
    guard let file else { return [] }
    return try file.loadSegments().map { $0.moved(by: slide) }
  }
}
