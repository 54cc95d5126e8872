/// A frame as it is shown: a function, an inlined copy of one, or a boundary between programs.
public struct StackFrame: Equatable, Sendable {
  /// What a frame is.
  public enum Kind: Equatable, Sendable {
    /// A function that was called.
    case normal
    /// An inlined copy of a function, in the frame after it.
    case inlined
    /// A function that an exception interrupted: what is further in handles it.
    case interrupted
    /// No function, but the way from one program to another; the text says which, as "exit: mmio-write".
    case boundary(String)
  }

  /// The number, from 0 for the innermost.
  public internal(set) var number: Int
  /// What it is.
  public let kind: Kind
  /// How it was found.
  public let way: FrameWay
  /// The space of its addresses.
  public let space: AddressSpace
  /// The registers as they are in it: what a debugger shows while the frame is selected.
  public let registers: FrameRegisters
  /// The canonical frame address: SP before the call. Nil if it isn't known.
  public let address: UInt64?
  /// The address by which the function, its line and its variables are looked up.
  public let lookupAddress: UInt64
  /// Its function in the debug information, whose addresses are the file's; nil if that isn't known.
  let function: DebugFunction?
  /// The function's name for display; nil if none is known.
  public let name: String?
  /// How far the program is from the file's addresses.
  public let slide: UInt64
  /// The symbol of its code; nil if there is none.
  public let symbol: SymbolLocation?
  /// The registers that the frame's function saved for its caller, by DWARF number, and where.
  public let saved: [Int: UInt64]
  /// The source line: of an outer frame, that of the call. Nil if that isn't known.
  public let source: SourceLocation?

  /// The address of the next instruction.
  public var pc: UInt64 { registers.pc }

  /// Whether it is a boundary, which has the registers of the frame that follows.
  public var isBoundary: Bool { if case .boundary = kind { true } else { false } }
}

/// The frames of one program on a stack, and why they end.
public struct StackSegment: Sendable {
  /// The space of its addresses.
  public let space: AddressSpace
  /// The frames, the innermost first. A segment that follows another begins with a boundary.
  public internal(set) var frames: [StackFrame]
  /// Why there are no more.
  public internal(set) var ending: StackEnding
}
