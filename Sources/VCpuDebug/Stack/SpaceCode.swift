internal import GDBRemote

/// The code of one space: what its symbols say, and its memory.
final class SpaceCode {
  private let file: SymbolFile?
  private let memory: StackMemory
  private let isComplete: Bool
  private let hasRules: Bool

  /// - Parameters:
  ///   - file: the symbols; nil if there are none.
  ///   - isComplete: whether the space has no code that isn't in the file.
  ///   - hasRules: whether the file's call frame information is used.
  init(_ file: SymbolFile?, _ memory: StackMemory, isComplete: Bool, hasRules: Bool = true) {
    self.file = file
    self.memory = memory
    self.isComplete = isComplete
    self.hasRules = hasRules
  }
}

extension SpaceCode: UnwindSource {
  func rules(at address: UInt64) -> (rules: FrameRules, slide: UInt64)? {
    guard hasRules, let file, file.isCode(address) else { return nil }
    return file.callFrames?.rules(at: address &- file.slide).map { ($0, file.slide) }
  }

  func extent(around address: UInt64) -> Range<UInt64>? {
    guard let (symbol, end) = file?.extent(around: address), symbol.address < end else {
      return nil
    }
    return symbol.address..<end
  }

  func isCode(_ address: UInt64) -> Bool? {
    if file?.isCode(address) == true { return true }
    return isComplete ? false : nil
  }

  func knownCode(at address: UInt64, byteCount: Int) -> [UInt8]? {
    guard let file, file.isCode(address),
      let bytes = file.contents(at: address, byteCount: byteCount), bytes.count == byteCount
    else { return nil }
    return bytes
  }

  func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try memory.bytes(at: address, byteCount: byteCount)
  }
}

extension SpaceCode: FrameModules {
  func functions(at address: UInt64) -> [DebugFunction] {
    guard let file, file.isCode(address) else { return [] }
    return file.debugInformation?.functions(at: address &- file.slide) ?? []
  }

  func slide(at address: UInt64) -> UInt64 { file?.slide ?? 0 }
  func symbol(at address: UInt64) -> SymbolLocation? { file?.symbol(at: address) }
  func source(at address: UInt64) -> SourceLocation? { file?.sourceLocation(at: address) }
}
