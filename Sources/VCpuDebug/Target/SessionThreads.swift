public import GDBRemote

/// A CPU of a machine or a thread of a program, at a stop.
public struct SessionThread: Equatable, Sendable {
  /// The number for the user. A machine's CPUs have the stub's numbers; a program's threads are counted from 1 in
  /// the order in which they were seen.
  public let number: Int
  /// The stub's identifier.
  public let id: ThreadID
  /// The stub's description of it; empty if there is none.
  public let description: String
  /// Its registers; nil if they can't be read.
  public let state: CPUState?
  /// Whether its registers are the ones that are shown: this is true for at most one thread.
  public internal(set) var isSelected: Bool
}

extension OtherCPU {
  /// Its name for the user: `2.5`.
  public var name: String { "\(id.process ?? 1).\(id.thread)" }
}

/// The CPUs of a machine or the threads of a program, and which of them is selected.
public final class SessionThreads {
  private let access: TargetAccess
  private let exits: Exits
  /// The numbers of threads, from 1 in the order in which they were seen first.
  private var numbers: [ThreadID: Int] = [:]
  private var lastNumber = 0
  /// The numbers of a machine's CPUs, by identifiers with a process.
  private var machineNumbers: [ThreadID: Int] = [:]
  /// The CPUs of other clusters; nil until they were asked for. A machine doesn't change in this.
  private var knownOthers: [OtherCPU]?
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
    // If the stub doesn't say which thread's registers are shown, their values identify it, unless several
    // threads have the same.
    let same = threads.indices.filter { threads[$0].state?.registers == shown.registers }
    try target.select(same.count == 1 ? threads[same[0]].id : .any)
    if same.count == 1 { threads[same[0]].isSelected = true }
    return threads
  }

  /// A thread's state, or nil if the stub doesn't give its registers. The thread stays selected.
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

  /// How many CPUs the machine has besides `threads`, as the stub doesn't list them.
  public func hiddenCPUCount(besides threads: [SessionThread]) throws -> Int {
    guard target.isMachine else { return 0 }
    return try target.hiddenCPUCount(besides: threads.count)
  }

  /// The CPUs of other clusters, which the session can't debug.
  ///
  /// - Parameter threads: those of the session.
  public func others(besides threads: [SessionThread]) throws -> [OtherCPU] {
    try others(besides: threads.count)
  }

  private func others(besides count: Int) throws -> [OtherCPU] {
    if let knownOthers { return knownOthers }
    guard target.isMachine, try target.hiddenCPUCount(besides: count) > 0 else { return [] }
    do throws(RemoteError) {
      let others = try target.otherCPUs()
      knownOthers = others
      return others
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return []
    }
  }

  /// The stub's description of a thread. Many stubs have none, and some only for a few threads.
  private func description(of id: ThreadID) throws(RemoteError) -> String {
    do throws(RemoteError) {
      return try target.threadDescription(id)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return ""
    }
  }

  /// Selects the thread whose registers and memory are accessed, until the target runs again.
  ///
  /// - Throws: `DebugError.noSuchThread` for a number that no thread has.
  public func select(_ number: Int) throws {
    try access.requireStopped()
    guard let id = try listThreads().first(where: { self.number(of: $0) == number }) else {
      throw try absence(of: "\(number)")
    }
    try target.select(id)
    try exits.examine()
  }

  /// Why there is no such thread: it may be a CPU of another cluster.
  ///
  /// - Parameter name: its number or, for a CPU of another cluster, also `2.5`.
  public func absence(of name: String) throws -> DebugError {
    let others = try others(besides: target.threads().count)
    if let other = others.first(where: { name == $0.name || name == "\($0.id.thread)" }) {
      return .otherCluster(other.name)
    }
    return .noSuchThread(name)
  }

  /// The number of the thread whose registers are shown; nil if the stub doesn't name one.
  public var selectedNumber: Int? { target.selectedThread.map { number(of: $0) } }

  /// The number of a thread for the user.
  public func number(of id: ThreadID) -> Int {
    // The thread that stands for a whole machine has no number.
    if target.isMachine { return id.isOne ? numberOfCPU(id) : 1 }
    if let number = numbers[id] { return number }
    lastNumber += 1
    numbers[id] = lastNumber
    return lastNumber
  }

  /// QEMU numbers the CPUs of all its processes in one row. If a stub doesn't, the CPU that was seen later gets another
  /// number.
  private func numberOfCPU(_ id: ThreadID) -> Int {
    let key = ThreadID(process: id.process ?? 1, thread: id.thread)
    if let number = machineNumbers[key] { return number }
    let used = machineNumbers.values
    let number = used.contains(id.thread) ? (used.max() ?? 0) + 1 : id.thread
    machineNumbers[key] = number
    return number
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

  /// Numbers the threads that exist at the beginning. The first is a program's main thread.
  func numberFirst() throws {
    guard !target.isMachine else { return }
    _ = try? listThreads()
  }
}
