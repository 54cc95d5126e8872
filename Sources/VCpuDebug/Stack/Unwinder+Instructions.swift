internal import GDBRemote

extension Unwinder {
  /// More instructions than are looked at.
  private static var instructionLimit: Int { 1024 }

  /// By the instructions around the PC, where a function makes its frame or takes it down: compilers without
  /// asynchronous unwind tables describe only what is between. Nil elsewhere, and where the rules are of another kind
  /// than a compiler's.
  func stepAtEdge(of frame: PhysicalFrame) throws -> Step? {
    guard frame.isExact, !frame.hasForeignRegisters, let extent = extent(of: frame),
      isPlain(extent), let stackPointer = frame.registers[architecture.stackPointer]
    else { return nil }
    let pc = frame.registers.pc
    let rest = min(EpilogueAnalysis.instructionLimit, Int(clamping: (extent.upperBound - pc) / 4))
    if let words = instructions(at: pc, count: rest),
      let epilogue = EpilogueAnalysis(words, at: pc, in: extent)
    {
      return try step(
        frame, address: stackPointer &+ epilogue.frameByteCount,
        saved: epilogue.saved.mapValues { stackPointer &+ $0 })
    }
    guard let analysis = prologue(of: frame, in: extent), analysis.isStraight else { return nil }
    return try step(frame, by: analysis)
  }

  /// By what the function's own instructions have saved up to the PC. Nil if they don't tell. For a caller the target
  /// isn't asked for instructions: most have a frame record.
  func stepByInstructions(_ frame: PhysicalFrame) throws -> Step? {
    guard let link = architecture.linkRegister, let extent = extent(of: frame),
      let analysis = prologue(of: frame, in: extent)
    else { return nil }
    // A function that hasn't called anything hasn't had to save it.
    guard analysis.saved[link] != nil || frame.isExact && !analysis.hasCall else { return nil }
    return try step(frame, by: analysis)
  }

  private func extent(of frame: PhysicalFrame) -> Range<UInt64>? {
    guard architecture == .aarch64, let extent = source.extent(around: frame.lookupAddress),
      extent.contains(frame.lookupAddress), extent.contains(frame.registers.pc)
    else { return nil }
    return extent
  }

  /// Whether a function begins as a compiler's does: nothing is on the stack, and LR has the return address.
  private func isPlain(_ extent: Range<UInt64>) -> Bool {
    guard let (rules, _) = source.rules(at: extent.lowerBound) else { return true }
    guard let link = architecture.linkRegister, rules.registers.indices.contains(link) else {
      return false
    }
    return rules.address == .register(architecture.stackPointer, offset: 0)
      && rules.registers[link] == .same && !rules.isSignalFrame
  }

  private func prologue(of frame: PhysicalFrame, in extent: Range<UInt64>) -> PrologueAnalysis? {
    let count = Int(clamping: (frame.registers.pc - extent.lowerBound) / 4)
    guard count <= Self.instructionLimit else { return nil }
    return instructions(at: extent.lowerBound, count: count, onlyIfKnown: !frame.isExact).map {
      PrologueAnalysis($0)
    }
  }

  private func step(_ frame: PhysicalFrame, by analysis: PrologueAnalysis) throws -> Step? {
    let address: UInt64
    if let distance = analysis.framePointer {
      guard let pointer = frame.registers[architecture.framePointer] else { return nil }
      address = pointer &+ distance
    } else {
      guard let pointer = frame.registers[architecture.stackPointer] else { return nil }
      address = pointer &+ analysis.frameByteCount
    }
    return try step(frame, address: address, saved: analysis.saved.mapValues { address &- $0 })
  }

  /// - Parameter saved: where registers are, by number. All others haven't changed.
  private func step(
    _ frame: PhysicalFrame, address: UInt64, saved: [Int: UInt64]
  ) throws -> Step? {
    guard address % 8 == 0, let link = architecture.linkRegister else { return nil }
    var registers = givenBack(frame.registers)
    for (number, place) in saved where architecture.calleeSaved.contains(number) {
      registers.set(number, try word(at: place), .memory(place))
    }
    registers.set(architecture.stackPointer, address, .computed)
    registers.pcPlace = registers.place(of: link)
    guard let value = registers[link] else {
      return Step(address: address, caller: .ending(.noReturnAddress))
    }
    let way: FrameWay = saved[link] == nil ? .linkRegister : .instructions
    return Step(address: address, caller: caller(value, registers, way))
  }

  private func instructions(
    at address: UInt64, count: Int, onlyIfKnown: Bool = false
  ) -> [UInt32]? {
    guard count > 0 else { return [] }
    guard
      let bytes = source.knownCode(at: address, byteCount: count * 4)
        ?? (onlyIfKnown ? nil : try? source.bytes(at: address, byteCount: count * 4))
    else { return nil }
    // A64 instructions are little-endian (Arm ARM, B2.6.2).
    return stride(from: 0, to: bytes.count - 3, by: 4).map { index in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
  }
}
