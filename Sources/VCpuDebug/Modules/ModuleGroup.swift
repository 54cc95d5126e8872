internal import GDBRemote

/// The modules of one space, at least one: an address or a name is looked up in each, in their order.
public struct ModuleGroup {
  /// The modules, in the order in which they were added.
  public let modules: [Module]

  /// Nil for no modules.
  init?(_ modules: [Module]) {
    guard !modules.isEmpty else { return nil }
    self.modules = modules
  }

  /// The module whose code or data an address is in.
  public func module(at address: UInt64) -> Module? { modules.first { $0.contains(address) } }

  /// The symbols that a person may mean by a name; those of the first module that knows it.
  public func symbols(named name: String) -> [Symbol] {
    first { module in module.symbols(named: name).nonempty } ?? []
  }
  /// The one symbol that a name means; nil without any, or if it could be several.
  public func symbol(named name: String) -> Symbol? { first { $0.symbol(named: name) } }
  /// The address of that symbol.
  public func address(of name: String) -> UInt64? { symbol(named: name)?.address }
  /// The symbol that an address belongs to.
  public func symbol(at address: UInt64) -> SymbolLocation? { first { $0.symbol(at: address) } }
  /// The symbol that an address belongs to, and its module.
  public func symbolAndModule(at address: UInt64) -> (symbol: Symbol, module: Module)? {
    first { module in module.extent(around: address).map { ($0.symbol, module) } }
  }
  /// The symbol that an address belongs to, the end of it, and its name for display.
  public func extent(
    around address: UInt64
  ) -> (symbol: Symbol, end: UInt64, displayName: String)? {
    first { module in
      module.extent(around: address).map { ($0.symbol, $0.end, module.displayName(of: $0.symbol)) }
    }
  }
  /// The source line of an instruction.
  public func sourceLocation(at address: UInt64) -> SourceLocation? {
    first { $0.sourceLocation(at: address) }
  }
  /// The code of a line around an address; nil if the line isn't known.
  public func lineRange(at address: UInt64) -> Range<UInt64>? {
    first { $0.lineRange(at: address) }
  }
  /// The bytes that a file has at an address, as many as requested, or fewer at the end of a segment; and the file's
  /// path.
  public func contents(at address: UInt64, byteCount: Int) -> (bytes: [UInt8], path: String)? {
    first { module in module.contents(at: address, byteCount: byteCount).map { ($0, module.name) } }
  }
  /// The parts that the files have in memory.
  ///
  /// - Throws: `SymbolFileError.malformed` when a file does not hold what its headers promise.
  func loadSegments() throws(SymbolFileError) -> [LoadSegment] {
    var segments: [LoadSegment] = []
    for module in modules { segments += try module.loadSegments() }
    return segments
  }
  /// The same; empty if a file is malformed.
  var segments: [LoadSegment] { (try? loadSegments()) ?? [] }
  /// The byte order of values, by the first file.
  var byteOrder: RegisterDescription.ByteOrder? { first { $0.file?.byteOrder } }
  /// The names that begin with a prefix, sorted.
  public func names(withPrefix prefix: String) -> [String] {
    modules.count == 1
      ? modules[0].names(withPrefix: prefix)
      : Set(modules.flatMap { $0.names(withPrefix: prefix) }).sorted()
  }

  private func first<Result>(_ result: (Module) -> Result?) -> Result? {
    for module in modules {
      if let found = result(module) { return found }
    }
    return nil
  }
}

extension Array {
  fileprivate var nonempty: [Element]? { isEmpty ? nil : self }
}
