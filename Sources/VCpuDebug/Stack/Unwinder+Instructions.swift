extension Unwinder {
  /// More instructions than are looked at.
  private static var instructionLimit: Int { 4096 }

  /// By the instructions of the function, of a frame whose PC is exact: compilers without asynchronous unwind tables
  /// describe neither where a function makes its frame nor where it takes it down. Nil if the instructions don't tell,
  /// and where the rules are of another kind than a compiler's.
  func stepAtExactPC(_ frame: PhysicalFrame) throws -> Step? {
    guard frame.isExact, !frame.hasForeignRegisters, let extent = extent(of: frame),
      isPlain(extent)
    else { return nil }
    return try stepByInstructions(frame)
  }

  /// By what the function's own instructions have saved up to the PC. Nil if they don't tell. For a caller the target
  /// isn't asked for instructions: most have a frame record.
  func stepByInstructions(_ frame: PhysicalFrame) throws -> Step? {
    guard let extent = extent(of: frame) else { return nil }
    if let step = try stepInEpilogue(frame, extent) { return step }
    let pc = frame.registers.pc
    let count = Int(clamping: (pc - extent.lowerBound) / 4)
    guard count <= Self.instructionLimit,
      let words = instructions(
        at: extent.lowerBound, count: count, onlyIfKnown: !frame.isExact),
      let state = FrameState.before(pc, words, from: extent.lowerBound),
      let link = architecture.linkRegister
    else { return nil }
    // Where a call has changed LR, the caller's has to be somewhere.
    guard state.saved[link] != nil || frame.isExact && !state.hasCalled,
      let address = address(of: frame, in: state)
    else { return nil }
    return try step(frame, address: address, saved: state.saved.mapValues { address &- $0 })
  }

  private func address(of frame: PhysicalFrame, in state: FrameState) -> UInt64? {
    if let distance = state.framePointer {
      return frame.registers[architecture.framePointer].map {
        $0 &+ UInt64(bitPattern: distance)
      }
    }
    guard let count = state.frameByteCount else { return nil }
    return frame.registers[architecture.stackPointer].map { $0 &+ UInt64(bitPattern: count) }
  }

  private func stepInEpilogue(
    _ frame: PhysicalFrame, _ extent: Range<UInt64>
  ) throws -> Step? {
    guard frame.isExact, let stackPointer = frame.registers[architecture.stackPointer] else {
      return nil
    }
    let pc = frame.registers.pc
    let count = min(EpilogueAnalysis.instructionLimit, Int(clamping: (extent.upperBound - pc) / 4))
    guard let words = instructions(at: pc, count: count),
      let epilogue = EpilogueAnalysis(words, at: pc, in: extent)
    else { return nil }
    return try step(
      frame, address: stackPointer &+ epilogue.frameByteCount,
      saved: epilogue.saved.mapValues { stackPointer &+ $0 })
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
    return Step(address: address, caller: caller(value, registers, way, from: frame))
  }

  private func instructions(
    at address: UInt64, count: Int, onlyIfKnown: Bool = false
  ) -> [UInt32]? {
    guard count > 0 else { return [] }
    guard
      let bytes = source.knownCode(at: address, byteCount: count * 4)
        ?? (onlyIfKnown || count > 1024
          ? nil : try? source.bytes(at: address, byteCount: count * 4))
    else { return nil }
    // A64 instructions are little-endian (Arm ARM, B2.6.2).
    return stride(from: 0, to: bytes.count - 3, by: 4).map { index in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
    }
  }
}
