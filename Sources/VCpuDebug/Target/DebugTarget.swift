public import GDBRemote

/// The readable side of a debug session's target: a stub, or a snapshot. `LiveTarget` adds running and changing it.
///
/// The requests are those of the remote protocol, because they suit any target: several in one round
/// trip, each with its own answer.
public protocol DebugTarget: TargetThreads {
  /// The target's identity.
  var identity: TargetIdentity { get }
  /// The registers of a CPU.
  var registers: RegisterMap { get }
  /// Whether it is stopped, running, ended or lost.
  var state: RemoteTarget.State { get }
  /// Prepares the target for reading, and returns its byte orders. An ELF file provides what the target doesn't
  /// report.
  func prepare(by file: SymbolFile?) throws -> ByteOrders
  /// Carries out requests in order, in one round trip where the target can. Memory is what the selected CPU sees.
  func batch(_ requests: [Request]) throws(RemoteError) -> [Response]
  /// Access to what takes more than a request to the selected CPU.
  func reach(for access: TargetAccess) -> any TargetReach
}

/// The CPUs of a machine or the threads of a program, and which of them is selected.
public protocol TargetThreads: AnyObject {
  /// The threads: the CPUs of a machine.
  func threads() throws(RemoteError) -> [ThreadID]
  /// How many CPUs the machine has besides the `count` threads that the stub lists.
  func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int
  /// The CPUs that the stub doesn't list and counts to other processes.
  func otherCPUs() throws(RemoteError) -> [OtherCPU]
  /// The target's description of a thread.
  func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String
  /// The thread whose registers and memory are accessed.
  var selectedThread: ThreadID? { get }
  /// The same, but the stub is asked if its stop didn't say; nil if it doesn't answer.
  func currentThread() throws(RemoteError) -> ThreadID?
  /// Selects the thread whose registers and memory are accessed.
  func select(_ thread: ThreadID) throws(RemoteError)
}

extension TargetThreads {
  /// By default there are none.
  public func otherCPUs() throws(RemoteError) -> [OtherCPU] { [] }
}

extension DebugTarget {
  /// The target's name for its architecture.
  public var architectureName: String? { identity.architectureName }
  /// Whether it is a machine rather than a program on one.
  public var isMachine: Bool { identity.isMachine }
  /// Whether signals have the numbers of the target's system, rather than GDB's.
  public var hasNativeSignals: Bool { identity.hasNativeSignals }
  /// Whether a stop stops every thread.
  public var stopsEveryThread: Bool { identity.stopsEveryThread }
  /// The types of registers, by name.
  public var typeDescriptions: [String: TypeDescription] { identity.typeDescriptions }
}
