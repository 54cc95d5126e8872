import Testing

@testable import VCpuDebug

/// A compiled program over memory that a test makes.
final class UnwindFixture {
  let file: SymbolFile
  /// Memory by pages, besides the program's code.
  var pages: [UInt64: [UInt8]] = [:]
  private(set) var readCount = 0
  var isComplete = true

  init(_ file: SymbolFile) { self.file = file }

  func read(_ address: UInt64, _ byteCount: Int) throws -> [UInt8] {
    readCount += 1
    if let bytes = file.contents(at: address, byteCount: byteCount), bytes.count == byteCount {
      return bytes
    }
    return try (0..<UInt64(byteCount)).map { index in
      let place = address + index
      guard let page = pages[place & ~0xfff] else { throw StackUnreadable(address: place) }
      return page[Int(place & 0xfff)]
    }
  }

  func code(at address: UInt64) -> UInt32? {
    file.contents(at: address, byteCount: 4).map { bytes in
      bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
  }

  /// The walk from a CPU's registers.
  func walk(
    _ registers: [UInt64?], pc: UInt64, addressBits: Int? = nil, withRules: Bool = true,
    limit: Int = 1000
  ) -> FrameWalk {
    let code = SpaceCode(
      ModuleGroup([Module(file, in: .plain)]), StackMemory { try self.read($0, $1) },
      isComplete: isComplete, hasRules: withRules)
    let unwinder = Unwinder(
      architecture: .aarch64,
      layout: DataLayout(addressByteCount: 8, byteOrder: .little), source: code,
      returnAddress: ReturnAddress { _ in addressBits })
    return FrameWalk(
      of: PhysicalFrame(
        registers: FrameRegisters(values: registers, pc: pc), way: .registers, isExact: true),
      unwinder, code, in: .plain, limit: limit)
  }

  func frames(
    _ registers: [UInt64?], pc: UInt64, addressBits: Int? = nil, withRules: Bool = true
  ) -> (frames: [StackFrame], ending: StackEnding?) {
    var walk = walk(registers, pc: pc, addressBits: addressBits, withRules: withRules)
    var frames: [StackFrame] = []
    while let frame = walk.next() { frames.append(frame) }
    return (frames, walk.ending)
  }
}
