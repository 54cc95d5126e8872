/// The rules of a connection to a stub: what may be sent when, and what an arriving packet means.
///
/// It does no input or output. Events go in through the methods, and each returns the action that
/// the connection has to execute. `received(_:)` is in `SessionStateMachine+Frames.swift`.
struct SessionStateMachine {
  enum State: Equatable {
    /// The target is stopped, or the session is in non-stop mode; nothing is outstanding.
    /// → awaiting, running, closed
    case idle
    /// At least one answer is outstanding. → idle, running (if the last command was a resume),
    /// unsynchronised (if an answer was lost, or might come twice), closed
    case awaiting
    /// The target runs. Nothing may be sent except a single 0x03. → idle, closed
    case running(Run)
    /// An answer was lost, but might still come. → idle (after a resynchronisation), closed
    case unsynchronised
    /// The connection is unusable. No transitions.
    case closed(RemoteError)
  }

  /// The state of a running target.
  struct Run: Equatable {
    /// Whether the target was asked to stop.
    var isInterrupted = false
    /// Whether answers from before the resume were lost. They might still come, and are then
    /// ignored.
    var isAfterLostReplies = false
  }

  /// What the connection must do next.
  enum Action: Equatable {
    case none
    /// Deliver the payload as the oldest outstanding answer.
    case deliver([UInt8])
    /// The target stopped after a resume.
    case stopped(StopReply)
    /// The target stopped without having been resumed.
    case stoppedUnasked(StopReply)
    /// A thread stopped in non-stop mode. `vStopped` fetches the others.
    case notified(StopReply)
    /// A resume was refused: the target did not run.
    case resumeFailed(RemoteError)
    /// The outstanding answers can no longer be told apart.
    case requestsFailed(RemoteError)
    /// Collect console output.
    case console([UInt8])
    /// Write this command, which is sent while the target runs.
    case send(Command)
    /// Write the interrupt byte.
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

  var state = State.idle

  /// Whether this client acknowledges packets.
  ///
  /// With QEMU it doesn't have to: the next packet serves as the acknowledgement. And it must not
  /// once a resume may be under way, as a `+` would stop the machine.
  var acknowledges = true

  /// Whether the stub acknowledges: then a packet without a `+` before it isn't an answer, but a
  /// repeated packet or a stop. Learned from its first answer.
  var stubAcknowledges = false

  /// Whether several commands may be outstanding.
  var pipelines = false

  /// Whether stops come as notifications, and requests are answered while threads run.
  var isNonStop = false

  /// How often a packet is sent again, or requested again.
  let retransmissionLimit: Int

  /// How many meaningless packets were dropped.
  var ignoredPacketCount = 0

  /// Whether the client can resynchronise after an answer was lost.
  var canResynchronise = false

  /// Whether a packet was sent again since the last write: a stub that had already received it
  /// answers twice.
  var hasRetransmitted = false

  var outstanding: [Command.Expectation] = []
  var outstandingIndex = 0
  /// How often the last write was sent again.
  var retransmissions = 0
  /// How many packets in a row arrived damaged.
  var damages = 0
  /// How many `+` arrived since the last write.
  var acknowledgementCount = 0

  init(retransmissionLimit: Int = 3) {
    self.retransmissionLimit = retransmissionLimit
  }

  /// How many answers are awaited, not counting a resume's.
  var outstandingReplyCount: Int {
    outstanding[outstandingIndex...].count { $0 != .stop }
  }

  /// Whether only an interrupt may be written: a resume was written and not answered yet.
  var isResumed: Bool {
    if case .running = state { return true }
    return state == .awaiting && outstanding.last == .stop
  }

  // MARK: Events of the client

  /// The client wants to write `commands` in one go.
  mutating func submit(_ commands: ArraySlice<Command>) throws(RemoteError) {
    switch state {
    case .idle: break
    case .awaiting where outstanding.last == .stop, .running:
      throw RemoteError(.targetRunning, "the target is running")
    case .awaiting, .unsynchronised:
      throw RemoteError(.protocolViolation, "an earlier request is still unanswered")
    case .closed(let error): throw error
    }
    // This stub takes one request at a time, and a resume must be the last command of a write.
    precondition(pipelines || commands.count <= 1)
    precondition(
      commands.dropLast().allSatisfy { $0.expectation != .stop && $0.expectation != .nothing })
    outstanding.removeAll(keepingCapacity: true)
    outstandingIndex = 0
    retransmissions = 0
    damages = 0
    acknowledgementCount = 0
    hasRetransmitted = false
    for command in commands where command.expectation != .nothing {
      outstanding.append(command.expectation)
    }
    advance()
  }

  /// The client wants a running target to stop. Only one byte is sent: some stubs drop a second
  /// one, and others take it for another interrupt.
  mutating func interrupt() -> Action {
    guard case .running(var run) = state, !run.isInterrupted else { return .none }
    run.isInterrupted = true
    state = .running(run)
    return .writeInterrupt
  }

  /// The answers did not arrive in time.
  mutating func deadlinePassed() {
    if state == .awaiting { loseReplies() }
  }

  /// The client found the answer after which no old answer can arrive.
  mutating func resynchronised() {
    if state == .unsynchronised { state = .idle }
  }

  /// The transport ended, or the client ends it.
  mutating func closed(_ error: RemoteError) {
    if case .closed = state { return }
    state = .closed(error)
  }

  // MARK: Transitions

  /// Enters the state that fits the next outstanding answer.
  mutating func advance() {
    if outstandingIndex == outstanding.count {
      state = hasRetransmitted && canResynchronise ? .unsynchronised : .idle
    } else if outstanding[outstandingIndex] == .stop {
      state = .running(Run())
    } else {
      state = .awaiting
    }
  }

  /// Gives up the outstanding answers. If a resume was written after their requests, the target
  /// runs all the same, and nothing may be sent to find out.
  mutating func loseReplies() {
    state =
      outstanding.last == .stop ? .running(Run(isAfterLostReplies: true)) : .unsynchronised
    outstandingIndex = outstanding.count
  }

  mutating func fail(_ message: String) -> Action {
    let error = RemoteError(.protocolViolation, message)
    state = .closed(error)
    return .fail(error)
  }
}
