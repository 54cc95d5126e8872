internal import ArmVCpu
internal import CArmVCpu
internal import GDBRemote

/// The stack of the selected CPU, through all programs that are on it: the hypervisor's functions, the guest whose exit
/// they handle, and the program that the guest's kernel was called by.
public final class SessionStack {
  let access: TargetAccess
  let memory: SessionMemory
  let exits: Exits
  private let modules: SessionModules
  /// Memory that was read at this stop, by space.
  private var cache: [AddressSpace: StackMemory] = [:]
  private var cached = (generation: -1, memory: -1, modules: -1)
  /// The stack at this stop, if it was unwound with the usual limit.
  private var known: [StackSegment]?
  /// The number of the frame that was selected, and at which stop.
  var selection: SelectedFrame?

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits, _ modules: SessionModules
  ) {
    self.access = access
    self.memory = memory
    self.exits = exits
    self.modules = modules
  }

  /// How many functions are followed, if no limit is given.
  public static let usualLimit = 10_000

  /// The stack, a segment for each program, the innermost first.
  ///
  /// - Parameter limit: how many functions are followed in all.
  /// - Throws: `DebugError` if there is no stopped target, and errors of the target.
  public func segments(limit: Int = usualLimit) throws -> [StackSegment] {
    refreshCache()
    if limit == Self.usualLimit, let known { return known }
    let segments = try unwound(limit: limit)
    if limit == Self.usualLimit { known = segments }
    return segments
  }

  private func unwound(limit: Int) throws -> [StackSegment] {
    let architecture = UnwindArchitecture(access.architecture) ?? .other
    let state = try access.requireState()
    var next: Start? = try start(at: state, architecture)
    var segments: [StackSegment] = []
    var count = 0
    while let start = next, count < limit {
      var segment = try segment(from: start, architecture, after: count, limit - count)
      if let boundary = start.boundary, let first = segment.frames.first {
        segment.frames.insert(Self.boundary(boundary, before: first), at: 0)
        for index in segment.frames.indices { segment.frames[index].number = count + index }
      }
      count += segment.frames.count
      segments.append(segment.stack)
      next =
        segment.stack.ending == .limit || count >= limit
        ? nil : try follower(of: segment, state, segments)
    }
    return segments
  }

  /// The frames of all segments.
  public func frames(limit: Int = usualLimit) throws -> [StackFrame] {
    try segments(limit: limit).flatMap(\.frames)
  }

  // MARK: A segment

  /// Where a segment begins.
  struct Start {
    var frame: PhysicalFrame
    var space: AddressSpace
    /// What is between it and the segment before; nil for the first.
    var boundary: String?
    /// Whether nothing can be said about its callers.
    var isAlone = false
  }

  struct Segment {
    var stack: StackSegment
    let exception: KernelException?
    var frames: [StackFrame] {
      get { stack.frames }
      set { stack.frames = newValue }
    }
  }

  func segment(
    from start: Start, _ architecture: UnwindArchitecture, after number: Int, _ limit: Int
  ) throws -> Segment {
    let code = code(of: start.space)
    let layout = DataLayout(
      addressByteCount: access.architecture.addressByteCount,
      byteOrder: memory.byteOrder(of: start.space))
    let unwinder = Unwinder(
      architecture: architecture, layout: layout, source: code,
      returnAddress: architecture == .aarch64
        ? ReturnAddress { [weak self] in self?.addressBits(of: start.space, isUpper: $0) } : nil)
    var walk = FrameWalk(
      of: start.frame, unwinder, code, in: start.space, number: number,
      limit: start.isAlone ? min(1, limit) : limit)
    var frames: [StackFrame] = []
    while let frame = try walk.nextFrame() { frames.append(frame) }
    let ending = start.isAlone ? .noInformation : walk.ending ?? .outermost
    return Segment(
      stack: StackSegment(space: start.space, frames: frames, ending: ending),
      exception: walk.exception)
  }

  private func code(of space: AddressSpace) -> SpaceCode {
    // Nothing but our own image runs at EL2 where its descriptor was found.
    SpaceCode(
      modules.needed(in: space), stackMemory(of: space),
      isComplete: space == .hypervisor && exits.way == .context)
  }

  private func stackMemory(of space: AddressSpace) -> StackMemory {
    refreshCache()
    if let known = cache[space] { return known }
    let memory = memory
    let made = StackMemory { try memory.read(space, $0, byteCount: $1) }
    cache[space] = made
    return made
  }

  /// Forgets what was read at another stop, or before a change of memory or registers.
  private func refreshCache() {
    let now = (
      generation: access.generation, memory: access.memoryGeneration, modules: modules.revision
    )
    guard cached != now else { return }
    cache = [:]
    known = nil
    cached = now
  }

  /// The bits of an address, by the translation control register of a space.
  private func addressBits(of space: AddressSpace, isUpper: Bool) -> Int? {
    let name = space.kind == .hypervisor ? "TCR_EL2" : "TCR_EL1"
    guard let register = access.shownSystemRegister(named: name),
      let tcr = try? access.readRegister(register.name)
    else { return nil }
    // T0SZ, [5:0], and T1SZ, [21:16].
    let size = Int(tcr >> (isUpper ? 16 : 0) & 0x3f)
    return (12...39).contains(size) ? 64 - size : nil
  }

  private static func boundary(_ text: String, before frame: StackFrame) -> StackFrame {
    StackFrame(
      number: frame.number, kind: .boundary(text), way: .registers, space: frame.space,
      registers: frame.registers, address: nil, lookupAddress: frame.lookupAddress, function: nil,
      name: nil, slide: 0, symbol: nil, saved: [:], source: nil)
  }

  // MARK: Beginnings

  /// The innermost frame: the CPU's own registers.
  private func start(at state: CPUState, _ architecture: UnwindArchitecture) throws -> Start {
    var values: [UInt64?] = architecture.names.map { state.registers[$0] }
    if values.indices.contains(architecture.stackPointer) {
      values[architecture.stackPointer] = state.sp
    }
    let registers = FrameRegisters(values: values, pc: state.pc, pstate: state.pstate)
    var frame = PhysicalFrame(registers: registers, way: .registers, isExact: true)
    if state.isAtEL2 {
      if !exits.hasLooked { _ = try? exits.require() }
      frame.hasForeignRegisters = exits.caught != nil
    }
    return Start(
      frame: frame, space: memory.space(at: state), isAlone: Self.isAArch32(state.pstate))
  }

  private static func isAArch32(_ pstate: UInt64?) -> Bool {
    pstate.map { SPSR_EL2(rawValue: $0).isAArch32 } ?? false
  }

  /// What a segment's outermost frame was entered from; nil if that isn't known.
  private func follower(
    of segment: Segment, _ state: CPUState, _ before: [StackSegment]
  ) throws -> Start? {
    if let exception = segment.exception, exception.isFromProgram {
      let frame = PhysicalFrame(
        registers: exception.registers, way: .exceptionRecord, isExact: true)
      return Start(
        frame: frame, space: access.hasHypervisor ? .program : .plain,
        boundary: "exception from EL0", isAlone: Self.isAArch32(exception.registers.pstate))
    }
    let isFirst = before.count == 1
    if isFirst, let interrupted = try atVector(state) { return interrupted }
    guard segment.stack.space == .hypervisor else { return nil }
    if isFirst, let fault = try fatalException(after: segment.frames.last) { return fault }
    return try guest()
  }

  /// What was interrupted, if the CPU is at the first instruction of a vector for exceptions of its own level: all
  /// registers are still those of the interrupted code, but PC and PSTATE. (Arm ARM DDI 0487, D1.3.)
  private func atVector(_ state: CPUState) throws -> Start? {
    guard let pstate = state.pstate, !Self.isAArch32(pstate), state.pc % 0x80 == 0,
      let level = state.exceptionLevel, level == 1 || level == 2
    else { return nil }
    let names = ["VBAR", "ELR", "SPSR"].compactMap {
      access.shownSystemRegister(named: "\($0)_EL\(level)")?.name
    }
    guard names.count == 3 else { return nil }
    let found = try access.readRegisters(names)
    let offset = state.pc &- (found[0] & ~0x7ff)
    guard offset < 0x400 else { return nil }
    var values: [UInt64?] = UnwindArchitecture.aarch64.names.map { state.registers[$0] }
    values[31] = state.sp
    if offset < 0x200 {
      // The interrupted code used SP_EL0.
      values[31] = access.shownSystemRegister(named: "SP_EL0").flatMap {
        try? access.readRegister($0.name)
      }
    }
    let registers = FrameRegisters(values: values, pc: found[1], pstate: found[2])
    return Start(
      frame: PhysicalFrame(registers: registers, way: .exceptionRecord, isExact: true),
      space: memory.space(at: state), boundary: "exception at EL\(level)")
  }

  /// What our hypervisor's fatal report is about: the registers that the vectors saved in the CPU's own memory.
  private func fatalException(after last: StackFrame?) throws -> Start? {
    guard exits.way == .context, let last,
      ["avcpu_save_fatal", "avcpu_halt"].contains(last.symbol?.name),
      let register = access.shownSystemRegister(named: "TPIDR_EL2")
    else { return nil }
    let local = try access.readRegister(register.name)
    let source = stackMemory(of: .hypervisor)
    guard
      let bytes = try? source.bytes(
        at: local &+ UInt64(AVCPU_CPU_FATAL), byteCount: Int(AVCPU_FRAME_SIZE)),
      let depth = try? source.bytes(at: local &+ UInt64(AVCPU_CPU_FATAL_DEPTH), byteCount: 8),
      depth != Array(repeating: 0, count: 8)
    else { return nil }
    let layout = DataLayout(addressByteCount: 8, byteOrder: .little)
    func word(_ offset: Int32) -> UInt64 { layout.integer(bytes[Int(offset)..<Int(offset) + 8]) }
    var values: [UInt64?] = (0..<31).map { word(AVCPU_FRAME_GPR + 8 * $0) }
    // SP_EL2 at the exception is where a guest's SP_EL0 would be.
    values.append(word(AVCPU_FRAME_SP_EL0))
    let registers = FrameRegisters(
      values: values, pc: word(AVCPU_FRAME_ELR), pstate: word(AVCPU_FRAME_SPSR), isSaved: true)
    return Start(
      frame: PhysicalFrame(registers: registers, way: .exceptionRecord, isExact: true),
      space: .hypervisor, boundary: "exception at EL2")
  }

  /// The guest whose exit is handled; nil if there is none.
  func guest() throws -> Start? {
    guard let exit = try? exits.require() else { return nil }
    var values: [UInt64?] = (0..<31).map { exit.gpr(UInt8($0)) }
    let part = ExitPart(named: "sp", pstate: exit.pstate)
    values.append(part.flatMap { try? exits.read($0, named: "sp") })
    let registers = FrameRegisters(
      values: values, pc: exit.pc, pstate: exit.pstate.rawValue, isSaved: true)
    let isAtEL0 = exit.pstate.exceptionLevel == 0 && !exit.pstate.isAArch32
    let verb = exit.moment == .entering ? "entry after" : "exit:"
    return Start(
      frame: PhysicalFrame(registers: registers, way: .registers, isExact: true),
      space: isAtEL0 ? .program : .guest, boundary: "\(verb) \(exit.reason.exitClass.word)",
      isAlone: exit.pstate.isAArch32)
  }
}
