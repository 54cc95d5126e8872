/// The rules of a connection to a stub: what may be sent when, and what an arriving packet means.
///
/// It does no input or output. Events go in through the methods, and each returns the action that
/// the connection has to execute.
struct SessionStateMachine {
  enum State: Equatable {
    /// The target is stopped, nothing is outstanding. → awaiting, running, closed
    case idle
    /// At least one answer is outstanding. → idle, running (if the last command was a resume),
    /// unsynchronised, closed
    case awaiting
    /// The target runs. Nothing but one 0x03 may be sent. → idle, closed
    case running(isInterrupted: Bool)
    /// An answer did not come, and may still come. → idle (after a resynchronisation), closed
    case unsynchronised
    /// The connection is unusable. No transitions.
    case closed(RemoteError)
  }

  /// What the connection has to do.
  enum Action: Equatable {
    case none
    /// Hand the payload to whoever waits for the oldest outstanding answer.
    case deliver([UInt8])
    /// The target stopped, as a resume led to expect.
    case stopped(StopReply)
    /// The target stopped, though nobody resumed it.
    case stoppedUnasked(StopReply)
    /// A resume was refused: the target did not run.
    case resumeFailed(RemoteError)
    /// Collect output.
    case console([UInt8])
    /// Write this command, which is part of the running of the target.
    case send(Command)
    /// Write one byte of interruption.
    case writeInterrupt
    /// Write the last packet again.
    case retransmit
    /// Close the transport.
    case fail(RemoteError)
  }

  /// An action, and the acknowledgement to write first.
  struct Step: Equatable {
    enum Acknowledgement: UInt8, Equatable {
      case positive = 0x2b
      case negative = 0x2d
    }
    var acknowledgement: Acknowledgement?
    var action: Action
  }

  private(set) var state = State.idle

  /// Whether packets are acknowledged.
  ///
  /// With QEMU they need not be, as a new packet takes the place of the acknowledgement; and they
  /// must not be once a resume may be under way, as a `+` would stop the machine.
  var acknowledges = true

  /// Whether several commands may be outstanding.
  var pipelines = false

  /// How often a packet is sent again, or asked for again.
  let retransmissionLimit: Int

  private var outstanding: [Command.Expectation] = []
  private var outstandingIndex = 0
  private var retransmissions = 0

  init(retransmissionLimit: Int = 3) {
    self.retransmissionLimit = retransmissionLimit
  }

  /// How many answers are awaited, not counting that of a resume.
  var outstandingReplyCount: Int {
    outstanding[outstandingIndex...].count { $0 != .stop }
  }

  /// Whether nothing may be written but an interruption: a resume was written and not answered.
  var isResumed: Bool {
    if case .running = state { return true }
    return state == .awaiting && outstanding.last == .stop
  }

  // MARK: Events of the client

  /// The client wants to write `commands` together.
  mutating func submit(_ commands: [Command]) throws(RemoteError) {
    switch state {
    case .idle: break
    case .awaiting where outstanding.last == .stop, .running:
      throw RemoteError(.targetRunning, "the target is running")
    case .awaiting, .unsynchronised:
      throw RemoteError(.protocolViolation, "an earlier request is still unanswered")
    case .closed(let error): throw error
    }
    precondition(pipelines || commands.count <= 1, "this stub takes one request at a time")
    precondition(
      commands.dropLast().allSatisfy { $0.expectation != .stop && $0.expectation != .nothing },
      "a resume is the last command of a write")
    outstanding.removeAll(keepingCapacity: true)
    outstandingIndex = 0
    retransmissions = 0
    for command in commands where command.expectation != .nothing {
      outstanding.append(command.expectation)
    }
    advance()
  }

  /// The client wants a running target to stop. A second byte would be thrown away by some stubs
  /// and taken for another interruption by others, so there is only one.
  mutating func interrupt() -> Action {
    switch state {
    case .running(isInterrupted: false):
      state = .running(isInterrupted: true)
      return .writeInterrupt
    case .idle, .awaiting, .running, .unsynchronised, .closed:
      return .none
    }
  }

  /// The answers did not come in time.
  mutating func deadlinePassed() {
    switch state {
    case .awaiting: state = .unsynchronised
    case .idle, .running, .unsynchronised, .closed: break
    }
  }

  /// The client found the answer behind which nothing old can come any more.
  mutating func resynchronised() {
    if state == .unsynchronised { state = .idle }
  }

  /// The transport ended, or the client ends it.
  mutating func closed(_ error: RemoteError) {
    if case .closed = state { return }
    state = .closed(error)
  }

  // MARK: Events of the stub

  /// A frame arrived.
  mutating func received(_ frame: Frame) -> Step {
    if case .closed = state { return Step(action: .none) }
    switch frame {
    case .acknowledgement:
      return Step(action: .none)
    case .rejection:
      return Step(action: rejected())
    case .damaged:
      return damaged()
    case .notification:
      // Only non-stop mode has them, and this client does not ask for it.
      return Step(action: .none)
    case .packet(let payload):
      let action = received(payload)
      return Step(acknowledgement: acknowledges ? .positive : nil, action: action)
    }
  }

  private mutating func received(_ payload: [UInt8]) -> Action {
    switch state {
    case .closed: return .none
    case .idle, .unsynchronised: return unasked(payload)
    case .running: return whileRunning(payload)
    case .awaiting:
      switch outstanding[outstandingIndex] {
      case .reply:
        if isStop(payload) { return unasked(payload) }
      case .console:
        if let output = ConsoleOutput.bytes(payload) { return .console(output) }
        if isStop(payload) { return unasked(payload) }
      case .status, .stop, .nothing: break
      }
      outstandingIndex += 1
      advance()
      return .deliver(payload)
    }
  }

  /// A packet that answers nothing: a machine that somebody else stopped or ended.
  private func unasked(_ payload: [UInt8]) -> Action {
    if let reply = StopReply(parsing: payload) { return .stoppedUnasked(reply) }
    if let output = ConsoleOutput.bytes(payload) { return .console(output) }
    return .none
  }

  private mutating func whileRunning(_ payload: [UInt8]) -> Action {
    if let reply = StopReply(parsing: payload) {
      state = .idle
      return .stopped(reply)
    }
    if let output = ConsoleOutput.bytes(payload) { return .console(output) }
    if FileRequest.isRequest(payload) { return .send(FileRequest.refusal) }
    switch StandardReply(payload) {
    case .ok: return .none
    case .unsupported, .error:
      state = .idle
      return .resumeFailed(
        StandardReply(payload).error(of: "the request to run")
          ?? .unexpected(payload, of: "the request to run"))
    case .other: return .none
    }
  }

  /// Whether a packet that arrives in the place of an answer is a stop reply. No answer to a
  /// request but `?` begins with one of these letters and two digits.
  private func isStop(_ payload: [UInt8]) -> Bool {
    switch payload.first {
    case UInt8(ascii: "T"), UInt8(ascii: "S"), UInt8(ascii: "W"), UInt8(ascii: "X"):
      StopReply(parsing: payload) != nil
    default: false
    }
  }

  private mutating func rejected() -> Action {
    // With several packets under way nobody knows which one was damaged.
    guard acknowledges, state == .awaiting || isResumed else { return .none }
    retransmissions += 1
    guard retransmissions <= retransmissionLimit else {
      return fail("the stub keeps rejecting a packet")
    }
    return .retransmit
  }

  private mutating func damaged() -> Step {
    if case .idle = state { return Step(action: .none) }
    guard acknowledges else {
      return Step(action: fail("a packet of the stub arrived damaged"))
    }
    retransmissions += 1
    guard retransmissions <= retransmissionLimit else {
      return Step(action: fail("the packets of the stub keep arriving damaged"))
    }
    return Step(acknowledgement: .negative, action: .none)
  }

  private mutating func fail(_ message: String) -> Action {
    let error = RemoteError(.protocolViolation, message)
    state = .closed(error)
    return .fail(error)
  }

  /// Enters the state that the next outstanding answer asks for.
  private mutating func advance() {
    if outstandingIndex == outstanding.count {
      state = .idle
    } else if outstanding[outstandingIndex] == .stop {
      state = .running(isInterrupted: false)
    } else {
      state = .awaiting
    }
  }
}
