/// Symbols by the names that people know them by.
///
/// The names in a file are the linker's. Those of Swift, Rust and C++ are demangled when someone looks for a name that
/// isn't in the file, all of them once, or in slices while there is nothing else to do.
final class SymbolNames: SlicedReading {
  let table: SymbolTable
  private let demangler: any NameDemangler
  /// The symbols by the name without scopes and arguments.
  private var byBase: [String: [Candidate]] = [:]
  /// The displayed names that aren't the file's, as far as they are known.
  private var displayed: [Int: String] = [:]
  /// How many symbols were looked at.
  private var indexedCount = 0

  private struct Candidate {
    let index: Int
    let pattern: NamePattern
  }

  init(_ table: SymbolTable, demangler: any NameDemangler) {
    self.table = table
    self.demangler = demangler
  }

  /// Is told how far it is, while someone waits for all names.
  var onReading: ReadingNote = { _, _ in true }

  var byteCount: UInt64 { table.nameByteCount }
  var readByteCount: UInt64 {
    indexedCount == table.count
      ? byteCount : byteCount * UInt64(indexedCount) / UInt64(table.count)
  }

  /// Demangles some of the names that aren't yet. A name of Swift can take a tenth of a millisecond.
  func advance() -> Bool { index(next: 50) }

  /// Demangles some of the names that aren't yet; false if there were none.
  @discardableResult func index(next count: Int) -> Bool {
    let end = min(table.count, indexedCount + count)
    guard indexedCount < end else { return false }
    while indexedCount < end {
      let index = indexedCount
      indexedCount += 1
      let name = table.name(of: index)
      guard let declaration = demangler.declaration(of: name) else { continue }
      let display = Self.display(declaration, of: name)
      displayed[index] = display
      for pattern in Self.patterns(of: name, displayedAs: display) {
        byBase[pattern.base, default: []].append(Candidate(index: index, pattern: pattern))
      }
    }
    return true
  }

  private static func patterns(of name: String, displayedAs display: String) -> [NamePattern] {
    guard SwiftDemangler.isMangled(name) else { return NamePattern.patterns(of: display) }
    // A closure in a function isn't the function.
    guard !display.contains(" in ") else { return [] }
    let own = display.hasPrefix("static ") ? String(display.dropFirst("static ".count)) : display
    let module = swiftModule(of: name).map { [$0] } ?? []
    return NamePattern.patterns(of: own.replacingBlanks).map {
      NamePattern(parts: module + $0.parts, arguments: $0.arguments)
    }
  }

  private func indexAll() { finish(onReading) }

  // MARK: Looking up

  /// The symbols that a person may mean by a name, each address once: those with that name in the file, and otherwise
  /// every function whose declaration ends with it.
  func symbols(named text: String) -> [Symbol] {
    let own = table.indices(named: text)
    if !own.isEmpty { return distinct(own) }
    indexAll()
    // Swift's closures have a name with blanks, which no other name means.
    guard !text.contains(" in "), let pattern = NamePattern(typed: text) else {
      return exactly(text)
    }
    let matching = byBase[pattern.base, default: []].filter { pattern.matches($0.pattern) }
    return matching.isEmpty ? exactly(text) : distinct(matching.map(\.index))
  }

  /// The symbols with a displayed name that no pattern describes: `closure #1 in VCpu.run()`.
  private func exactly(_ text: String) -> [Symbol] {
    distinct(displayed.filter { $0.value == text }.map(\.key).sorted())
  }

  private func distinct(_ indices: [Int]) -> [Symbol] {
    var seen: Set<UInt64> = []
    return indices.map { table[$0] }.filter { seen.insert($0.address).inserted }
  }

  /// The displayed name of a symbol: demangled, and for Swift without modules and types.
  func displayName(of name: String) -> String {
    demangler.declaration(of: name).map { Self.display($0, of: name) } ?? name
  }

  /// The names that begin with a prefix, as in the file and as displayed, sorted, without duplicates.
  func names(withPrefix prefix: String) -> [String] {
    indexAll()
    var found = Set(table.names(withPrefix: prefix))
    for name in displayed.values where name.hasPrefix(prefix) { found.insert(name) }
    return found.sorted()
  }

  /// The displayed names of all symbols that `matches`, with the symbols, sorted by name.
  func symbols(
    where matches: (String) throws -> Bool
  ) rethrows -> [(name: String, symbol: Symbol)] {
    indexAll()
    var found: [(name: String, symbol: Symbol)] = []
    for index in 0..<table.count {
      let name = displayed[index] ?? table.name(of: index)
      if try matches(name) { found.append((name, table[index])) }
    }
    return found.sorted { ($0.name, $0.symbol.address) < ($1.name, $1.symbol.address) }
  }

  private static func display(_ declaration: String, of name: String) -> String {
    SwiftDemangler.isMangled(name) ? DeclarationShortener.shorten(declaration) : declaration
  }

  /// The module of a Swift name, which is the first identifier in it.
  private static func swiftModule(of name: String) -> String? {
    guard SwiftDemangler.isMangled(name) else { return nil }
    let rest = name.drop { $0 == "_" }.dropFirst(2)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let count = Int(digits), count > 0 else { return nil }
    return String(rest.dropFirst(digits.count).prefix(count))
  }
}

extension String {
  /// An operator's name in one word: `== infix` becomes `==`.
  fileprivate var replacingBlanks: String {
    guard let blank = firstIndex(of: " ") else { return self }
    return self[..<blank] + (firstIndex(of: "(").map { String(self[$0...]) } ?? "")
  }
}
