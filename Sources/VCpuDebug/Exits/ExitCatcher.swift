internal import ArmVCpu
public import GDBRemote

/// How a debugger gets to know of exits. Our own hypervisor has a trampoline with the whole context in
/// memory; another one might have nothing but its vectors.
public protocol ExitCatcher {
  /// The addresses, in EL2's address space, that every exit passes.
  var addresses: [UInt64] { get }
  /// What to read, besides the general registers, at a stop that may be an exit.
  func requests(at state: CPUState) -> [Request]
  /// The exit that a CPU is at, from the answers to `requests`.
  func exit(at state: CPUState, _ responses: [Response]) throws -> Exit
  /// Where to go on, past the breakpoint, from a stop at one of `addresses`.
  func resumeAddress(from pc: UInt64) -> UInt64
}

/// Catches exits at `vmexit_trampoline`: SP is the context's address, and the first instruction is a
/// `nop` that need not be executed.
public struct TrampolineCatcher: ExitCatcher {
  private let trampoline: UInt64

  /// The symbol of the trampoline.
  public static let symbolName = "vmexit_trampoline"

  /// A catcher for a trampoline at `address`.
  public init(address: UInt64) { trampoline = address }

  /// The trampoline.
  public var addresses: [UInt64] { [trampoline] }

  /// The context, where SP points.
  public func requests(at state: CPUState) -> [Request] {
    [.memory(at: state.sp, byteCount: VCpuContext.exitRecordByteCount)]
  }

  /// The exit in the context's memory.
  public func exit(at state: CPUState, _ responses: [Response]) throws -> Exit {
    guard let response = responses.first, let record = try? response.bytes() else {
      throw DebugError.damagedContext(state.sp)
    }
    return try Exit(contextAddress: state.sp, record: record)
  }

  /// Behind the `nop`.
  public func resumeAddress(from pc: UInt64) -> UInt64 { pc &+ 4 }
}
