/// The rules of a connection to a stub: what may be sent when, and what an arriving packet means.
///
/// It does no input or output. Events go in through the methods, and each returns the action that
/// the connection has to execute. `received(_:)` is in `SessionStateMachine+Frames.swift`.
struct SessionStateMachine {
  enum State: Equatable {
    /// The target is stopped, or the session is in non-stop mode; nothing is outstanding.
    /// → awaiting, running, closed
    case idle
    /// At least one answer is outstanding.
    /// → idle, running (if the last command was a resume), unsynchronised (if an answer was lost, or
    /// may come twice), closed
    case awaiting
    /// The target runs. Nothing but one 0x03 may be sent. → idle, closed
    case running(Run)
    /// An answer was lost, and may still come. → idle (after a resynchronisation), closed
    case unsynchronised
    /// The connection is unusable. No transitions.
    case closed(RemoteError)
  }

  /// What is known of a target that runs.
  struct Run: Equatable {
    /// Whether it was asked to stop.
    var isInterrupted = false
    /// Whether answers from before the resume were lost: they may still come, and mean nothing.
    var isAfterLostReplies = false
  }

  /// What the connection has to do.
  enum Action: Equatable {
    case none
    /// Hand the payload to whoever waits for the oldest outstanding answer.
    case deliver([UInt8])
    /// The target stopped, as a resume led to expect.
    case stopped(StopReply)
    /// The target stopped, though it was not resumed.
    case stoppedUnasked(StopReply)
    /// A thread stopped in non-stop mode. `vStopped` brings the others.
    case notified(StopReply)
    /// A resume was refused: the target did not run.
    case resumeFailed(RemoteError)
    /// The outstanding answers cannot be told apart any more.
    case requestsFailed(RemoteError)
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

  var state = State.idle

  /// Whether this client acknowledges packets.
  ///
  /// With QEMU it need not, as a new packet takes the place of the acknowledgement; and it must not
  /// once a resume may be under way, as a `+` would stop the machine.
  var acknowledges = true

  /// Whether the stub acknowledges: then what comes without a `+` before it is not an answer, but a
  /// packet that was repeated, or a stop. Learned from its first answer.
  var stubAcknowledges = false

  /// Whether several commands may be outstanding.
  var pipelines = false

  /// Whether stops come as notifications, and requests are answered while threads run.
  var isNonStop = false

  /// How often a packet is sent again, or asked for again.
  let retransmissionLimit: Int

  /// How many packets meant nothing and were dropped.
  var ignoredPacketCount = 0

  /// Whether the client can find its feet again after an answer was lost.
  var canResynchronise = false

  /// Whether a packet was sent again since the last write: a stub that had got it answers twice.
  var hasRetransmitted = false

  var outstanding: [Command.Expectation] = []
  var outstandingIndex = 0
  /// How often the last write was sent again.
  var retransmissions = 0
  /// How many packets arrived damaged one after the other.
  var damages = 0
  /// How many `+` came since the last write.
  var acknowledgementCount = 0

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
  mutating func submit(_ commands: ArraySlice<Command>) throws(RemoteError) {
    switch state {
    case .idle: break
    case .awaiting where outstanding.last == .stop, .running:
      throw RemoteError(.targetRunning, "the target is running")
    case .awaiting, .unsynchronised:
      throw RemoteError(.protocolViolation, "an earlier request is still unanswered")
    case .closed(let error): throw error
    }
    // This stub takes one request at a time; and a resume is the last command of a write.
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

  /// The client wants a running target to stop. A second byte would be thrown away by some stubs
  /// and taken for another interruption by others, so there is only one.
  mutating func interrupt() -> Action {
    guard case .running(var run) = state, !run.isInterrupted else { return .none }
    run.isInterrupted = true
    state = .running(run)
    return .writeInterrupt
  }

  /// The answers did not come in time.
  mutating func deadlinePassed() {
    if state == .awaiting { loseReplies() }
  }

  /// The client found the answer after which nothing old can come any more.
  mutating func resynchronised() {
    if state == .unsynchronised { state = .idle }
  }

  /// The transport ended, or the client ends it.
  mutating func closed(_ error: RemoteError) {
    if case .closed = state { return }
    state = .closed(error)
  }

  // MARK: Transitions

  /// Enters the state that the next outstanding answer asks for.
  mutating func advance() {
    if outstandingIndex == outstanding.count {
      state = hasRetransmitted && canResynchronise ? .unsynchronised : .idle
    } else if outstanding[outstandingIndex] == .stop {
      state = .running(Run())
    } else {
      state = .awaiting
    }
  }

  /// Gives the outstanding answers up. If a resume was written after their requests the target runs
  /// all the same, and nothing may be sent to find out.
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
