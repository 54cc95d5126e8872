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

  private(set) var machine = SessionStateMachine()
  private var decoder = PacketDecoder()
  private var lastWrite: [UInt8] = []
  private var input: [UInt8] = []

  /// Output of the target and of the stub that nobody took yet.
  var console: [UInt8] = []

  /// A stop that answered no resume, such as the `T02` that QEMU sends at a connection.
  var unaskedStop: StopReply?

  /// The answer to `qSupported`, by which the connection is brought in step after a timeout.
  var synchronisationReply: [UInt8] = []

  /// How many requests may be under way, so that neither side ever waits with a full socket.
  static let windowCount = 32
  static let windowByteCount = 1 << 15

  init(
    transport: any Transport, timeout: Duration, log: ((LogDirection, [UInt8]) -> Void)?
  ) {
    self.transport = transport
    self.timeout = timeout
    self.log = log
  }

  /// The time, as the transport has it.
  var now: ContinuousClock.Instant { transport.now }

  var deadline: ContinuousClock.Instant { now + timeout }

  /// How many bytes of the stub are kept.
  var bufferedByteCount: Int { decoder.bufferedByteCount }

  func setAcknowledges(_ value: Bool) { machine.acknowledges = value }
  func setPipelines(_ value: Bool) { machine.pipelines = value }

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
      try exchangeWindow(Array(commands[index..<end]), &replies)
      index = end
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
    _ commands: [Command], _ replies: inout [[UInt8]]
  ) throws(RemoteError) {
    if machine.state == .unsynchronised { try resynchronise() }
    try machine.submit(commands)
    lastWrite.removeAll(keepingCapacity: true)
    for command in commands { PacketEncoder.append(command.payload, to: &lastWrite) }
    let deadline = deadline
    try write(lastWrite, deadline)
    while machine.state == .awaiting {
      guard let action = try nextAction(deadline) else {
        machine.deadlinePassed()
        throw RemoteError(.timeout, "\(transport.peerDescription) did not answer in time")
      }
      if case .deliver(let payload) = action { replies.append(payload) }
    }
    if case .closed(let error) = machine.state { throw error }
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
    // A stub that never stops talking does not get more time for it.
    var isLate = false
    while true {
      while let frame = decoder.next() {
        let action = try execute(machine.received(frame), deadline)
        switch action {
        case .none, .console, .stoppedUnasked, .send, .retransmit, .writeInterrupt: continue
        case .deliver, .stopped, .resumeFailed: return action
        case .fail(let error): throw error
        }
      }
      if case .closed(let error) = machine.state { throw error }
      guard !isLate, try fill(deadline, waiting: waiting) else { return nil }
      isLate = now >= deadline
    }
  }

  /// Gives the decoder what the transport has. False means that there is nothing, or nothing before
  /// the deadline.
  private func fill(
    _ deadline: ContinuousClock.Instant, waiting: Bool = true
  ) throws(RemoteError) -> Bool {
    while true {
      input.removeAll(keepingCapacity: true)
      switch try guarding({ () throws(RemoteError) in try transport.readAvailable(into: &input) }) {
      case .bytes:
        log?(.received, input)
        decoder.append(input)
        return true
      case .closed:
        let error = RemoteError(
          .connectionClosed, "\(transport.peerDescription) closed the connection")
        close(error)
        throw error
      case .nothing:
        guard waiting,
          try guarding({ () throws(RemoteError) in
            try transport.waitUntilReadable(deadline: deadline)
          })
        else { return false }
      }
    }
  }

  private func execute(
    _ step: SessionStateMachine.Step, _ deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> SessionStateMachine.Action {
    if let acknowledgement = step.acknowledgement {
      try write([acknowledgement.rawValue], deadline)
    }
    switch step.action {
    case .console(let bytes): console += bytes
    case .stoppedUnasked(let reply): unaskedStop = reply
    case .send(let command):
      lastWrite = PacketEncoder.frame(command.payload)
      try write(lastWrite, deadline)
    case .writeInterrupt: try write([0x03], deadline)
    case .retransmit: try write(lastWrite, deadline)
    case .fail(let error): close(error)
    case .none, .deliver, .stopped, .resumeFailed: break
    }
    return step.action
  }

  /// Brings question and answer in step again after an answer did not come in time: asks what was
  /// asked at the beginning, and drops everything before the answer that came then.
  private func resynchronise() throws(RemoteError) {
    guard !synchronisationReply.isEmpty else {
      let error = RemoteError(.timeout, "the connection is out of step since an answer was late")
      close(error)
      throw error
    }
    let deadline = deadline
    try write(PacketEncoder.frame(Command.supportedFeatures.payload), deadline)
    repeat {
      while let frame = decoder.next() {
        _ = try execute(machine.received(frame), deadline)
        if frame == .packet(synchronisationReply) {
          machine.resynchronised()
          return
        }
      }
    } while now < deadline ? try fill(deadline) : false
    let error = RemoteError(.timeout, "\(transport.peerDescription) no longer answers")
    close(error)
    throw error
  }

  // MARK: Bytes

  private func write(_ bytes: [UInt8], _ deadline: ContinuousClock.Instant) throws(RemoteError) {
    log?(.sent, bytes)
    try guarding { () throws(RemoteError) in try transport.write(bytes, deadline: deadline) }
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
