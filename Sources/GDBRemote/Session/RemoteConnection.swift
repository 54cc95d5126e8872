/// Which way bytes went.
public enum LogDirection: Equatable, Sendable {
  /// From this client to the stub.
  case sent
  /// From the stub to this client.
  case received
}

/// Executes what the state machine says, on a transport.
final class RemoteConnection {
  let transport: any Transport
  let timeout: Duration
  private let log: ((LogDirection, [UInt8]) -> Void)?
  /// Whether to give up waiting for the answer; nil if it always is.
  private let isCancelled: (() -> Bool)?

  var machine = SessionStateMachine()
  private var decoder = PacketDecoder()
  private var lastWrite: [UInt8] = []
  /// Where the last packet of `lastWrite` begins.
  private var lastPacketStart = 0
  private var input: [UInt8] = []

  /// Output of the target and of the stub that nobody took yet.
  var console = ConsoleBuffer()

  /// A stop that answered no resume, such as the `T02` that QEMU sends at a connection.
  var unaskedStop: StopReply?

  /// Stops of threads that non-stop mode notified and nobody took yet.
  var notifiedStops: [StopReply] = []

  /// Whether `vStopped` has to bring the stops after a notification.
  var hasMoreStops = false

  /// The answer to `qSupported`, by which the connection is brought in step after a timeout.
  var synchronisationReply: [UInt8] = [] {
    didSet { machine.canResynchronise = !synchronisationReply.isEmpty }
  }

  /// How many requests may be under way, so that neither side ever waits with a full socket.
  static let windowCount = 32
  static let windowByteCount = 1 << 15
  /// How often a transport is read by somebody who does not wait.
  static let readLimit = 16
  /// How many notified stops are kept, whatever a stub sends.
  static let notifiedStopLimit = 4096
  /// How long an answer is waited for before it is asked whether anybody still wants it.
  static let waitSlice = Duration.milliseconds(50)

  /// How many requests for the answer of `synchronisationReply` were written and not answered yet, also in
  /// attempts that were given up: each answer still comes.
  private var unansweredSynchronisations = 0
  /// How many times something has arrived.
  private var arrivalCount = 0

  init(
    transport: any Transport, timeout: Duration, log: ((LogDirection, [UInt8]) -> Void)?,
    isCancelled: (() -> Bool)? = nil
  ) {
    self.transport = transport
    self.timeout = timeout
    self.log = log
    self.isCancelled = isCancelled
  }

  /// The end of a call that takes several exchanges.
  private var limit: ContinuousClock.Instant?

  /// When an answer to what is written now is late.
  var deadline: ContinuousClock.Instant {
    let deadline = transport.now + timeout
    return limit.map { min($0, deadline) } ?? deadline
  }

  /// Carries out a call of several exchanges, which together may take so many times the time of one:
  /// a stub that answers in parts, each of them just in time, does not hold a client for ever.
  func within<R>(
    times: Int, _ body: () throws(RemoteError) -> R
  ) throws(RemoteError) -> R {
    let outer = limit
    defer { limit = outer }
    let end = transport.now + timeout * times
    limit = outer.map { min($0, end) } ?? end
    return try body()
  }

  /// How many bytes of the stub are kept.
  var bufferedByteCount: Int { decoder.bufferedByteCount }

  // MARK: Requests

  /// Sends `commands` and returns their answers, in order. A resume, if there is one, is the last
  /// and has no answer here. `replyByteCounts` says how much each may bring.
  func exchange(
    _ commands: [Command], replyByteCount: (Int) -> Int = { _ in 64 }
  ) throws(RemoteError) -> [[UInt8]] {
    var replies: [[UInt8]] = []
    replies.reserveCapacity(commands.count)
    var index = 0
    while index < commands.count {
      var end = index + 1
      if machine.pipelines {
        var byteCount = replyByteCount(index) + commands[index].payload.count
        while end < commands.count, end - index < Self.windowCount {
          byteCount += replyByteCount(end) + commands[end].payload.count
          if byteCount > Self.windowByteCount { break }
          end += 1
        }
      }
      try exchangeWindow(commands[index..<end], &replies)
      index = end
      // Nothing is under way between two windows.
      if index < commands.count, isCancelled?() == true { throw cancellation }
    }
    return replies
  }

  /// Sends one command and returns its answer.
  func exchange(_ command: Command) throws(RemoteError) -> [UInt8] {
    var replies: [[UInt8]] = []
    try exchangeWindow([command], &replies)
    return replies.first ?? []
  }

  private func exchangeWindow(
    _ commands: ArraySlice<Command>, _ replies: inout [[UInt8]]
  ) throws(RemoteError) {
    if let limit, transport.now >= limit {
      throw RemoteError(.timeout, "\(transport.peerDescription) takes too long over its answers")
    }
    try takeLeftovers(deadline)
    if machine.state == .unsynchronised { try resynchronise() }
    // Whatever that took.
    let deadline = deadline
    try machine.submit(commands)
    lastWrite.removeAll(keepingCapacity: true)
    for command in commands {
      lastPacketStart = lastWrite.count
      PacketEncoder.append(command.payload, to: &lastWrite)
    }
    try write(lastWrite, deadline)
    while machine.state == .awaiting {
      guard let action = try nextAnswer(deadline) else {
        machine.deadlinePassed()
        throw RemoteError(.timeout, "\(transport.peerDescription) did not answer in time")
      }
      switch action {
      case .deliver(let payload): replies.append(payload)
      case .requestsFailed(let error): throw error
      default:
        // Stops of other threads, without an end, are not an answer.
        guard transport.now < deadline else {
          machine.deadlinePassed()
          throw RemoteError(.timeout, "\(transport.peerDescription) did not answer in time")
        }
      }
    }
    if case .closed(let error) = machine.state { throw error }
    if commands.count > 1, !machine.isResumed { try requireNothingMore() }
  }

  /// What the next packet asks for while an answer is awaited. Whoever gives the wait up gives the answers up
  /// too, which may still come.
  private func nextAnswer(
    _ deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> SessionStateMachine.Action? {
    do throws(RemoteError) {
      return try nextAction(deadline)
    } catch {
      if error.code == .cancelled { machine.deadlinePassed() }
      throw error
    }
  }

  private var cancellation: RemoteError {
    RemoteError(.cancelled, "\(transport.peerDescription) has not answered yet")
  }

  /// Sends one 0x03, if the target runs and has not had one.
  func interrupt() throws(RemoteError) {
    if machine.interrupt() == .writeInterrupt { try write([0x03], deadline) }
  }

  // MARK: Events

  /// What the next packet, or the next failure, asks for. Nil means that the deadline passed.
  ///
  /// Acknowledgements, output and retransmissions are dealt with here.
  func nextAction(
    _ deadline: ContinuousClock.Instant, waiting: Bool = true
  ) throws(RemoteError) -> SessionStateMachine.Action? {
    // A stub that never stops talking does not get more time for it, and who does not wait gets what a
    // few reads bring.
    var isLate = false
    var reads = 0
    while true {
      while let frame = nextFrame() {
        let action = try execute(machine.received(frame), deadline)
        switch action {
        case .none, .console, .stoppedUnasked, .send, .retransmit, .writeInterrupt: continue
        case .deliver, .stopped, .resumeFailed, .requestsFailed, .notified: return action
        case .fail(let error): throw error
        }
      }
      if case .closed(let error) = machine.state { throw error }
      guard !isLate, try fill(deadline, waiting: waiting) else { return nil }
      reads += 1
      isLate = waiting ? transport.now >= deadline : reads >= Self.readLimit
    }
  }

  /// Gives the decoder what the transport has. False means that there is nothing, or nothing before
  /// the deadline.
  private func fill(
    _ deadline: ContinuousClock.Instant, waiting: Bool = true
  ) throws(RemoteError) -> Bool {
    input.removeAll(keepingCapacity: true)
    let outcome = try read(deadline, waiting: waiting)
    switch outcome {
    case .bytes:
      arrivalCount &+= 1
      log?(.received, input)
      decoder.append(input)
      return true
    case .closed:
      let error = RemoteError(
        .connectionClosed, "\(transport.peerDescription) closed the connection")
      close(error)
      throw error
    case .nothing: return false
    }
  }

  /// Reads in slices. What comes within the first is never given up: then Ctrl-C disturbs no exchange with a
  /// stub that answers, and those that put something back in particular.
  private func read(
    _ deadline: ContinuousClock.Instant, waiting: Bool
  ) throws(RemoteError) -> ReadOutcome {
    while true {
      let end = isCancelled == nil ? deadline : min(deadline, transport.now + Self.waitSlice)
      let outcome = try guarding { () throws(RemoteError) in
        waiting
          ? try transport.read(into: &input, deadline: end)
          : try transport.readAvailable(into: &input)
      }
      guard waiting, outcome == .nothing, end < deadline else { return outcome }
      if isCancelled?() == true { throw cancellation }
    }
  }

  /// Takes what lies there before a request is written: what came before a request is not an answer to
  /// it, but a repetition, an answer that was late, output, or a stop that nobody asked for.
  private func takeLeftovers(_ deadline: ContinuousClock.Instant) throws(RemoteError) {
    guard machine.state == .idle || machine.state == .unsynchronised else { return }
    // Where the stub acknowledges the `+` tells what is an answer, and looking costs a system call.
    if machine.stubAcknowledges, machine.state == .idle { return try takeBuffered(deadline) }
    while let action = try nextAction(deadline, waiting: false) {
      guard transport.now < deadline else {
        throw RemoteError(.timeout, "\(transport.peerDescription) sends without being asked")
      }
      if case .requestsFailed(let error) = action { throw error }
    }
  }

  /// With several requests under way an answer too many means that the answers were given to the
  /// wrong ones.
  private func requireNothingMore() throws(RemoteError) {
    let before = machine.ignoredPacketCount
    try takeBuffered(deadline)
    guard machine.ignoredPacketCount == before else {
      throw RemoteError(
        .protocolViolation, "\(transport.peerDescription) gave more answers than it was asked for")
    }
  }

  /// Takes what was read already, while nothing is awaited.
  private func takeBuffered(_ deadline: ContinuousClock.Instant) throws(RemoteError) {
    while let frame = nextFrame() {
      if case .fail(let error) = try execute(machine.received(frame), deadline) { throw error }
    }
  }

  private func execute(
    _ step: SessionStateMachine.Step, _ deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> SessionStateMachine.Action {
    if let acknowledgement = step.acknowledgement {
      try write([acknowledgement.rawValue], deadline)
    }
    switch step.action {
    case .console(let bytes): console.append(bytes)
    case .stoppedUnasked(let reply): unaskedStop = reply
    case .notified(let reply):
      hasMoreStops = true
      keep(reply)
    case .send(let command):
      lastWrite = PacketEncoder.frame(command.payload)
      lastPacketStart = 0
      try write(lastWrite, deadline)
    case .writeInterrupt: try write([0x03], deadline)
    case .retransmit: try write(Array(lastWrite[lastPacketStart...]), deadline)
    case .fail(let error): close(error)
    case .none, .deliver, .stopped, .resumeFailed, .requestsFailed: break
    }
    return step.action
  }

  /// Keeps a stop of non-stop mode until somebody takes it.
  func keep(_ reply: StopReply) {
    if notifiedStops.count < Self.notifiedStopLimit { notifiedStops.append(reply) }
  }

  /// Brings question and answer in step again after an answer was lost: asks what was asked at the
  /// beginning, and drops everything before the answer that came then. Twice, for what may come right
  /// after the first.
  ///
  /// A stub that says nothing at all may be stopped, and answer later: the connection stays, and the next
  /// request tries again. One that says something else is lost.
  private func resynchronise() throws(RemoteError) {
    guard !synchronisationReply.isEmpty else {
      let error = RemoteError(.timeout, "the connection is out of step since an answer was lost")
      close(error)
      throw error
    }
    let deadline = deadline
    let arrivals = arrivalCount
    for _ in 0..<2 {
      try write(PacketEncoder.frame(Command.supportedFeatures.payload), deadline)
      unansweredSynchronisations += 1
      guard try discardInput(deadline) else {
        let error = RemoteError(.timeout, "\(transport.peerDescription) no longer answers")
        if arrivalCount != arrivals { close(error) }
        throw error
      }
    }
    machine.resynchronised()
  }

  /// Drops what comes until all requests to synchronise are answered. False means that they were not before the
  /// deadline.
  private func discardInput(_ deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    repeat {
      while let frame = nextFrame() {
        _ = try execute(machine.received(frame), deadline)
        if unansweredSynchronisations == 0 { return true }
      }
    } while transport.now < deadline ? try fill(deadline) : false
    return false
  }

  /// The next frame that has arrived.
  private func nextFrame() -> Frame? {
    let frame = decoder.next()
    if unansweredSynchronisations > 0, frame == .packet(synchronisationReply) {
      unansweredSynchronisations -= 1
    }
    return frame
  }

  // MARK: Bytes

  private func write(_ bytes: [UInt8], _ deadline: ContinuousClock.Instant) throws(RemoteError) {
    log?(.sent, bytes)
    do throws(RemoteError) {
      try transport.write(bytes, deadline: deadline)
    } catch {
      if error.code == .connectionClosed { takeLastWords() }
      close(error)
      throw error
    }
  }

  /// Takes what a stub said before it closed the connection: that its target has ended, most likely.
  private func takeLastWords() {
    input.removeAll(keepingCapacity: true)
    guard case .bytes? = try? transport.readAvailable(into: &input) else { return }
    log?(.received, input)
    decoder.append(input)
    while let frame = nextFrame() {
      // The stub is gone: it needs no acknowledgement.
      switch machine.received(frame).action {
      case .stoppedUnasked(let reply): unaskedStop = reply
      case .console(let bytes): console.append(bytes)
      default: break
      }
    }
  }

  /// Ends the session when the transport fails.
  private func guarding<R>(_ body: () throws(RemoteError) -> R) throws(RemoteError) -> R {
    do throws(RemoteError) {
      return try body()
    } catch {
      close(error)
      throw error
    }
  }

  /// Closes the transport; everything after it throws `error`.
  func close(_ error: RemoteError) {
    machine.closed(error)
    transport.close()
  }
}
