/// The symbols of a file, by address and by name. It does no I/O: `SymbolFile` fills it.
struct SymbolTable {
  /// The sections that occupy memory, for "nearest below within the section".
  struct Section: Equatable {
    let index: Int
    let address: UInt64
    let byteCount: UInt64
    let isExecutable: Bool

    func contains(_ other: UInt64) -> Bool { other >= address && other - address < byteCount }
  }

  let sections: [Section]
  /// Sorted by address; at one address the preferred symbol is last.
  private let symbols: [Symbol]
  /// The greatest end of `symbols[0...i]`: where a walk towards lower addresses may stop.
  private let greatestEnds: [UInt64]
  private let indexByName: [String: Int]
  /// Sorted by name, for completion.
  private let names: [String]

  init(symbols unsorted: [Symbol], sections: [Section]) {
    self.sections = sections
    symbols = unsorted.sorted(by: Self.isBefore)
    var greatest: UInt64 = 0
    greatestEnds = symbols.map { symbol in
      greatest = max(greatest, symbol.end)
      return greatest
    }
    var byName: [String: Int] = [:]
    byName.reserveCapacity(symbols.count)
    for (index, symbol) in symbols.enumerated() {
      // Of equal names a global one wins, then the lowest address.
      if let known = byName[symbol.name], symbols[known].isGlobal || !symbol.isGlobal { continue }
      byName[symbol.name] = index
    }
    indexByName = byName
    names = byName.keys.sorted()
  }

  private static func isBefore(_ left: Symbol, _ right: Symbol) -> Bool {
    if left.address != right.address { return left.address < right.address }
    if left.kind != right.kind { return left.kind < right.kind }
    if left.isGlobal != right.isGlobal { return right.isGlobal }
    return left.name > right.name
  }

  var isEmpty: Bool { symbols.isEmpty }

  func symbol(named name: String) -> Symbol? { indexByName[name].map { symbols[$0] } }

  /// All names, without duplicates, sorted.
  var allNames: [String] { names }

  /// The names that begin with a prefix, sorted.
  func names(withPrefix prefix: String) -> [String] {
    var index = names.partitioningIndex { $0 >= prefix }
    var found: [String] = []
    while index < names.count, names[index].hasPrefix(prefix) {
      found.append(names[index])
      index += 1
    }
    return found
  }

  /// The innermost symbol whose size covers the address; without one, the nearest label below it in
  /// the same section, unless a sized symbol that ended before the address lies between.
  func symbol(at address: UInt64) -> Symbol? {
    var index = symbols.partitioningIndex { $0.address > address } - 1
    guard index >= 0 else { return nil }
    let nearest = symbols[index]
    while index >= 0, greatestEnds[index] > address {
      if symbols[index].contains(address) { return symbols[index] }
      index -= 1
    }
    guard nearest.byteCount == 0 else { return nil }
    if nearest.address == address { return nearest }
    let section = sections.first { $0.contains(address) }
    return section?.index == nearest.section ? nearest : nil
  }

  /// The end of the code or data that a symbol names: of one without a size where the next symbol begins, or the section
  /// ends.
  func end(of symbol: Symbol) -> UInt64 {
    guard symbol.byteCount == 0 else { return symbol.end }
    let next = symbols.partitioningIndex { $0.address > symbol.address }
    let section = sections.first { $0.index == symbol.section }
    let end = section.map { $0.address &+ $0.byteCount } ?? symbol.address
    guard next < symbols.count else { return end }
    return section == nil ? symbols[next].address : min(end, symbols[next].address)
  }

  func isCode(_ address: UInt64) -> Bool {
    sections.contains { $0.isExecutable && $0.contains(address) }
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that is false, then true, along the array.
  fileprivate func partitioningIndex(where belongsToEnd: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = low + (high - low) / 2
      if belongsToEnd(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
