internal import ArmVCpu

/// The recorded exits of a session's target, and the point in time with which they are compared.
public final class SessionRecorder {
  /// Finds where exits are recorded; throws if nothing records them.
  private let find: () throws -> any ExitLogSource
  private var found: (any ExitLogSource)?
  /// The counters at the last `mark()`.
  private var marked = ExitCounters()
  /// CNTFRQ_EL0: ticks for each second of the records' times; nil if it isn't known.
  public private(set) var ticksPerSecond: UInt64?
  private let readFrequency: () throws -> UInt64?

  /// A recorder that is found by `find`, with the frequency of its counter.
  init(find: @escaping () throws -> any ExitLogSource, frequency: @escaping () throws -> UInt64?) {
    self.find = find
    readFrequency = frequency
  }

  convenience init(
    _ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules,
    _ system: SystemRegisters
  ) {
    self.init(
      find: {
        let descriptor: DebugDescriptor?
        do {
          descriptor = try modules.hypervisor.flatMap { try DebugDescriptor(of: $0, in: memory) }
        } catch let error as DebugDescriptorError {
          throw DebugError.noRecorder(error.words)
        }
        guard let descriptor else {
          throw DebugError.noRecorder(
            "only this project's hypervisor records its exits, and its symbols aren't there")
        }
        return try HypervisorRecorder(descriptor, access, memory)
      },
      frequency: { try access.read(["CNTFRQ_EL0"])["CNTFRQ_EL0"] })
  }

  /// Where exits are recorded.
  ///
  /// - Throws: if nothing records them, or that can't be found out now.
  public func source() throws -> any ExitLogSource {
    if ticksPerSecond == nil { ticksPerSecond = (try? readFrequency()).flatMap { $0 } }
    if let found { return found }
    let source = try find()
    found = source
    return source
  }

  /// Reads exits from somewhere else than from the target.
  package func read(from source: any ExitLogSource, ticksPerSecond: UInt64?) {
    found = source
    self.ticksPerSecond = ticksPerSecond
  }

  /// Remembers the counters, for `sinceMark(_:)`.
  public func mark(_ counters: ExitCounters) { marked = counters }

  /// What was counted since the last mark, or since the machine started.
  public func sinceMark(_ counters: ExitCounters) -> ExitCounters { counters.since(marked) }
}
