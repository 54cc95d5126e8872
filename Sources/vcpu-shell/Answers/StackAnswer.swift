internal import VCpuDebug

/// The stack of the selected CPU.
struct StackAnswer: Answer {
  static let kind = "stack"
  /// The frames, the innermost first, or those that were asked for.
  let frames: [FrameAnswer]
  /// Whether there are more frames outside of those.
  let hasMore: Bool
  /// Why a part of the stack ends where it does, in words; omitted if it ends where a stack should.
  let ending: String?

  /// - Parameters:
  ///   - count: how many frames; all for nil, the outermost for a negative number.
  ///   - hasLocals: whether each frame has its variables.
  init(
    of session: HypervisorSession, count: Int?, hasLocals: Bool, check: () throws -> Void
  ) throws {
    let segments = try session.stack.segments()
    let all = segments.flatMap(\.frames)
    let wanted =
      switch count {
      case let count? where count >= 0: Array(all.prefix(count))
      case let count?: Array(all.suffix(-count))
      case nil: all
      }
    let shown = try session.stack.shownFrame().number
    frames = try wanted.map { frame in
      try check()
      return try FrameAnswer(frame, in: session, hasLocals: hasLocals, shown: shown)
    }
    hasMore = wanted.last.map { $0.number < all.count - 1 } ?? !all.isEmpty
    ending = hasMore ? nil : segments.last?.ending.text
  }
}

/// A frame of a stack.
struct FrameAnswer: Answer {
  static let kind = "frame"
  /// Its number, from 0 for the innermost.
  let number: Int
  /// What it is.
  let frame: Kind
  /// What is between two programs, for a boundary: `exit: mmio-write`.
  let boundary: String?
  /// The prefix of its addresses, without the colon; empty for a target without guests.
  let space: String
  /// The address of its next instruction.
  let pc: Hex
  /// The function's name without its arguments; omitted if it isn't known.
  let function: String?
  /// Whether the PC is within a line, rather than at its first instruction: then its address is shown.
  let isInLine: Bool
  /// The arguments of its function; omitted if they aren't known.
  let arguments: [Argument]?
  /// Its variables, if they were asked for and are known.
  let locals: [VariablesAnswer.Variable]?
  /// The source line, of an outer frame that of its call; omitted if it isn't known.
  let source: SourceAnswer?
  /// The text of that line, if the file was found.
  let sourceText: String?
  /// Whether commands are about it.
  let isSelected: Bool
  /// How it was found: `registers`, `callFrameInformation`, `frameRecord`, `instructions`, `linkRegister`,
  /// `exceptionRecord`.
  let way: String

  /// What a frame is.
  enum Kind: String, Codable, CaseIterable, Sendable {
    /// A function that was called.
    case normal
    /// An inlined copy of a function, in the frame after it.
    case inlined
    /// A function that an exception interrupted.
    case interrupted
    /// The way from one program to another.
    case boundary
  }

  /// An argument of a function.
  struct Argument: Codable, Equatable, Sendable {
    /// Its name.
    let name: String
    /// Its value; `...` for a structure or an array.
    let text: String
  }

  init(
    _ frame: StackFrame, in session: HypervisorSession, hasLocals: Bool = false, shown: Int
  ) throws {
    number = frame.number
    isSelected = frame.number == shown
    way = frame.way.rawValue
    space = session.hasHypervisor ? frame.space.prefix : ""
    pc = Hex(frame.pc)
    switch frame.kind {
    case .normal: (self.frame, boundary) = (.normal, nil)
    case .inlined: (self.frame, boundary) = (.inlined, nil)
    case .interrupted: (self.frame, boundary) = (.interrupted, nil)
    case .boundary(let text): (self.frame, boundary) = (.boundary, text)
    }
    guard !frame.isBoundary else {
      (function, arguments, locals, source, sourceText, isInLine) = (nil, nil, nil, nil, nil, false)
      return
    }
    let variables = try session.values.locals(of: frame)
    function = frame.name.map { variables == nil ? $0 : Self.withoutArguments($0) }
    arguments = variables.map { $0.filter(\.isParameter).map { Argument($0, in: session) } }
    locals =
      hasLocals
      ? variables?.filter { !$0.isParameter }.map { VariablesAnswer.Variable($0, in: session) }
      : nil
    source = frame.source.map { SourceAnswer($0) }
    sourceText = frame.source.flatMap { session.source.files.text(of: $0.file)?[$0.line] }
    let start = session.modules.of(frame.space)?.lineRange(at: frame.lookupAddress)?.lowerBound
    isInLine = frame.kind != .inlined && (frame.source == nil || start != frame.pc)
  }

  /// `VCpu.run` for `VCpu.run()`: the arguments follow with their values.
  private static func withoutArguments(_ name: String) -> String {
    guard name.hasSuffix(")"), !name.contains(" in "), let open = name.firstIndex(of: "("),
      open > name.startIndex
    else { return name }
    return String(name[..<open])
  }
}

extension FrameAnswer.Argument {
  fileprivate init(_ local: SessionValues.Local, in session: HypervisorSession) {
    name = local.name
    let node = local.object.node { session.symbolName(at: $0, in: local.object.space) }
    switch node {
    case .record, .array, .opaque: text = "..."
    // One without a layout.
    case .error where local.object.isAggregate: text = "..."
    // A pointer's type is in the function's declaration.
    case .pointer(let pointer): text = pointer.text + (pointer.string.map { " " + $0 } ?? "")
    default: text = ValueText().text(node)
    }
  }
}

/// All that is known of a frame.
struct FrameInfoAnswer: Answer {
  static let kind = "frameInfo"
  /// The frame.
  let frame: FrameAnswer
  /// Its address: SP before its function was called; omitted if it isn't known.
  let address: Hex?
  /// The frame that called it; omitted if there is none.
  let caller: Int?
  /// Where its caller goes on; omitted if there is none.
  let callerPC: Hex?
  /// The registers that its function saved, by number, and where.
  let saved: [SavedRegister]

  /// A register that a function saved for its caller.
  struct SavedRegister: Codable, Equatable, Sendable {
    /// The register's name.
    let name: String
    /// Where it is, in the frame's space.
    let address: Hex
  }

  init(_ frame: StackFrame, in session: HypervisorSession) throws {
    self.frame = try FrameAnswer(frame, in: session, shown: frame.number)
    address = frame.address.map { Hex($0) }
    let all = try session.stack.frames()
    let outer = all.dropFirst(frame.number + 1).first
    caller = outer?.number
    callerPC = outer.flatMap { $0.isBoundary ? nil : Hex($0.pc) }
    saved = frame.saved.sorted { $0.key < $1.key }.map { number, address in
      SavedRegister(name: session.registerName(dwarfNumber: number), address: Hex(address))
    }
  }
}
