extension RemoteTarget {
  /// The most threads that are listed, whatever a stub sends.
  static let threadLimit = 4096

  /// The threads: the CPUs of a machine.
  ///
  /// A stub has one of several ways to list them: an XML document, packets with some threads each,
  /// or only the current thread.
  public func threads() throws(RemoteError) -> [ThreadID] {
    if let document = try threadDocument() { return document.map(\.id) }
    return try listedThreads()
  }

  /// The threads with everything that the stub says about each: the core, the name, a description.
  ///
  /// This takes one document with some stubs, and one request per thread with others.
  public func threadInformation() throws(RemoteError) -> [ThreadInformation] {
    if let document = try threadDocument() { return document }
    var result: [ThreadInformation] = []
    for thread in try listedThreads() {
      var information = ThreadInformation(id: thread)
      guard thread.isOne else {
        result.append(information)
        continue
      }
      let reply = try exchange(.threadDescription(thread))
      if StandardReply(reply) == .other, let text = Hex.bytes(reply) {
        information.details = String(decoding: text, as: UTF8.self)
      }
      result.append(information)
    }
    return result
  }

  /// The threads in the document that some stubs have, if it is complete.
  private func threadDocument() throws(RemoteError) -> [ThreadInformation]? {
    guard profile.features.has("qXfer:threads:read") else { return nil }
    let document = ThreadDocument(parsing: try readObject("threads"))
    guard document.warnings.isEmpty, !document.threads.isEmpty else { return nil }
    return document.threads
  }

  private func listedThreads() throws(RemoteError) -> [ThreadID] {
    try connection.within(times: Self.longCall) { () throws(RemoteError) in try readThreads() }
  }

  func readThreads() throws(RemoteError) -> [ThreadID] {
    var threads: [ThreadID] = []
    var command = Command.firstThreads
    while threads.count < Self.threadLimit {
      let reply = try exchange(command)
      switch StandardReply(reply) {
      case .unsupported where threads.isEmpty: return try onlyThread()
      case .unsupported, .error, .ok, .other:
        if let error = StandardReply(reply).error(of: "the list of threads") { throw error }
      }
      switch ThreadList(parsing: reply) {
      case .more(let more): threads += more
      // A stub without threads may send an empty list.
      case .end: return threads.isEmpty ? try onlyThread() : threads
      case nil: throw .unexpected(reply, of: "the list of threads")
      }
      command = .nextThreads
    }
    throw RemoteError(.protocolViolation, "the list of threads has no end")
  }

  /// The thread of a stub that lists none: the current one, or else the one that stopped, or else
  /// `ThreadID.any`, which means the whole target.
  private func onlyThread() throws(RemoteError) -> [ThreadID] {
    let reply = try exchange(.currentThread)
    if let thread = CurrentThread.thread(in: reply) { return [thread] }
    return [stop?.thread ?? .any]
  }

  /// The thread whose registers and memory are accessed. If the stop didn't give it, the stub is
  /// asked, or the only thread is taken; nil if there are several and the stub doesn't say.
  ///
  /// `ThreadID.any` means the target of a stub that has no threads.
  public func currentThread() throws(RemoteError) -> ThreadID? {
    if let selectedThread { return selectedThread }
    try requireStopped()
    if let thread = CurrentThread.thread(in: try exchange(.currentThread)) {
      // The stub has it selected already: no other was chosen since the stop.
      wantedThread = thread
      stubThread = thread
      return thread
    }
    let all = try threads()
    return all.count == 1 ? all[0] : nil
  }

  /// How many CPUs a machine has besides the `count` that the stub lists. QEMU lists those of the
  /// attached processes, which are CPU clusters; its monitor knows all.
  public func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int {
    guard let command = profile.traits.cpuListCommand else { return 0 }
    let list: String
    do throws(RemoteError) {
      list = try monitor(command)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return 0
    }
    let all = list.split(whereSeparator: \.isNewline).count { $0.contains("CPU #") }
    return max(0, all - count)
  }

  /// Whether a thread exists.
  public func isAlive(_ thread: ThreadID) throws(RemoteError) -> Bool {
    guard thread.isOne else { return true }
    let reply = try exchange(.isAlive(thread))
    switch StandardReply(reply) {
    case .ok: return true
    case .error: return false
    case .unsupported, .other: return try threads().contains { $0.isSame(as: thread) }
    }
  }

  /// The stub's description of a thread, such as `CPU#0 [running]`.
  public func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String {
    guard thread.isOne else { return "" }
    // QEMU doesn't answer a request about a thread that doesn't exist.
    if profile.traits.ignoresUnknownThreads, try !isAlive(thread) {
      throw RemoteError(.noSuchThread, "the target has no thread \(thread)")
    }
    let reply = try exchange(.threadDescription(thread))
    if let error = StandardReply(reply).error(of: "the description of a thread") { throw error }
    guard let text = Hex.bytes(reply) else {
      throw .unexpected(reply, of: "the description of a thread")
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The thread whose registers and memory are accessed: the one that stopped, unless another was
  /// selected.
  public var selectedThread: ThreadID? { wantedThread ?? stubThread }

  /// Selects the thread whose registers and memory are accessed, until the target runs again. With
  /// `ThreadID.any` the stub picks one.
  public func select(_ thread: ThreadID) throws(RemoteError) {
    try requireStopped()
    guard thread.isOne else {
      wantedThread = nil
      return
    }
    if let stubThread, stubThread == thread {
      wantedThread = thread
      return
    }
    // Until the answer arrives, it may be either.
    stubThread = nil
    try noteSelection(of: thread, try exchange(.selectThread(thread)))
    wantedThread = thread
    // Another CPU may have other page tables.
    writeTruth.forgetMemory()
  }

  /// The thread to select before the next request, if the stub may have another one selected.
  var threadToSelect: ThreadID? {
    guard let wantedThread, wantedThread != stubThread else { return nil }
    return wantedThread
  }

  /// Handles the answer to the selection of a thread.
  ///
  /// A stub may refuse although the right thread is selected: the thread that stopped is selected until
  /// another one is. GDB ignores the answer.
  func noteSelection(of thread: ThreadID, _ reply: [UInt8]) throws(RemoteError) {
    switch StandardReply(reply) {
    // A stub that doesn't know `H` has one thread.
    case .ok, .unsupported: stubThread = thread
    case .error, .other:
      guard case .error = StandardReply(reply), stop?.thread == thread, try !isGone(thread) else {
        return try StandardReply.requireOK(reply, of: "the selection of thread \(thread)")
      }
      stubThread = thread
    }
  }

  /// Whether the stub says that a thread has ended, although another one is selected.
  private func isGone(_ thread: ThreadID) throws(RemoteError) -> Bool {
    if let current = CurrentThread.thread(in: try exchange(.currentThread)) {
      return !current.isSame(as: thread)
    }
    if case .error = StandardReply(try exchange(.isAlive(thread))) { return true }
    return false
  }

  /// Chooses the thread that `c` and `s` resume: all threads for `.all`.
  ///
  /// GDB ignores the answer, and valgrind's is an error for anything but a thread number. An error counts
  /// only if a different thread than the intended one would run.
  func chooseResumed(_ thread: ThreadID) throws(RemoteError) {
    let reply = try exchange(.selectResumedThread(thread))
    guard case .error = StandardReply(reply), thread.thread > 0, let stopped = stop?.thread,
      !thread.isSame(as: stopped)
    else { return }
    try StandardReply.requireOK(reply, of: "the selection of the thread to run")
  }
}
