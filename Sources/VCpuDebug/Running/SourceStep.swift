/// What a step by source line has to know about the place where a CPU has stopped. Each is asked for only if it is
/// needed: most steps end within the line, and their frame isn't looked at.
protocol StepSurroundings {
  /// The address of the next instruction.
  var pc: UInt64 { get }
  /// Whose address it is.
  var space: AddressSpace.Kind { get }
  /// The innermost function.
  func frame() throws -> SourceStep.Frame
  /// Where that function returns to; nil if it isn't known.
  func caller() throws -> SourceStep.Caller?
  /// The source line of the next instruction; nil if it has none.
  func line() -> SourceStep.Line?
  /// Where a breakpoint for the function belongs, if the next instruction isn't after that; nil if it has no lines.
  func body() -> UInt64?
}

/// Decides how a CPU executes a source line, or one instruction, or the rest of a function: stops in, actions out. It
/// doesn't access the target; the code that carries out the actions passes in what it needs to know about a stop.
///
/// ```
/// begin ─► step ── within the line ─► step …
///            │ ── called a function ─► run to the place that it returns to, or to its first line
///            │ ── at another line's beginning ─► end
///            └─── in the middle of another line ─► step, to its end
/// ```
public struct SourceStep {
  /// How far it goes.
  public enum Kind: Equatable, Sendable {
    /// To the next line, also of a function that is called.
    case into
    /// To the next line of this function.
    case over
    /// The same, but not back to an earlier line.
    case until
    /// One instruction, and the function that it calls.
    case overInstruction
  }

  /// A function's frame.
  struct Frame: Equatable {
    /// SP before its call; nil if it isn't known.
    var address: UInt64?
    /// Where the function begins; nil if it isn't known.
    var function: UInt64?
    /// The inlined copies that the instruction is in, the innermost first, and the function itself: where each is in the
    /// debug information.
    var chain: [UInt64] = []

    /// Whether it is the same call of the same function.
    func isSame(as other: Frame) -> Bool {
      address == other.address && function == other.function
    }
  }

  /// Where a function returns to.
  struct Caller: Equatable {
    /// The address of the instruction.
    var pc: UInt64
    /// The address of the frame; nil if it isn't known.
    var address: UInt64?
  }

  /// A source line.
  struct Line: Equatable {
    /// Its file and number.
    var location: SourceLocation
    /// Its code around the instruction.
    var range: Range<UInt64>
    /// Whether a statement begins at the row of the instruction.
    var isStatement = true
  }

  /// A place that the CPU runs to.
  struct Arrival: Equatable {
    var address: UInt64
    /// The frame that it has to be in; nil for any.
    var frame: UInt64?
    /// What follows.
    var then: Next

    enum Next: Equatable {
      /// The line goes on there.
      case goOn
      /// The step ends there.
      case end
      /// The function has returned, and the run ends.
      case endReturned
    }
  }

  /// What to do next.
  enum Action: Equatable {
    /// Execute one instruction.
    case step
    /// Run until the CPU is at one of the places, whichever frame it is in.
    case run([Arrival])
    /// Run on: the CPU is at such a place, but in another frame.
    case runOn
    /// It is done.
    case end(End)
  }

  /// How it ends.
  enum End: Equatable, Sendable {
    /// Where it should.
    case done
    /// The function has returned.
    case returned
    /// The CPU executes addresses of another space now.
    case crossed(to: AddressSpace.Kind)
  }

  private let kind: Kind
  /// Whose code it is in.
  private let space: AddressSpace.Kind
  /// The frame whose line is executed.
  private var origin: Frame
  private var line: SourceLocation?
  private var range: Range<UInt64>
  private var lastPC: UInt64
  private var arrivals: [Arrival] = []
  /// The inlined copy that is left; see `Frame.chain`.
  private var copy: UInt64?

  /// A step from where a CPU is.
  ///
  /// - Parameter extent: the function, for one without lines and for `until`.
  /// - Returns: nil if neither the line nor the function is known.
  init?(
    _ kind: Kind, from place: some StepSurroundings, extent: Range<UInt64>?
  ) throws {
    self.kind = kind
    space = place.space
    origin = try place.frame()
    lastPC = place.pc
    let line = place.line()
    self.line = line?.location
    switch kind {
    case .overInstruction: range = place.pc..<place.pc &+ 1
    case .until:
      guard let end = line?.range.upperBound ?? extent?.upperBound else { return nil }
      let start = extent?.lowerBound ?? line?.range.lowerBound ?? end
      range = min(start, end)..<end
    case .into, .over:
      // Code of no line in a function with lines is a line of its own.
      let none = place.body() == nil ? extent : place.pc..<place.pc &+ 1
      guard let known = line?.range ?? none else { return nil }
      range = known
    }
  }

  /// A run to places.
  init(to arrivals: [Arrival], in space: AddressSpace.Kind) {
    kind = .over
    self.space = space
    origin = Frame()
    range = 0..<0
    lastPC = 0
    self.arrivals = arrivals
  }

  /// The rest of an inlined copy of a function, with all that it calls.
  ///
  /// - Parameters:
  ///   - copy: which; see `Frame.chain`.
  ///   - frame: the function that it is in.
  ///   - range: its code around the instruction.
  ///   - pc: the next instruction of the frame.
  ///   - arrivals: where the frame goes on, if the CPU isn't in it now.
  init(
    outOf copy: UInt64, in frame: Frame, range: Range<UInt64>, at pc: UInt64,
    goingOnAt arrivals: [UInt64], in space: AddressSpace.Kind
  ) {
    kind = .over
    self.space = space
    self.copy = copy
    self.range = range
    origin = frame
    lastPC = pc
    self.arrivals = arrivals.map { Arrival(address: $0, frame: frame.address, then: .goOn) }
  }

  /// The first action.
  var beginning: Action { arrivals.isEmpty ? .step : .run(arrivals) }

  /// The CPU has executed an instruction, or has arrived.
  mutating func stopped(at place: some StepSurroundings) throws -> Action {
    guard !arrivals.isEmpty else { return try stepped(to: place) }
    let here = arrivals.filter { $0.address == place.pc }
    guard
      let arrival = try here.first(where: { arrival in
        guard let wanted = arrival.frame else { return true }
        let address = try place.frame().address
        return address == nil || address == wanted
      })
    else { return .runOn }
    arrivals = []
    switch arrival.then {
    case .end: return .end(.done)
    case .endReturned: return .end(.returned)
    case .goOn: return try stepped(to: place)
    }
  }

  /// The instruction at `pc` made a guest exit. A step over a line goes on where the guest is entered again.
  mutating func exited(from pc: UInt64, returningTo address: UInt64) -> Action? {
    guard kind != .into, space != .hypervisor else { return nil }
    let places = Set([pc, pc &+ 4, address]).sorted()
    return run(to: places.map { Arrival(address: $0, frame: origin.address, then: .goOn) })
  }

  private mutating func run(to places: [Arrival]) -> Action {
    arrivals = places
    return .run(places)
  }

  private mutating func stepped(to place: some StepSurroundings) throws -> Action {
    guard place.space == space else { return .end(.crossed(to: place.space)) }
    let isNext = place.pc == lastPC &+ 4
    lastPC = place.pc
    if isNext, range.contains(place.pc) { return .step }
    let frame = try place.frame()
    if frame.isSame(as: origin) {
      if let copy { return frame.chain.contains(copy) ? .step : .end(.done) }
      if range.contains(place.pc) { return .step }
      return kind == .overInstruction ? .end(.done) : leftLine(at: place, frame)
    }
    if let caller = try place.caller(), isCallee(frame, of: caller, isNext: isNext) {
      return called(at: place, frame, caller)
    }
    return kind == .overInstruction ? .end(.done) : leftFunction(to: place, frame)
  }

  /// Whether a function was called from the line, or its last statement is a jump to it.
  private func isCallee(_ frame: Frame, of caller: Caller, isNext: Bool) -> Bool {
    guard let address = origin.address else { return false }
    if caller.address == address, frame.address != address { return true }
    return frame.address == address && frame.function != origin.function && !isNext
  }

  private mutating func called(
    at place: some StepSurroundings, _ frame: Frame, _ caller: Caller
  ) -> Action {
    var places = [Arrival(address: caller.pc, frame: caller.address, then: .goOn)]
    if kind == .into, let body = place.body() {
      if body == place.pc { return .end(.done) }
      places.append(Arrival(address: body, frame: frame.address, then: .end))
    }
    return run(to: places)
  }

  /// The CPU is in the same function, outside of the line.
  private mutating func leftLine(at place: some StepSurroundings, _ frame: Frame) -> Action {
    // Code of no line is the compiler's own.
    guard let line = place.line() else { return .step }
    let own = origin.chain.first
    let isInlinedCall = frame.chain.first != own && own.map(frame.chain.contains) ?? false
    if kind != .into, isInlinedCall { return .step }
    if line.location == self.line {
      // Another part of the line, as of a loop's.
      range =
        kind == .until
        ? range.lowerBound..<max(range.upperBound, line.range.upperBound) : line.range
      return .step
    }
    return place.pc == line.range.lowerBound && line.isStatement ? .end(.done) : .step
  }

  /// The CPU is in another function that wasn't called: the line's has returned.
  private mutating func leftFunction(
    to place: some StepSurroundings, _ frame: Frame
  ) -> Action {
    guard copy == nil, let line = place.line() else { return .end(.done) }
    if place.pc == line.range.lowerBound, line.isStatement { return .end(.done) }
    origin = frame
    self.line = line.location
    range = line.range
    return .step
  }
}
