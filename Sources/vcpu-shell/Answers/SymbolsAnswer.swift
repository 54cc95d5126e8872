internal import VCpuDebug

/// Symbols: of an address, of a name, or those that match.
struct SymbolsAnswer: Answer {
  static let kind = "symbols"
  /// The symbols; for a list by module and name.
  let symbols: [SymbolAnswer]
  /// Whether they were searched for, so that there may be none or many.
  let isList: Bool

  init(_ symbols: [SymbolAnswer], isList: Bool) {
    self.symbols = symbols
    self.isList = isList
  }
}

/// A symbol of a file.
struct SymbolAnswer: Codable, Equatable, Sendable {
  /// Its name, demangled if its language mangles names.
  let name: String
  /// Its name in the file; omitted if it is the same.
  let linkName: String?
  /// The prefix of its address, without the colon; empty for a target without guests.
  let space: String
  /// Its address.
  let address: Hex
  /// How many bytes it has; 0 if the file doesn't say.
  let byteCount: Int
  /// How far the address that was asked for is from it.
  let offset: Int
  /// The file's path.
  let module: String
  /// The source line; omitted if it isn't known.
  let source: SourceAnswer?

  init(_ symbol: Symbol, at address: UInt64, in module: Module, of session: HypervisorSession) {
    let display = module.displayName(of: symbol)
    name = display
    linkName = display == symbol.name ? nil : symbol.name
    space = session.hasHypervisor ? module.space.prefix : ""
    self.address = Hex(symbol.address)
    byteCount = Int(clamping: symbol.byteCount)
    offset = Int(clamping: address &- symbol.address)
    self.module = module.name
    source = module.sourceLocation(at: address).map { SourceAnswer($0) }
  }
}
