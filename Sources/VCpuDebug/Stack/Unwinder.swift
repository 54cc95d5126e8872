/// Finds the caller of a frame. It does no I/O but by its source, and ends for every content of memory.
struct Unwinder {
  let architecture: UnwindArchitecture
  let layout: DataLayout
  let source: any UnwindSource
  /// How to strip return addresses; nil if they aren't signed.
  let returnAddress: ReturnAddress?

  /// What a frame turned out to be.
  struct Step {
    /// The canonical frame address, SP before the call; nil if it isn't known.
    var address: UInt64?
    /// The caller.
    var caller: Result
    /// Registers that were saved when the caller's frame was interrupted by an exception of the same world.
    var exception: KernelException?

    enum Result {
      case frame(PhysicalFrame)
      case ending(StackEnding)
    }
  }

  /// The frame around a frame.
  ///
  /// - Throws: errors of the target other than that there is no memory.
  func step(_ frame: PhysicalFrame) throws -> Step {
    do {
      if let step = try stepAtExactPC(frame) { return step }
      if let (rules, slide) = source.rules(at: frame.lookupAddress) {
        let context = FrameContext(frame: frame, slide: slide, source: source)
        if let step = try step(frame, rules, context) { return step }
      }
      guard !frame.hasForeignRegisters else {
        return Step(address: nil, caller: .ending(.outermost))
      }
      return try stepWithoutRules(frame)
    } catch let error as StackUnreadable {
      return Step(address: nil, caller: .ending(.unreadable(error.address)))
    }
  }

  // MARK: By call frame information

  /// Nil if the rules don't say where the frame is.
  private func step(
    _ frame: PhysicalFrame, _ rules: FrameRules, _ context: FrameContext
  ) throws -> Step? {
    var context = context
    guard let address = try address(rules, context) else { return nil }
    context.frameAddress = address
    var registers = frame.registers
    for (number, rule) in rules.registers.enumerated() where number < registers.values.count {
      try apply(rule, to: number, of: &registers, frame, context)
    }
    if rules.registers.indices.contains(architecture.stackPointer),
      case .same = rules.registers[architecture.stackPointer]
    {
      registers.set(architecture.stackPointer, address, .computed)
    }
    registers.pstate = nil
    let rule =
      rules.registers.indices.contains(rules.returnColumn)
      ? rules.registers[rules.returnColumn] : .undefined
    guard rule != .undefined else { return Step(address: address, caller: .ending(.outermost)) }
    guard let value = registers[rules.returnColumn] else {
      return Step(address: address, caller: .ending(.noReturnAddress))
    }
    registers.pcPlace = registers.place(of: rules.returnColumn)
    return Step(
      address: address,
      caller: caller(
        value, registers, .callFrameInformation, from: frame, isExact: rules.isSignalFrame))
  }

  private func address(_ rules: FrameRules, _ context: FrameContext) throws -> UInt64? {
    switch rules.address {
    case .register(let number, let offset):
      return context.frame.registers[number].map { layout.address($0 &+ offset) }
    case .expression(let expression):
      return try number(of: expression, context, stack: [])
    case nil: return nil
    }
  }

  private func apply(
    _ rule: FrameRules.Rule, to number: Int, of registers: inout FrameRegisters,
    _ frame: PhysicalFrame, _ context: FrameContext
  ) throws {
    let base = context.frameAddress ?? 0
    switch rule {
    case .undefined: registers.set(number, nil, .lost)
    case .same:
      if frame.hasForeignRegisters
        || number != architecture.stackPointer && !architecture.calleeSaved.contains(number)
      {
        registers.set(number, nil, .lost)
      }
    case .memory(let offset):
      let address = layout.address(base &+ offset)
      registers.set(number, try word(at: address), .memory(address))
    case .address(let offset):
      registers.set(number, layout.address(base &+ offset), .computed)
    case .register(let other):
      registers.set(number, frame.registers[other], frame.registers.place(of: other))
    case .expression(let expression):
      switch try location(of: expression, context, stack: []) {
      case .memory(let address):
        registers.set(number, try word(at: address), .memory(address))
      case .value(let bytes): registers.set(number, layout.integer(bytes), .computed)
      case .register(let other):
        registers.set(number, frame.registers[other], frame.registers.place(of: other))
      default: registers.set(number, nil, .lost)
      }
    }
  }

  private func location(
    of expression: LocationExpression, _ context: FrameContext, stack: [UInt64]
  ) throws -> Location {
    do {
      return try LocationEvaluator.location(expression, in: context, stack: stack)
    } catch is LocationError {
      return .optimizedOut
    }
  }

  private func number(
    of expression: LocationExpression, _ context: FrameContext, stack: [UInt64]
  ) throws -> UInt64? {
    do {
      return try LocationEvaluator.number(expression, in: context, stack: stack)
    } catch is LocationError {
      return nil
    }
  }

  // MARK: For all ways

  /// The caller with a return address, as it was saved.
  func caller(
    _ saved: UInt64, _ registers: FrameRegisters, _ way: FrameWay, from frame: PhysicalFrame,
    isExact: Bool = false
  ) -> Step.Result {
    var registers = registers
    registers.pc =
      returnAddress?.stripped(saved, isCode: source.isCode) ?? layout.address(saved)
    if let number = architecture.linkRegister, registers[number] == saved {
      registers.values[number] = registers.pc
    }
    // What a caller of nothing has.
    guard registers.pc != 0 else { return .ending(.outermost) }
    guard isExact ? source.isCode(registers.pc) != false : isReturnAddress(registers.pc, frame)
    else {
      return .ending(.notCode(registers.pc))
    }
    return .frame(PhysicalFrame(registers: registers, way: way, isExact: isExact))
  }

  /// How far a call goes at most (BL, Arm ARM C6.2).
  private static var callDistance: UInt64 { 128 << 20 }

  /// Whether an address may be one that a call returns to: it is in known code, or near the frame's, or there is a call
  /// before it. Code that a kernel needs only when it starts is gone later.
  private func isReturnAddress(_ address: UInt64, _ frame: PhysicalFrame) -> Bool {
    if let isCode = source.isCode(address) { return isCode }
    guard architecture == .aarch64 else { return true }
    guard address % 4 == 0, address >= 4 else { return false }
    let pc = frame.registers.pc
    if (address > pc ? address - pc : pc - address) < Self.callDistance { return true }
    guard
      let bytes = try? source.bytes(at: address - 4, byteCount: 4)
    else { return false }
    // A64 code is little-endian always.
    let word = bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return FrameState.isCall(word)
  }

  /// A word of memory.
  func word(at address: UInt64) throws -> UInt64 {
    layout.integer(try source.bytes(at: address, byteCount: layout.addressByteCount))
  }

  /// The registers of a caller about which nothing is said: what functions have to give back is what it was.
  func givenBack(_ registers: FrameRegisters) -> FrameRegisters {
    var registers = registers
    for number in registers.values.indices where !architecture.calleeSaved.contains(number) {
      registers.set(number, nil, .lost)
    }
    registers.pstate = nil
    return registers
  }
}

/// What expressions in call frame information read.
private struct FrameContext: LocationContext {
  let frame: PhysicalFrame
  let slide: UInt64
  let source: any UnwindSource
  var frameAddress: UInt64?

  init(frame: PhysicalFrame, slide: UInt64, source: any UnwindSource) {
    self.frame = frame
    self.slide = slide
    self.source = source
  }

  func register(_ number: Int) throws -> UInt64? { frame.registers[number] }
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try source.bytes(at: address, byteCount: byteCount)
  }
  func canonicalFrameAddress() throws -> UInt64? { frameAddress }
}
