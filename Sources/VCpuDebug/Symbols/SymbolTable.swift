/// The symbols of a file, by address and by name. It does no I/O: `ELFHandle` and the kernel's own table fill it.
///
/// A kernel has 200,000 symbols, so a symbol is a few words here and its name stays where the file has it. A `Symbol`
/// is made when someone asks for it.
@safe final class SymbolTable {
  /// The sections that occupy memory, for "nearest below within the section".
  struct Section: Equatable {
    let index: Int
    let address: UInt64
    let byteCount: UInt64
    let isExecutable: Bool

    func contains(_ other: UInt64) -> Bool { other >= address && other - address < byteCount }
  }

  /// A symbol whose name is in the table's strings.
  struct Entry {
    var address: UInt64
    var byteCount: UInt64
    /// The offset of its name, which ends with a NUL.
    var name: UInt32
    var section: UInt16
    var kind: Symbol.Kind
    var isGlobal: Bool

    /// The first address after the symbol, saturated at the end of the address space.
    var end: UInt64 {
      let (sum, overflow) = address.addingReportingOverflow(byteCount)
      return overflow ? .max : sum
    }
  }

  let sections: [Section]
  /// The names, each ended by a NUL.
  private let strings: [UInt8]
  /// Sorted by address; at one address the preferred symbol is last.
  private let entries: [Entry]
  /// The greatest end of `entries[0...i]`: where a walk towards lower addresses may stop.
  private let greatestEnds: [UInt64]
  /// A hash of each name in the upper half, its index into `entries` in the lower; sorted.
  private lazy var hashed = entries.enumerated().map { index, entry in
    UInt64(Self.hash(Self.bytes(at: entry.name, in: strings))) << 32 | UInt64(index)
  }.sorted()

  /// - Parameters:
  ///   - entries: in any order. Those whose names are not in `strings` are dropped, and so are those of a file whose
  ///     names are mostly the same bytes: a small one could have a gigabyte of names.
  ///   - strings: names, each ended by a NUL.
  init(entries unsorted: [Entry], strings: [UInt8], sections: [Section]) {
    self.sections = sections
    // Whatever the file says, every name ends.
    let strings = strings.last == 0 ? strings : strings + [0]
    self.strings = strings
    var rest = strings.count * Self.nameReuse + 1 << 20
    entries = unsorted.filter { entry in
      guard rest >= 0, entry.name < strings.count else { return false }
      rest -= Self.bytes(at: entry.name, in: strings).count
      return rest >= 0
    }.sorted { Self.isBefore($0, $1, strings) }
    var greatest: UInt64 = 0
    greatestEnds = entries.map { entry in
      greatest = max(greatest, entry.end)
      return greatest
    }
  }

  /// Linkers give equal names, and names that end like others, one place: on average no name is used so often.
  private static let nameReuse = 16

  private static func isBefore(_ left: Entry, _ right: Entry, _ strings: [UInt8]) -> Bool {
    if left.address != right.address { return left.address < right.address }
    if left.kind != right.kind { return left.kind < right.kind }
    if left.isGlobal != right.isGlobal { return right.isGlobal }
    return bytes(at: right.name, in: strings).lexicographicallyPrecedes(
      bytes(at: left.name, in: strings))
  }

  private static func bytes(at offset: UInt32, in strings: [UInt8]) -> ArraySlice<UInt8> {
    let start = Int(offset)
    return strings[start..<(strings[start...].firstIndex(of: 0) ?? strings.endIndex)]
  }

  var isEmpty: Bool { entries.isEmpty }
  /// How many symbols there are.
  var count: Int { entries.count }

  /// How many bytes the names take.
  var nameByteCount: UInt64 { UInt64(strings.count) }

  /// The symbol at a place in the order by addresses.
  subscript(index: Int) -> Symbol {
    let entry = entries[index]
    return Symbol(
      name: name(of: index), address: entry.address, byteCount: entry.byteCount, kind: entry.kind,
      isGlobal: entry.isGlobal, section: Int(entry.section))
  }

  /// The name of the symbol at a place in the order by addresses.
  func name(of index: Int) -> String {
    String(decoding: Self.bytes(at: entries[index].name, in: strings), as: UTF8.self)
  }

  // MARK: By name

  /// The symbol of a name. Of several a global one wins, then the lowest address.
  func symbol(named name: String) -> Symbol? { indices(named: name).first.map { self[$0] } }

  /// Every symbol of a name: the global ones first, then by address.
  func indices(named name: String) -> [Int] {
    let wanted = Array(name.utf8)
    guard !wanted.isEmpty else { return [] }
    let hash = UInt64(Self.hash(wanted[...]))
    let first = hashed.partitioningIndex { $0 >> 32 >= hash }
    let found = hashed[first...].prefix { $0 >> 32 == hash }.map { Int($0 & 0xffff_ffff) }
      .filter { Self.bytes(at: entries[$0].name, in: strings).elementsEqual(wanted) }
    return found.sorted {
      entries[$0].isGlobal != entries[$1].isGlobal ? entries[$0].isGlobal : $0 < $1
    }
  }

  /// The names that begin with a prefix, sorted, without duplicates.
  func names(withPrefix prefix: String) -> [String] {
    let wanted = Array(prefix.utf8)
    var found: Set<String> = []
    for (index, entry) in entries.enumerated() where begins(at: Int(entry.name), with: wanted) {
      found.insert(name(of: index))
    }
    return found.sorted()
  }

  private func begins(at start: Int, with wanted: [UInt8]) -> Bool {
    guard start + wanted.count < strings.count else { return false }
    for (offset, byte) in wanted.enumerated() where strings[start + offset] != byte { return false }
    return true
  }

  /// FNV-1a, of 32 bits.
  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var hash: UInt32 = 0x811c_9dc5
    for byte in bytes { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return hash
  }

  // MARK: By address

  /// SHN_ABS: a symbol without a section.
  private static let absolute: UInt16 = 0xfff1

  /// The innermost symbol whose size covers the address; without one, the nearest label below it in
  /// the same section, unless a sized symbol that ended before the address lies between.
  func symbol(at address: UInt64) -> Symbol? { index(at: address).map { self[$0] } }

  /// The place of that symbol in the order by addresses.
  func index(at address: UInt64) -> Int? {
    var index = entries.partitioningIndex { $0.address > address } - 1
    guard index >= 0 else { return nil }
    let nearest = index
    while index >= 0, greatestEnds[index] > address {
      if entries[index].address <= address, address < entries[index].end { return index }
      index -= 1
    }
    guard entries[nearest].byteCount == 0 else { return nil }
    let section = sections.first { $0.contains(address) }
    // A number of the linker script, such as a size, isn't where anything is.
    if entries[nearest].section == Self.absolute, section == nil { return nil }
    if entries[nearest].address == address { return nearest }
    return section.map { $0.index == Int(entries[nearest].section) } == true ? nearest : nil
  }

  /// The end of the code or data that a symbol names: of one without a size where the next symbol begins, or the section
  /// ends.
  func end(of symbol: Symbol) -> UInt64 {
    guard symbol.byteCount == 0 else { return symbol.end }
    let next = entries.partitioningIndex { $0.address > symbol.address }
    let section = sections.first { $0.index == symbol.section }
    let end = section.map { $0.address &+ $0.byteCount } ?? symbol.address
    guard next < entries.count else { return end }
    return section == nil ? entries[next].address : min(end, entries[next].address)
  }

  func isCode(_ address: UInt64) -> Bool {
    sections.contains { $0.isExecutable && $0.contains(address) }
  }
}

extension SymbolTable {
  /// A table of symbols that are given whole.
  convenience init(symbols: [Symbol], sections: [Section]) {
    var strings: [UInt8] = []
    let entries = symbols.map { symbol in
      let entry = Entry(
        address: symbol.address, byteCount: symbol.byteCount, name: UInt32(strings.count),
        section: UInt16(truncatingIfNeeded: symbol.section), kind: symbol.kind,
        isGlobal: symbol.isGlobal)
      strings += Array(symbol.name.utf8) + [0]
      return entry
    }
    self.init(entries: entries, strings: strings, sections: sections)
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that is false, then true, along the array.
  func partitioningIndex(where belongsToEnd: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if belongsToEnd(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
