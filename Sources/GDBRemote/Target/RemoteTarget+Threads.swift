extension RemoteTarget {
  /// How many threads are listed at most, whatever a stub says.
  static let threadLimit = 4096

  /// The threads: the CPUs of a machine.
  ///
  /// A stub has one of several ways to list them: an XML document, packets with some each, or the
  /// current thread alone.
  public func threads() throws(RemoteError) -> [ThreadID] {
    if let document = try threadDocument() { return document.map(\.id) }
    return try listedThreads()
  }

  /// The threads with all that the stub says of each: the core, the name, a description.
  ///
  /// That is one document with some stubs, and a question for each thread with others.
  public func threadInformation() throws(RemoteError) -> [ThreadInformation] {
    if let document = try threadDocument() { return document }
    var result: [ThreadInformation] = []
    for thread in try listedThreads() {
      var information = ThreadInformation(id: thread)
      let reply = try exchange(.threadDescription(thread))
      if StandardReply(reply) == .other, let text = Hex.bytes(reply) {
        information.details = String(decoding: text, as: UTF8.self)
      }
      result.append(information)
    }
    return result
  }

  /// The threads of the document that some stubs have, if it is whole.
  private func threadDocument() throws(RemoteError) -> [ThreadInformation]? {
    guard profile.features.has("qXfer:threads:read") else { return nil }
    let document = ThreadDocument(parsing: try readObject("threads"))
    guard document.warnings.isEmpty, !document.threads.isEmpty else { return nil }
    return document.threads
  }

  private func listedThreads() throws(RemoteError) -> [ThreadID] {
    try connection.within(times: Self.longCall) { () throws(RemoteError) in try readThreads() }
  }

  private func readThreads() throws(RemoteError) -> [ThreadID] {
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
      // A stub without threads may say that there are none.
      case .end: return threads.isEmpty ? try onlyThread() : threads
      case nil: throw .unexpected(reply, of: "the list of threads")
      }
      command = .nextThreads
    }
    throw RemoteError(.protocolViolation, "the list of threads has no end")
  }

  /// The thread of a stub that lists none: the current one, else the one that stopped, else one
  /// that stands for the whole target.
  private func onlyThread() throws(RemoteError) -> [ThreadID] {
    let reply = try exchange(.currentThread)
    if let thread = CurrentThread.thread(in: reply) { return [thread] }
    return [stop?.thread ?? ThreadID(thread: 1)]
  }

  /// Whether a thread is there.
  public func isAlive(_ thread: ThreadID) throws(RemoteError) -> Bool {
    let reply = try exchange(.isAlive(thread))
    switch StandardReply(reply) {
    case .ok: return true
    case .error: return false
    case .unsupported, .other: return try threads().contains { $0.isSame(as: thread) }
    }
  }

  /// What the stub says of a thread, such as `CPU#0 [running]`.
  public func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String {
    // QEMU does not answer a question about a thread that is not there.
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

  /// The thread that registers and memory are of: the one that stopped, unless another was selected.
  public var selectedThread: ThreadID? { wantedThread ?? stubThread }

  /// Has registers and memory be those of a thread, until the target runs again.
  public func select(_ thread: ThreadID) throws(RemoteError) {
    try requireStopped()
    if let stubThread, stubThread == thread {
      wantedThread = thread
      return
    }
    // Until the answer is there it may be the one or the other.
    stubThread = nil
    let reply = try exchange(.selectThread(thread))
    try StandardReply.requireOK(reply, of: "the selection of thread \(thread)")
    wantedThread = thread
    stubThread = thread
    // Another CPU has other page tables.
    writeTruth.forgetMemory()
  }

  /// The thread to which the stub has to be turned, if it may be turned to another.
  var threadToSelect: ThreadID? {
    guard let wantedThread, wantedThread != stubThread else { return nil }
    return wantedThread
  }

  /// Takes account of the answer to the selection of a thread.
  func noteSelection(of thread: ThreadID, _ reply: [UInt8]) throws(RemoteError) {
    switch StandardReply(reply) {
    // A stub that does not know `H` has one thread.
    case .ok, .unsupported: stubThread = thread
    case .error, .other:
      try StandardReply.requireOK(reply, of: "the selection of thread \(thread)")
    }
  }
}
