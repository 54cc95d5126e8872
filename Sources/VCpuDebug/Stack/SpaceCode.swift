internal import GDBRemote

/// The code of one space: what its modules say, and its memory.
final class SpaceCode {
  private let modules: ModuleGroup?
  private let memory: StackMemory
  private let isComplete: Bool
  private let hasRules: Bool

  /// - Parameters:
  ///   - modules: the space's; nil if there are none.
  ///   - isComplete: whether the space has no code that isn't in the modules.
  ///   - hasRules: whether call frame information is used.
  init(_ modules: ModuleGroup?, _ memory: StackMemory, isComplete: Bool, hasRules: Bool = true) {
    self.modules = modules
    self.memory = memory
    self.isComplete = isComplete
    self.hasRules = hasRules
  }

  /// The module with code at an address.
  private func module(at address: UInt64) -> Module? {
    modules?.modules.first { $0.isCode(address) }
  }
}

extension SpaceCode: UnwindSource {
  func rules(at address: UInt64) -> (rules: FrameRules, slide: UInt64)? {
    guard hasRules, let module = module(at: address) else { return nil }
    return module.file?.callFrames?.rules(at: address &- module.slide).map { ($0, module.slide) }
  }

  func extent(around address: UInt64) -> Range<UInt64>? {
    guard let (symbol, end, _) = modules?.extent(around: address), symbol.address < end else {
      return nil
    }
    return symbol.address..<end
  }

  func isCode(_ address: UInt64) -> Bool? {
    if module(at: address) != nil { return true }
    return isComplete ? false : nil
  }

  func knownCode(at address: UInt64, byteCount: Int) -> [UInt8]? {
    guard let bytes = module(at: address)?.contents(at: address, byteCount: byteCount),
      bytes.count == byteCount
    else { return nil }
    return bytes
  }

  func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try memory.bytes(at: address, byteCount: byteCount)
  }
}

extension SpaceCode: FrameModules {
  func functions(at address: UInt64) -> [DebugFunction] {
    guard let module = module(at: address) else { return [] }
    return module.file?.debugInformation?.functions(at: address &- module.slide) ?? []
  }

  func name(of function: DebugFunction, at address: UInt64) -> String? {
    guard let linkageName = function.linkageName else { return function.qualifiedName }
    return module(at: address)?.names.displayName(of: linkageName) ?? linkageName
  }

  func slide(at address: UInt64) -> UInt64 { module(at: address)?.slide ?? 0 }
  func symbol(at address: UInt64) -> SymbolLocation? { modules?.symbol(at: address) }
  func source(at address: UInt64) -> SourceLocation? { modules?.sourceLocation(at: address) }
}
