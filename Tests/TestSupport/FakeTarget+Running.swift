import GDBRemote
import VCpuDebug

/// Resuming, and the end of the target.
extension FakeTarget {
  /// What happens after a resume.
  package enum Event {
    /// The target stops with a signal, after `change`.
    case stop(
      signal: UInt8 = 5, thread: ThreadID = ThreadID(process: 1, thread: 1),
      change: (FakeTarget) -> Void = { _ in })
    /// A CPU stops at an access to watched memory.
    case access(
      StopEvent.WatchKind, at: UInt64, thread: ThreadID = ThreadID(process: 1, thread: 1),
      change: (FakeTarget) -> Void = { _ in })
    /// A thread ends, and the stub reports it.
    case threadEnded
    /// It runs until it is interrupted, then stops with signal 2 after `change`.
    case untilInterrupt(change: (FakeTarget) -> Void = { _ in })
    /// The machine ends.
    case ended(status: UInt64)
    /// The machine is killed.
    case terminated(signal: UInt64)
    /// The connection breaks.
    case lost
  }

  @discardableResult
  package func resume(
    _ action: ResumeAction, after requests: [Request]
  ) throws(RemoteError) -> [Response] {
    try requireStopped()
    precondition(!isPhysical, "resumed in the physical mode")
    let name =
      switch action {
      case .continue(at: nil): "c"
      case .continue(at: let address?): "c \(Self.hexadecimal(address))"
      case .step: "s"
      case .threads(let actions): (["vCont"] + actions.map(Self.text)).joined(separator: ";")
      case .reverseContinue: "bc"
      case .reverseStep: "bs"
      }
    trace.append((requests.map(Self.text) + [name]).joined(separator: " | "))
    let responses = try answers(to: requests)
    try carryOut(isResume: true) {
      isInterrupted = false
      state = .running
      begin(action)
    }
    return responses
  }

  package func poll() throws(RemoteError) -> StopReply? {
    guard state == .running else { return nil }
    if let thread = steppingThread, executesInstructions || script.isEmpty {
      return try pollStep(of: thread)
    }
    if packetLimit == 0, !answersLastPacket { throw die() }
    guard let event = script.first else {
      throw RemoteError(.timeout, "the fake target has nothing more to do")
    }
    switch event {
    case .stop(let signal, let thread, let change):
      current = thread
      change(self)
      state = .stopped(Self.reply(signal, thread))
      selectedThread = thread
    case .access(let kind, let address, let thread, let change):
      current = thread
      change(self)
      let reason = StopEvent.Reason.watchpoint(kind, address: address)
      state = .stopped(.signal(StopEvent(signal: 5, thread: thread, reason: reason)))
      selectedThread = thread
    case .threadEnded:
      state = .stopped(.threadExited(status: 0, thread: ThreadID(process: 1, thread: 2)))
    case .untilInterrupt(let change):
      guard isInterrupted else { return nil }
      current = cpus[0].thread
      change(self)
      state = .stopped(Self.reply(2, current))
    case .ended(let status): state = .ended(.exited(status: status, process: 1))
    case .terminated(let signal): state = .ended(.terminated(signal: signal, process: 1))
    case .lost: state = .disconnected
    }
    script.removeFirst()
    switch state {
    case .stopped(let reply), .ended(let reply): return reply
    case .running: return nil
    case .disconnected: throw RemoteError(.connectionClosed, "the stub closed the connection")
    }
  }

  package func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply {
    if let reply = try poll() { return reply }
    throw RemoteError(.timeout, "the fake target has not stopped")
  }

  /// Records a step that may execute an instruction, and its CPU. Whether it does is decided when the step is
  /// waited for: a test may fill the script until then.
  func begin(_ action: ResumeAction) {
    steppingThread = nil
    guard isMachine else { return }
    switch action {
    case .step(let thread): steppingThread = thread ?? current
    case .threads(let actions):
      steppingThread = actions.first(where: \.isStep).map { $0.thread ?? current }
    default: break
    }
  }

  /// Which of the following steps don't execute anything, counted from 0: QEMU 7.2 has such steps.
  package func makeIdle(steps: Set<Int>) {
    idleSteps = steps
    stepCount = 0
  }

  func isIdleStep() -> Bool {
    defer { stepCount += 1 }
    return idleSteps.contains(stepCount)
  }

  /// A step ends immediately, except that a halted CPU's never ends.
  func pollStep(of thread: ThreadID) throws(RemoteError) -> StopReply? {
    let isHalted =
      cpus.first { $0.thread == thread }?.description.contains("[halted ]") == true
    if isHalted, !isInterrupted { return nil }
    if !isHalted, !isIdleStep() { execute(thread) }
    if packetLimit == 0, !answersLastPacket { throw die() }
    steppingThread = nil
    current = thread
    selectedThread = thread
    let reply = Self.reply(isHalted ? 2 : 5, thread)
    state = .stopped(reply)
    return reply
  }

  static func reply(_ signal: UInt8, _ thread: ThreadID) -> StopReply {
    .signal(StopEvent(signal: signal, thread: thread))
  }

  /// An action as `vCont` writes it.
  static func text(of action: ThreadAction) -> String {
    let verb =
      switch action.kind {
      case .continue: "c"
      case .continueWithSignal(let signal): "C\(String(signal, radix: 16))"
      case .step: "s"
      case .stepWithSignal(let signal): "S\(String(signal, radix: 16))"
      case .stepRange(let range): "r\(hexadecimal(range.lowerBound))"
      case .stop: "t"
      }
    return verb + (action.thread.map { ":\($0)" } ?? "")
  }

  package func takesInterruptsInSteps() throws(RemoteError) -> Bool {
    try change("qqemu.sstep")
    return takesInterrupts
  }

  package func setTakesInterruptsInSteps(_ takes: Bool) throws(RemoteError) {
    try change("Qqemu.sstep=\(takes ? 1 : 7)")
    takesInterrupts = takes
  }

  package func interrupt() throws(RemoteError) {
    trace.append("^C")
    isInterrupted = true
  }

  package func insertBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int
  ) throws(RemoteError) {
    try change("Z\(kind.rawValue) \(Self.hexadecimal(address))")
    guard !refusedBreakpoints.contains(address) else {
      throw RemoteError(.stubError(0x22), "the stub answered E22")
    }
  }

  package func removeBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int
  ) throws(RemoteError) {
    try change("z\(kind.rawValue) \(Self.hexadecimal(address))")
  }

  func change(_ text: String) throws(RemoteError) {
    try requireStopped()
    trace.append(text)
    try carryOut {}
    if let index = failures.firstIndex(where: { $0.request == text }) {
      throw failures.remove(at: index).error
    }
  }

  package func monitor(_ command: String) throws(RemoteError) -> String {
    trace.append("monitor \(command)")
    try carryOut {}
    return monitorAnswer
  }

  package func detach() throws(RemoteError) {
    trace.append("D")
    state = .disconnected
  }

  package func kill() throws(RemoteError) {
    trace.append("k")
    state = .disconnected
  }

  package func disconnect() {
    trace.append("disconnect")
    state = .disconnected
  }
}

extension ThreadAction {
  fileprivate var isStep: Bool {
    switch kind {
    case .step, .stepWithSignal, .stepRange: true
    case .continue, .continueWithSignal, .stop: false
    }
  }
}
