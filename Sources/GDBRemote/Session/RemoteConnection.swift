/// Executes the state machine's actions on a transport.
final class RemoteConnection {
  let transport: any Transport
  let timeout: Duration
  let log: ((LogDirection, [UInt8]) -> Void)?
  /// Whether to give up waiting for the answer; nil to always wait.
  private let isCancelled: (() -> Bool)?

  var machine = SessionStateMachine()
  var decoder = PacketDecoder()
  private var lastWrite: [UInt8] = []
  /// The index in `lastWrite` where its last packet begins.
  private var lastPacketStart = 0
  var input: [UInt8] = []

  /// Output of the target and the stub that hasn't been fetched yet.
  var console = ConsoleBuffer()

  /// A stop that didn't answer a resume, such as the `T02` that QEMU sends when a client connects.
  var unaskedStop: StopReply?

  /// Stops of threads that were notified in non-stop mode and haven't been fetched yet.
  var notifiedStops: [StopReply] = []

  /// Whether more stops have to be fetched with `vStopped` after a notification.
  var hasMoreStops = false

  /// The answer to `qSupported`, which resynchronises the connection after a timeout.
  var synchronisationReply: [UInt8] = [] {
    didSet { machine.canResynchronise = !synchronisationReply.isEmpty }
  }

  /// How many requests may be under way, so that neither side ever waits with a full socket.
  static let windowCount = 32
  static let windowByteCount = 1 << 15
  /// How often the transport is read by a caller that doesn't wait.
  static let readLimit = 16
  /// How many notified stops are kept at most.
  static let notifiedStopLimit = 4096
  /// How long to wait for an answer before checking whether the request was cancelled.
  static let waitSlice = Duration.milliseconds(50)

  /// How many requests for `synchronisationReply` were written and not answered yet, including those of
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

  /// The deadline of a call that takes several exchanges.
  private var limit: ContinuousClock.Instant?

  /// When an answer to what is written now is too late.
  var deadline: ContinuousClock.Instant {
    let deadline = transport.now + timeout
    return limit.map { min($0, deadline) } ?? deadline
  }

  /// Carries out a call of several exchanges, which together may take a fixed multiple of the time
  /// of one: a stub that answers in parts, each just in time, doesn't hold the client forever.
  func within<R>(
    times: Int, _ body: () throws(RemoteError) -> R
  ) throws(RemoteError) -> R {
    let outer = limit
    defer { limit = outer }
    let end = transport.now + timeout * times
    limit = outer.map { min($0, end) } ?? end
    return try body()
  }

  /// How many bytes from the stub are buffered.
  var bufferedByteCount: Int { decoder.bufferedByteCount }

  // MARK: Requests

  /// Sends `commands` and returns their answers, in order. A resume must be the last, and has no
  /// answer here. `replyByteCounts` gives the most bytes that each answer may have.
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
      throw RemoteError(.timeout, "\(transport.peerDescription) takes too long to answer")
    }
    try takeLeftovers(deadline)
    if machine.state == .unsynchronised { try resynchronise() }
    // The deadline counts from now, however long that took.
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
        // An endless series of stops of other threads is not an answer.
        guard transport.now < deadline else {
          machine.deadlinePassed()
          throw RemoteError(.timeout, "\(transport.peerDescription) did not answer in time")
        }
      }
    }
    if case .closed(let error) = machine.state { throw error }
    if commands.count > 1, !machine.isResumed { try requireNothingMore() }
  }

  /// The action for the next packet while an answer is awaited. A caller that gives up waiting also gives up
  /// the answers, which might still come.
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

  /// Sends one 0x03, if the target runs and none was sent yet.
  func interrupt() throws(RemoteError) {
    guard machine.interrupt() == .writeInterrupt else { return }
    // A stub that has closed the connection may have reported its target's end before: that is read next.
    guard let error = writeError([0x03], deadline), error.code != .connectionClosed else { return }
    close(error)
    throw error
  }

  // MARK: Events

  /// The action for the next packet or failure, or nil if the deadline passed.
  ///
  /// Acknowledgements, output and retransmissions are dealt with here.
  func nextAction(
    _ deadline: ContinuousClock.Instant, waiting: Bool = true
  ) throws(RemoteError) -> SessionStateMachine.Action? {
    // A stub that never stops sending doesn't get more time, and a caller that doesn't wait gets what
    // a few reads bring.
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

  /// Passes what the transport has to the decoder. False means that nothing has arrived, or nothing
  /// before the deadline.
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

  /// Reads in slices. An answer that comes within the first slice is never given up, so that Ctrl-C doesn't
  /// disturb exchanges with a stub that answers, in particular those that restore something.
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

  /// Takes what has arrived before a request is written. It can't be an answer to the request, but is
  /// a repetition, a late answer, output, or a stop that wasn't asked for.
  private func takeLeftovers(_ deadline: ContinuousClock.Instant) throws(RemoteError) {
    guard machine.state == .idle || machine.state == .unsynchronised else { return }
    // If the stub acknowledges, the `+` marks the answers, and reading here would cost a system
    // call.
    if machine.stubAcknowledges, machine.state == .idle { return try takeBuffered(deadline) }
    while let action = try nextAction(deadline, waiting: false) {
      guard transport.now < deadline else {
        throw RemoteError(
          .timeout, "\(transport.peerDescription) keeps sending packets that were not asked for")
      }
      if case .requestsFailed(let error) = action { throw error }
    }
  }

  /// With several requests under way, one answer too many means that the answers were matched to
  /// the wrong requests.
  private func requireNothingMore() throws(RemoteError) {
    let before = machine.ignoredPacketCount
    try takeBuffered(deadline)
    guard machine.ignoredPacketCount == before else {
      throw RemoteError(
        .protocolViolation,
        "\(transport.peerDescription) sent more answers than there were requests")
    }
  }

  /// Takes what has already been read, while no answer is awaited.
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

  /// Keeps a stop of non-stop mode until it is fetched.
  func keep(_ reply: StopReply) {
    if notifiedStops.count < Self.notifiedStopLimit { notifiedStops.append(reply) }
  }

  /// Brings requests and answers back in step after an answer was lost: repeats the first request of
  /// the connection, and drops everything before the answer that it got then. Does so twice, for what
  /// may come right after the first.
  ///
  /// A stub that sends nothing at all may be suspended, and answer later: the connection stays open, and
  /// the next request tries again. If it sends something else, the connection is lost.
  private func resynchronise() throws(RemoteError) {
    guard !synchronisationReply.isEmpty else {
      let error = RemoteError(
        .timeout, "the connection has been out of step since an answer was lost")
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

  /// Drops what arrives until all synchronisation requests are answered. False means that the deadline passed
  /// first.
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
  func nextFrame() -> Frame? {
    let frame = decoder.next()
    if unansweredSynchronisations > 0, frame == .packet(synchronisationReply) {
      unansweredSynchronisations -= 1
    }
    return frame
  }
}
