internal import GDBRemote

/// The code of one space: what its symbols say, and its memory.
final class SpaceCode {
  private let modules: ModuleGroup?
  private let memory: StackMemory
  private let isComplete: Bool
  private let hasRules: Bool

  /// - Parameters:
  ///   - modules: the files; nil if there are none.
  ///   - isComplete: whether the space has no code that isn't in the files.
  ///   - hasRules: whether the files' call frame information is used.
  init(_ modules: ModuleGroup?, _ memory: StackMemory, isComplete: Bool, hasRules: Bool = true) {
    self.modules = modules
    self.memory = memory
    self.isComplete = isComplete
    self.hasRules = hasRules
  }
}

extension SpaceCode: UnwindSource {
  func rules(at address: UInt64) -> (rules: FrameRules, slide: UInt64)? {
    guard hasRules, let module = code(at: address) else { return nil }
    return module.file?.callFrames?.rules(at: address &- module.slide).map { ($0, module.slide) }
  }

  func extent(around address: UInt64) -> Range<UInt64>? {
    guard let (symbol, end, _) = modules?.extent(around: address), symbol.address < end else {
      return nil
    }
    return symbol.address..<end
  }

  func isCode(_ address: UInt64) -> Bool? {
    if code(at: address) != nil { return true }
    if isComplete { return false }
    return (try? memory.bytes(at: address, byteCount: 4)) == nil ? false : nil
  }

  func knownCode(at address: UInt64, byteCount: Int) -> [UInt8]? {
    guard let module = code(at: address),
      let bytes = module.contents(at: address, byteCount: byteCount), bytes.count == byteCount
    else { return nil }
    return bytes
  }

  func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try memory.bytes(at: address, byteCount: byteCount)
  }

  /// The file that has code at an address.
  private func code(at address: UInt64) -> Module? {
    modules?.modules.first { $0.isCode(address) }
  }
}

extension SpaceCode: FrameModules {
  func functions(at address: UInt64) -> [DebugFunction] {
    guard let module = code(at: address) else { return [] }
    return module.file?.debugInformation?.functions(at: address &- module.slide) ?? []
  }

  func slide(at address: UInt64) -> UInt64 { code(at: address)?.slide ?? 0 }
  func symbol(at address: UInt64) -> SymbolLocation? { modules?.symbol(at: address) }
  func source(at address: UInt64) -> SourceLocation? { modules?.sourceLocation(at: address) }
}
