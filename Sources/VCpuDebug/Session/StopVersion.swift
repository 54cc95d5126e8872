internal import GDBRemote

/// A version of what can be seen at a stop: as long as it is the same, so is what a reader of the stop has found.
public struct StopVersion: Equatable, Sendable {
  private let registers: Int
  private let memory: Int
  private let files: Int
  private let runs: Int
  private let thread: ThreadID
  /// The selected frame, and the run it was selected after.
  private let frame: [Int]

  init(_ access: TargetAccess, _ modules: SessionModules, _ stack: SessionStack) {
    registers = access.generation
    memory = access.memoryGeneration
    files = modules.revision
    runs = access.runCount
    thread = access.thread
    frame = stack.selection.map { [$0.run, $0.number] } ?? []
  }
}

extension HypervisorSession {
  /// The present version of what can be seen of the target; it costs no request.
  public var stopVersion: StopVersion { StopVersion(access, modules, stack) }
}
