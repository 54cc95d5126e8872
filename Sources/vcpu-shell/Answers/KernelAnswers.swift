internal import VCpuDebug

/// The log of a Linux kernel in memory.
struct KernelLogAnswer: Answer {
  static let kind = "kernelLog"
  /// The prefix of the kernel's addresses, without the colon; empty for a target without guests.
  let space: String
  /// The oldest first.
  let records: [KernelLogLine]
  /// How many records in between could not be read.
  let lostCount: Int

  /// A record of a kernel's log.
  struct KernelLogLine: Codable, Equatable, Sendable {
    /// Its number, from 0 at the kernel's start.
    let sequence: Hex
    /// When it was written, in nanoseconds of the kernel's clock.
    let nanoseconds: Hex
    /// Who wrote it: 0 is the kernel. (syslog(3).)
    let facility: Int
    /// How important it is: 0 is an emergency, 7 for debugging. (syslog(3).)
    let level: Int
    /// What it says, which may be several lines.
    let text: String
    /// Whether it is complete: otherwise more may be added to its line.
    let isComplete: Bool
  }

  init(
    of session: HypervisorSession, in space: AddressSpace, limit: Int?, check: () throws -> Void
  ) throws {
    let log = try session.kernelLog(in: space, limit: limit, check: check)
    self.space = session.hasHypervisor ? space.prefix : ""
    records = log.records.map { record in
      KernelLogLine(
        sequence: Hex(record.sequence), nanoseconds: Hex(record.nanoseconds),
        facility: record.facility, level: record.level,
        text: record.text.split(separator: 10, omittingEmptySubsequences: false)
          .map { VisibleText.text($0) }.joined(separator: "\n"),
        isComplete: record.isFinal)
    }
    lostCount = log.lostCount
  }
}

/// The task that a Linux kernel runs on the selected CPU.
struct KernelTaskAnswer: Answer {
  static let kind = "kernelTask"
  /// The prefix of the kernel's addresses, without the colon; empty for a target without guests.
  let space: String
  /// Where its `task_struct` is.
  let address: Hex
  /// Its name: `comm`.
  let name: String
  /// The thread's number, which the kernel calls `pid`.
  let thread: Int
  /// The process's number, which the kernel calls `tgid`.
  let process: Int
  /// Whether it is a thread of the kernel, without a program.
  let isKernelThread: Bool
  /// Where its kernel stack begins.
  let stack: Hex

  init(
    of session: HypervisorSession, in space: AddressSpace, check: () throws -> Void
  ) throws {
    let task = try session.kernelTask(in: space, check: check)
    self.space = session.hasHypervisor ? space.prefix : ""
    address = Hex(task.address)
    name = VisibleText.text(task.name)
    thread = task.thread
    process = task.process
    isKernelThread = task.isKernelThread
    stack = Hex(task.stack)
  }
}
