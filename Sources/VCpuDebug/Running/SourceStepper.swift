internal import GDBRemote

/// Carries out what `SourceStep` decides: a step by source line is several runs, between which the target is stopped.
final class SourceStepper {
  private let runner: Runner
  private let access: TargetAccess
  private let points: SessionBreakpoints
  private let memory: SessionMemory
  private let stack: SessionStack
  private let modules: SessionModules
  private var step: SourceStep?
  private var kind = SourceStep.Kind.over
  private var remaining = 0
  /// Whether it runs to places, rather than stepping.
  private var isRun = false
  /// The space of the code that is stepped.
  private var space = AddressSpace.plain
  /// The numbers of the breakpoints that it runs to.
  private var numbers: [Int] = []
  private var wasInterrupted = false
  /// Whether the last one ended with the return of its function.
  private(set) var hasReturned = false

  init(
    _ runner: Runner, _ points: SessionBreakpoints, _ stack: SessionStack, _ modules: SessionModules
  ) {
    self.runner = runner
    self.points = points
    access = points.access
    memory = points.memory
    self.stack = stack
    self.modules = modules
  }

  // MARK: Requests of the user

  /// What a step is confined to where there is no line.
  func extent() throws -> (name: String, range: Range<UInt64>)? {
    let state = try access.requireState()
    return modules.of(memory.space(at: state))?.extent(around: state.pc).flatMap {
      $0.symbol.address < $0.end ? ($0.displayName, $0.symbol.address..<$0.end) : nil
    }
  }

  /// Executes lines of the selected CPU's program.
  ///
  /// - Throws: `DebugError.noBounds` if neither the line nor the function is known.
  func begin(_ kind: SourceStep.Kind, count: Int) throws {
    _ = try access.live()
    cancel()
    self.kind = kind
    isRun = false
    remaining = max(1, count)
    let place = try surroundings()
    space = memory.space(at: try access.requireState())
    guard let step = try SourceStep(kind, from: place, extent: try extent()?.range) else {
      throw DebugError.noBounds
    }
    try start(step)
  }

  /// Runs to places: to the end of a frame's function, and to those of a location.
  func run(to place: CodeLocation?, orReturnOf frame: StackFrame?) throws {
    _ = try access.live()
    cancel()
    (remaining, isRun) = (1, true)
    var arrivals: [SourceStep.Arrival] = []
    if let frame, let caller = try stack.caller(of: frame) {
      arrivals.append(
        SourceStep.Arrival(
          address: caller.pc, frame: caller.address, then: place == nil ? .endReturned : .end))
      space = frame.space
    }
    if let place {
      numbers.append(try points.addInternal(at: place))
      arrivals += place.addresses.map { SourceStep.Arrival(address: $0, frame: nil, then: .end) }
      if arrivals.count == place.addresses.count { space = place.space }
    }
    try start(SourceStep(to: arrivals, in: space.kind), besides: place?.addresses ?? [])
  }

  /// Runs to the end of an inlined copy of a function: until the function around it executes code outside of the copy.
  ///
  /// - Throws: `DebugError.noCaller` if the copy's code isn't known.
  func run(outOf frame: StackFrame) throws {
    _ = try access.live()
    cancel()
    (remaining, isRun) = (1, true)
    let frames = try stack.frames()
    let own = frames.filter { $0.registers == frame.registers && !$0.isBoundary }
    guard let copy = frame.function,
      let range = copy.ranges.first(where: { $0.contains(frame.lookupAddress &- frame.slide) }),
      let owner = own.first(where: { $0.kind != .inlined }), let inner = own.first
    else { throw DebugError.noCaller(frame.number) }
    space = frame.space
    let before = inner.number > 0 ? frames[inner.number - 1] : nil
    // What made an exit may be done when the guest goes on.
    let places =
      before.map { $0.isBoundary ? [frame.pc, frame.pc &+ 4] : [frame.pc] } ?? []
    let start = owner.function.map { $0.entry &+ owner.slide }
    try self.start(
      SourceStep(
        outOf: copy.offset,
        in: SourceStep.Frame(
          address: frame.address,
          function: start ?? modules.of(space)?.extent(around: frame.pc)?.symbol.address),
        range: range.lowerBound &+ frame.slide..<range.upperBound &+ frame.slide, at: frame.pc,
        goingOnAt: places, in: space.kind))
  }

  private func start(_ step: SourceStep, besides known: [UInt64] = []) throws {
    self.step = step
    do {
      try carryOut(step.beginning, besides: known)
    } catch {
      cancel()
      throw error
    }
  }

  /// The user has asked for a stop.
  func interrupt() { wasInterrupted = true }

  /// Ends it, and removes what it has set.
  func cancel() {
    removeBreakpoints()
    step = nil
    (wasInterrupted, hasReturned) = (false, false)
  }

  // MARK: What happens

  /// Whether a stop is for it first.
  var isActive: Bool { step != nil }

  /// What a stop means; nil if the target runs on.
  func take(_ event: SessionEvent) throws -> SessionEvent? {
    guard var step else { return event }
    do {
      guard let action = try action(for: event, of: &step) else { return end(with: event) }
      if wasInterrupted { return end(with: .interrupted) }
      self.step = step
      if case .end(let end) = action { return try finish(end) }
      try carryOut(action)
      return nil
    } catch let error as DebugError {
      return end(with: .unreadable("the step has ended early: \(error)"))
    } catch {
      cancel()
      throw error
    }
  }

  /// The reaction to a stop; nil for one that ends everything.
  private func action(
    for event: SessionEvent, of step: inout SourceStep
  ) throws -> SourceStep.Action? {
    switch event {
    case .stepped: return try step.stopped(at: surroundings())
    case .breakpoint(let hits) where hits.allSatisfy(\.isInternal):
      return try step.stopped(at: surroundings())
    case .exception(let exception) where exception.level == 2 && exception.isFromLower:
      return step.exited(from: exception.pc, returningTo: exception.returnAddress)
    default: return nil
    }
  }

  private func end(with event: SessionEvent) -> SessionEvent {
    cancel()
    return event
  }

  private func finish(_ end: SourceStep.End) throws -> SessionEvent? {
    switch end {
    case .crossed(let kind): return self.end(with: .crossed(to: kind))
    case .returned:
      cancel()
      hasReturned = true
      return .breakpoint([])
    case .done: break
    }
    removeBreakpoints()
    remaining -= 1
    guard remaining > 0,
      let next = try SourceStep(kind, from: surroundings(), extent: extent()?.range)
    else { return self.end(with: isRun ? .breakpoint([]) : .stepped) }
    step = next
    try carryOut(next.beginning)
    return nil
  }

  private func carryOut(_ action: SourceStep.Action, besides known: [UInt64] = []) throws {
    switch action {
    case .step:
      removeBreakpoints()
      let place = try surroundings()
      let range = place.line()?.range
      try runner.step(count: 1, within: range.flatMap { $0.contains(place.pc) ? $0 : nil })
    case .run(let arrivals):
      if known.isEmpty { removeBreakpoints() }
      for address in Set(arrivals.map(\.address)).subtracting(known).sorted() {
        numbers.append(try points.addInternal(at: points.location(at: address, in: space)))
      }
      try runner.resume()
    case .runOn: try runner.resume()
    case .end: break
    }
  }

  private func removeBreakpoints() {
    for number in numbers { points.removeInternal(number) }
    numbers = []
  }

  private func surroundings() throws -> Surroundings {
    let state = try access.requireState()
    let space = memory.space(at: state)
    return Surroundings(
      pc: state.pc, space: space.kind, stack: stack, modules: modules.of(space))
  }
}

/// The stopped CPU.
private struct Surroundings: StepSurroundings {
  let pc: UInt64
  let space: AddressSpace.Kind
  let stack: SessionStack
  let modules: ModuleGroup?

  func frame() throws -> SourceStep.Frame {
    let frames = try stack.segments(limit: 1).first?.frames ?? []
    guard let frame = frames.first(where: { $0.kind != .inlined }) else {
      return SourceStep.Frame(address: nil, function: nil)
    }
    let known = modules?.extent(around: pc)?.symbol.address
    return SourceStep.Frame(
      address: frame.address,
      function: frame.function.map { $0.entry &+ frame.slide } ?? known,
      chain: frames.compactMap { $0.function?.offset })
  }

  func caller() throws -> SourceStep.Caller? {
    let frames = try stack.segments(limit: 2).first?.frames ?? []
    return frames.filter { $0.kind != .inlined }.dropFirst().first.map {
      SourceStep.Caller(pc: $0.pc, address: $0.address)
    }
  }

  func line() -> SourceStep.Line? { modules?.stepLine(at: pc) }
  func body() -> UInt64? { modules?.bodyAddress(around: pc) }
}

extension SessionStack {
  /// The function that a frame returns to, in the same program; nil if there is none.
  func caller(of frame: StackFrame) throws -> StackFrame? {
    let outer = try frames().dropFirst(frame.number + 1)
    guard
      let next = outer.first(where: { $0.registers != frame.registers || $0.isBoundary }),
      !next.isBoundary, next.kind != .interrupted, next.space == frame.space
    else { return nil }
    // Its own frame's address is that of the function, which inlined copies in it share.
    return next
  }
}

extension ModuleGroup {
  fileprivate func stepLine(at address: UInt64) -> SourceStep.Line? {
    for module in modules {
      guard let range = module.lineRange(at: address),
        let position = module.file?.debugInformation?.sourcePosition(at: address &- module.slide)
      else { continue }
      return SourceStep.Line(
        location: position.location, range: range, isStatement: position.isStatement)
    }
    return nil
  }

  /// Where a breakpoint for the function that an address is in belongs, if it isn't past that; nil without lines.
  func bodyAddress(around address: UInt64) -> UInt64? {
    for module in modules {
      guard module.isCode(address), let information = module.file?.debugInformation else {
        continue
      }
      guard let function = information.function(at: address &- module.slide) else {
        guard module.lineRange(at: address) != nil else { continue }
        return address
      }
      guard !information.lines(of: function.ranges).isEmpty else { continue }
      return max(address, information.breakpointAddress(of: function) &+ module.slide)
    }
    return nil
  }
}
