public import GDBRemote

/// What a debug session reads of its target: a stub, or a snapshot. What sets one going or changes it is `LiveTarget`.
///
/// The requests are those of the remote protocol, because their shape is the right one for any target:
/// several in one round trip, each with an answer of its own.
public protocol DebugTarget: TargetThreads {
  /// What it is.
  var identity: TargetIdentity { get }
  /// The registers of a CPU.
  var registers: RegisterMap { get }
  /// Whether it is stopped, running, ended or lost.
  var state: RemoteTarget.State { get }
  /// Makes it ready to be read, and says in which order it has its bytes. An ELF tells what the target does not.
  func prepare(by file: SymbolFile?) throws -> ByteOrders
  /// Carries out requests in order, in one round trip where the target can. Memory is what the selected CPU sees.
  func batch(_ requests: [Request]) throws(RemoteError) -> [Response]
  /// What of the selected CPU takes more than a request.
  func reach(for access: TargetAccess) -> any TargetReach
}

/// The CPUs of a machine or the threads of a program, and which of them a target tells of.
public protocol TargetThreads: AnyObject {
  /// The threads: the CPUs of a machine.
  func threads() throws(RemoteError) -> [ThreadID]
  /// How many CPUs the machine has besides the `count` threads that the stub lists.
  func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int
  /// What the target says of a thread.
  func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String
  /// The thread that registers and memory are of.
  var selectedThread: ThreadID? { get }
  /// The same; the stub is asked where its stop did not say, and nil where it does not tell.
  func currentThread() throws(RemoteError) -> ThreadID?
  /// Has registers and memory be those of a thread.
  func select(_ thread: ThreadID) throws(RemoteError)
}

extension DebugTarget {
  /// What the target calls its architecture.
  public var architectureName: String? { identity.architectureName }
  /// Whether it is a machine rather than a program on one.
  public var isMachine: Bool { identity.isMachine }
  /// Whether signals have the numbers of the target's system, and not GDB's.
  public var hasNativeSignals: Bool { identity.hasNativeSignals }
  /// Whether a stop is one of every thread.
  public var stopsEveryThread: Bool { identity.stopsEveryThread }
  /// The types of registers, by name.
  public var typeDescriptions: [String: TypeDescription] { identity.typeDescriptions }
}
