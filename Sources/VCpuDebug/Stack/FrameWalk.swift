/// Finds the frames of one program one at a time, each when it is asked for.
struct FrameWalk: IteratorProtocol {
  private let unwinder: Unwinder
  private let modules: any FrameModules
  private let space: AddressSpace
  private var following: PhysicalFrame?
  private var pending: [StackFrame] = []
  private var number: Int
  private let limit: Int
  private var count = 0
  /// Frames that were on the stack, to find a circle: the frame's address and the PC.
  private var seen: Set<[UInt64]> = []
  /// The part of memory that the current stack was found to take.
  private var stack: Range<UInt64>?
  /// Why there are no more frames; nil while there may be.
  private(set) var ending: StackEnding?
  /// The exception of a program below, after the frames of its kernel.
  private(set) var exception: KernelException?
  /// The last frame that is no inlined copy.
  private(set) var outermost: PhysicalFrame?

  /// More frames than a stack has that isn't broken.
  static let frameLimit = 100_000
  /// How far another stack is away at least.
  private static let stackDistance: UInt64 = 16384

  /// - Parameters:
  ///   - first: the innermost frame.
  ///   - number: its number.
  ///   - limit: how many functions are followed at most, without inlined copies.
  init(
    of first: PhysicalFrame, _ unwinder: Unwinder, _ modules: any FrameModules,
    in space: AddressSpace, number: Int = 0, limit: Int = frameLimit
  ) {
    self.unwinder = unwinder
    self.modules = modules
    self.space = space
    self.number = number
    self.limit = limit
    following = first
  }

  /// The next frame; nil if there is none, and then `ending` says why.
  mutating func next() -> StackFrame? { try? nextFrame() }

  /// The next frame.
  ///
  /// - Throws: errors of the target other than that there is no memory.
  mutating func nextFrame() throws -> StackFrame? {
    if pending.isEmpty { try advance() }
    guard !pending.isEmpty else { return nil }
    var frame = pending.removeFirst()
    frame.number = number
    number += 1
    return frame
  }

  private mutating func advance() throws {
    guard let frame = following else { return }
    guard count < limit else {
      (following, ending) = (nil, .limit)
      return
    }
    count += 1
    let step = try unwinder.step(frame)
    outermost = frame
    exception = step.exception
    pending = frames(of: frame, step)
    switch step.caller {
    case .ending(let ending): (following, self.ending) = (nil, ending)
    case .frame(let caller):
      if let ending = flaw(in: caller, around: frame, step) {
        (following, self.ending) = (nil, ending)
      } else {
        following = caller
      }
    }
  }

  /// Why a caller can't be one; nil if it can.
  private mutating func flaw(
    in caller: PhysicalFrame, around frame: PhysicalFrame, _ step: Unwinder.Step
  ) -> StackEnding? {
    let address = step.address ?? 0
    let pointer = unwinder.architecture.framePointer
    let key = [address, caller.registers.pc, caller.registers[pointer] ?? 0]
    guard seen.insert(key).inserted else {
      let isSame =
        caller.registers.pc == frame.registers.pc
        && caller.registers[pointer] == frame.registers[pointer]
      return isSame ? .identical : .inner
    }
    guard step.exception == nil, !caller.isExact else {
      stack = nil
      return nil
    }
    guard let here = step.address else { return nil }
    guard let known = stack else {
      let low = frame.registers[unwinder.architecture.stackPointer] ?? here
      stack = min(low, here)..<max(low, here)
      return nil
    }
    if here >= known.upperBound {
      stack = known.lowerBound..<here
      return nil
    }
    // Another stack, as a kernel has one for interrupts, may be anywhere, but not on this one.
    guard here < known.lowerBound, known.lowerBound - here >= Self.stackDistance else {
      return .inner
    }
    stack = here..<here
    return nil
  }

  private func frames(of frame: PhysicalFrame, _ step: Unwinder.Step) -> [StackFrame] {
    let address = frame.lookupAddress
    let slide = modules.slide(at: address)
    let chain = modules.functions(at: address)
    let symbol = modules.symbol(at: frame.isExact ? frame.registers.pc : address)
    var source = modules.source(at: address)
    let isInterrupted = frame.way == .exceptionRecord || frame.isExact && frame.way != .registers
    let own: StackFrame.Kind = isInterrupted ? .interrupted : .normal
    var saved: [Int: UInt64] = [:]
    if case .frame(let caller) = step.caller {
      for (number, place) in caller.registers.places.enumerated() {
        if case .memory(let at) = place, place != frame.registers.place(of: number) {
          saved[number] = at
        }
      }
    }
    var found: [StackFrame] = []
    for function in chain.isEmpty ? [nil] : chain.map(Optional.some) {
      let isInlined = function?.isInlined ?? false
      found.append(
        StackFrame(
          number: 0, kind: isInlined ? .inlined : own, way: frame.way, space: space,
          registers: frame.registers, address: step.address, lookupAddress: address,
          function: function,
          name: function.flatMap { modules.name(of: $0, at: address) } ?? symbol?.displayName,
          slide: slide, symbol: symbol, saved: saved, source: source))
      if isInlined { source = function?.call }
    }
    return found
  }
}

/// What names a frame: the modules of one space. All addresses are the program's, but for those in functions.
protocol FrameModules: AnyObject {
  /// The functions at an address, the innermost first; their addresses are the file's.
  func functions(at address: UInt64) -> [DebugFunction]
  /// The name of a function for display; nil if it has none.
  func name(of function: DebugFunction, at address: UInt64) -> String?
  /// How far the program is from its file's addresses.
  func slide(at address: UInt64) -> UInt64
  /// The symbol of an address.
  func symbol(at address: UInt64) -> SymbolLocation?
  /// The source line of an address.
  func source(at address: UInt64) -> SourceLocation?
}
