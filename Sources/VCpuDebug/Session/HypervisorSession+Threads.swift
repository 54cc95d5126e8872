public import GDBRemote

/// A CPU of a machine or a thread of a program, at a stop.
public struct SessionThread: Equatable, Sendable {
  /// What a person calls it. A machine's CPUs have the stub's numbers; a program's threads are counted from 1 in the
  /// order in which they were seen.
  public let number: Int
  /// What the stub calls it.
  public let id: ThreadID
  /// What the stub says of it; empty if it says nothing.
  public let description: String
  /// Where it is; nil where its registers cannot be read.
  public let state: CPUState?
}

extension HypervisorSession {
  /// The threads, each with its registers. The selected one stays selected.
  public func threads() throws -> [SessionThread] {
    let selected = target.selectedThread
    defer { if let selected { try? target.select(selected) } }
    return try listThreads().map { id in
      let description = try description(of: id)
      try target.select(id)
      let registers = try generalRegisters(try target.batch([.generalRegisters])[0])
      return SessionThread(
        number: number(of: id), id: id, description: description,
        state: try? CPUState(registers, of: architecture))
    }
  }

  /// What the stub says of a thread. Many say nothing, and some answer for a few threads alone.
  private func description(of id: ThreadID) throws(RemoteError) -> String {
    do throws(RemoteError) {
      return try target.threadDescription(id)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return ""
    }
  }

  /// Has registers and memory be those of a thread, until the target runs again.
  ///
  /// - Throws: `DebugError.noSuchThread` for a number that no thread has.
  public func selectThread(_ number: Int) throws {
    try requireStopped()
    guard let id = try listThreads().first(where: { self.number(of: $0) == number }) else {
      throw DebugError.noSuchThread(number)
    }
    try target.select(id)
    _ = try examineStop()
  }

  /// The number of the thread whose registers are shown; nil where the stub names none.
  public var selectedThreadNumber: Int? { target.selectedThread.map { number(of: $0) } }

  /// What a person calls a thread.
  func number(of id: ThreadID) -> Int {
    if target.isMachine { return id.thread }
    if let index = knownThreads.firstIndex(of: id) { return index + 1 }
    knownThreads.append(id)
    return knownThreads.count
  }

  /// The threads in the stub's order, numbered.
  private func listThreads() throws -> [ThreadID] {
    let threads = try target.threads()
    for thread in threads { _ = number(of: thread) }
    return threads
  }

  /// Numbers the threads that are there at the beginning, the first of which is a program's main one.
  func numberThreads() throws {
    guard !target.isMachine else { return }
    _ = try? listThreads()
  }
}
