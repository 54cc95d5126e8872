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
  /// Whether its registers are the ones that are shown: that is known of at most one.
  public internal(set) var isSelected: Bool
}

/// The CPUs of a machine or the threads of a program, and which of them is looked at.
public final class SessionThreads {
  private let access: TargetAccess
  private let exits: Exits
  /// The numbers of threads, from 1 in the order in which they were seen first.
  private var numbers: [ThreadID: Int] = [:]
  private var lastNumber = 0
  private var target: any DebugTarget { access.target }

  init(_ access: TargetAccess, _ exits: Exits) {
    self.access = access
    self.exits = exits
  }

  /// The threads, each with its registers. The selected one stays selected.
  public func all() throws -> [SessionThread] {
    let current = try target.currentThread()
    let shown = try access.requireState()
    var threads: [SessionThread] = []
    do {
      for id in try listThreads() {
        threads.append(
          SessionThread(
            number: number(of: id), id: id, description: try description(of: id),
            state: try state(of: id), isSelected: id == current))
      }
    } catch {
      try? target.select(current ?? .any)
      throw error
    }
    guard current == nil else {
      try target.select(current ?? .any)
      return threads
    }
    // Where the stub does not say whose the registers were that are shown, they tell it themselves, unless
    // they are those of several threads.
    let same = threads.indices.filter { threads[$0].state?.registers == shown.registers }
    try target.select(same.count == 1 ? threads[same[0]].id : .any)
    if same.count == 1 { threads[same[0]].isSelected = true }
    return threads
  }

  /// Where a thread is; nil where the stub does not tell its registers. It stays selected.
  private func state(of id: ThreadID) throws(RemoteError) -> CPUState? {
    do throws(RemoteError) {
      try target.select(id)
      let registers = try target.batch([.generalRegisters])[0].generalRegisters()
      return try? CPUState(registers, of: access.architecture)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return nil
    }
  }

  /// How many CPUs the machine has that are not among `threads`, as the stub does not list them.
  public func hiddenCPUCount(besides threads: [SessionThread]) throws -> Int {
    guard target.isMachine else { return 0 }
    return try target.hiddenCPUCount(besides: threads.count)
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
  public func select(_ number: Int) throws {
    try access.requireStopped()
    guard let id = try listThreads().first(where: { self.number(of: $0) == number }) else {
      throw DebugError.noSuchThread(number)
    }
    try target.select(id)
    try exits.examine()
  }

  /// The number of the thread whose registers are shown; nil where the stub names none.
  public var selectedNumber: Int? { target.selectedThread.map { number(of: $0) } }

  /// What a person calls a thread.
  public func number(of id: ThreadID) -> Int {
    // What stands for the whole of a machine has no number of its own.
    if target.isMachine { return id.isOne ? id.thread : 1 }
    if let number = numbers[id] { return number }
    lastNumber += 1
    numbers[id] = lastNumber
    return lastNumber
  }

  /// The threads in the stub's order, numbered.
  private func listThreads() throws -> [ThreadID] {
    let threads = try target.threads()
    for thread in threads { _ = number(of: thread) }
    return threads
  }

  /// Gives threads the numbers that they had in the session that a snapshot was saved in.
  func restore(_ numbers: [ThreadID: Int]) {
    self.numbers = numbers
    lastNumber = numbers.values.max() ?? 0
  }

  /// Numbers the threads that are there at the beginning, the first of which is a program's main one.
  func numberFirst() throws {
    guard !target.isMachine else { return }
    _ = try? listThreads()
  }
}
