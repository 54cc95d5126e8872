/// A CPU of a machine that its stub counts to another process than the session's: QEMU's does so for each cluster.
public struct OtherCPU: Equatable, Sendable {
  /// The stub's identifier.
  public let id: ThreadID
  /// The stub's description of it, such as `cortex-r5f-arm-cpu rpu-cpu[0] [halted ]`; empty if there is none.
  public let details: String
  /// The architecture in its description, such as `arm`; nil if there is none.
  public let architectureName: String?

  /// Creates one.
  public init(id: ThreadID, details: String, architectureName: String?) {
    self.id = id
    self.details = details
    self.architectureName = architectureName
  }
}

extension RemoteTarget {
  /// The most clusters that are asked for.
  private static let processLimit = 64

  /// The CPUs of QEMU's other clusters, which it lists only while a connection is attached to them.
  ///
  /// The connection is attached to each for a moment (`vAttach`), and then detached: QEMU reports a stop of an attached
  /// CPU, whose registers are others, as the target's. Since it forgets the breakpoints of those CPUs with that, and
  /// then refuses to remove them from the rest (QEMU 7.2, `gdb_breakpoint_remove`), all breakpoints are removed before
  /// and inserted afterwards.
  public func otherCPUs() throws(RemoteError) -> [OtherCPU] {
    try requireStopped()
    guard profile.kind.isQEMU, profile.traits.isMachine, profile.usesProcesses, !isNonStop else {
      return []
    }
    let removed = insertions
    for location in removed.keys {
      do throws(RemoteError) {
        try remove(location)
        insertions[location] = nil
      } catch {
        try insertAgain(removed)
        throw error
      }
    }
    let result = Result { () throws(RemoteError) in
      try connection.within(times: Self.longCall) { () throws(RemoteError) in
        try askOtherProcesses()
      }
    }
    // Another CPU is current now.
    stubThread = nil
    try insertAgain(removed)
    return try result.get()
  }

  /// Inserts what was removed.
  ///
  /// - Throws: `.protocolViolation` if something can't be inserted any more.
  private func insertAgain(
    _ removed: [BreakpointLocation: Insertion]
  ) throws(RemoteError) {
    var failure: RemoteError?
    for (location, insertion) in removed where insertions[location] == nil {
      do throws(RemoteError) {
        try insert(location, insertion.effective)
        insertions[location] = insertion
      } catch {
        failure =
          failure
          ?? RemoteError(
            .protocolViolation,
            "the breakpoint at 0x\(String(location.address, radix: 16)) could not be inserted again: "
              + error.description)
      }
    }
    if let failure { throw failure }
  }

  private func askOtherProcesses() throws(RemoteError) -> [OtherCPU] {
    var cpus: [OtherCPU] = []
    for process in 1...Self.processLimit where process != self.process {
      let reply = try exchange(.attach(process: process))
      guard StopReply(parsing: reply) != nil else { break }
      let found = Result { () throws(RemoteError) in try self.cpus(of: process) }
      let answer = try exchange(.detach(process: process))
      cpus += try found.get()
      try StandardReply.requireOK(answer, of: "the end of the attachment")
    }
    return cpus
  }

  /// The CPUs of a process that the connection is attached to, the first of which is current.
  private func cpus(of process: Int) throws(RemoteError) -> [OtherCPU] {
    let description = try Handshake.description(connection, profile)
    var cpus: [OtherCPU] = []
    for id in try readThreads() where id.process == process {
      let text = Hex.bytes(try exchange(.threadDescription(id))) ?? []
      cpus.append(
        OtherCPU(
          id: id, details: String(decoding: text, as: UTF8.self),
          architectureName: description.architecture))
    }
    return cpus
  }
}
