// The events of the stub: what a frame means in each state.

extension SessionStateMachine {
  /// A frame arrived.
  mutating func received(_ frame: Frame) -> Step {
    if case .closed = state { return Step(action: .none) }
    switch frame {
    case .acknowledgement:
      acknowledgementCount += 1
      return Step(action: .none)
    case .rejection:
      return Step(action: rejected())
    case .damaged:
      return damaged()
    case .notification(let payload):
      return Step(action: notified(payload))
    case .packet(let payload):
      let action = received(payload)
      return Step(acknowledgement: acknowledges ? .positive : nil, action: action)
    }
  }

  private mutating func received(_ payload: [UInt8]) -> Action {
    damages = 0
    switch state {
    case .idle, .unsynchronised, .closed: return unasked(payload)
    case .running(let run): return whileRunning(payload, run)
    case .awaiting:
      switch outstanding[outstandingIndex] {
      case .reply, .console:
        // OK is the only answer that begins with this letter.
        if let output = ConsoleOutput.bytes(payload) { return .console(output) }
        if !isNonStop, isStop(payload) { return unasked(payload) }
      case .status:
        if let output = ConsoleOutput.bytes(payload) { return .console(output) }
        if isRepetition { return unasked(payload) }
      case .binary, .stop, .nothing: break
      }
      if isRepetition { return ignored() }
      outstandingIndex += 1
      advance()
      return .deliver(payload)
    }
  }

  /// Whether a packet arrived without the `+` for the request that it would answer.
  private var isRepetition: Bool {
    if case .running(let run) = state, run.isAfterLostReplies { return false }
    return stubAcknowledges && acknowledgementCount <= outstandingIndex
  }

  private mutating func ignored() -> Action {
    ignoredPacketCount &+= 1
    return .none
  }

  /// A packet that doesn't answer a request: something else stopped or ended the machine.
  private mutating func unasked(_ payload: [UInt8]) -> Action {
    if let reply = StopReply(parsing: payload) { return .stoppedUnasked(reply) }
    if let output = ConsoleOutput.bytes(payload) { return .console(output) }
    return ignored()
  }

  private mutating func whileRunning(_ payload: [UInt8], _ run: Run) -> Action {
    if let output = ConsoleOutput.bytes(payload) { return .console(output) }
    if let reply = StopReply(parsing: payload) {
      // The previous stop, repeated.
      if isRepetition { return ignored() }
      state = .idle
      return .stopped(reply)
    }
    if FileRequest.isRequest(payload) { return .send(FileRequest.refusal) }
    guard !run.isAfterLostReplies, !isRepetition,
      let error = StandardReply(payload).error(of: "the request to run")
    else { return ignored() }
    state = .idle
    return .resumeFailed(error)
  }

  /// Whether a packet that arrives in place of an answer is a stop reply. Only an answer to `?`
  /// begins with one of these letters and two digits.
  private func isStop(_ payload: [UInt8]) -> Bool {
    switch payload.first {
    case UInt8(ascii: "T"), UInt8(ascii: "S"), UInt8(ascii: "W"), UInt8(ascii: "X"):
      StopReply(parsing: payload) != nil
    default: false
    }
  }

  /// A stop in non-stop mode. All-stop mode has none, and other notifications are ignored.
  private mutating func notified(_ payload: [UInt8]) -> Action {
    guard isNonStop, let reply = StopNotification.reply(in: payload) else { return ignored() }
    return .notified(reply)
  }

  /// The stub received a damaged packet and ignored it.
  private mutating func rejected() -> Action {
    switch state {
    case .idle, .unsynchronised, .closed: return .none
    case .running(let run) where run.isAfterLostReplies: return .none
    case .awaiting, .running: break
    }
    guard acknowledges || stubAcknowledges else { return .none }
    let accepted = stubAcknowledges ? acknowledgementCount : outstandingIndex
    if accepted >= outstanding.count { return .none }
    guard accepted == outstanding.count - 1 else {
      // Later requests of the same write were carried out.
      loseReplies()
      return .requestsFailed(
        RemoteError(.protocolViolation, "the stub rejected one of several requests"))
    }
    retransmissions += 1
    guard retransmissions <= retransmissionLimit else {
      return fail("the stub keeps rejecting a packet")
    }
    hasRetransmitted = true
    return .retransmit
  }

  private mutating func damaged() -> Step {
    switch state {
    case .idle, .unsynchronised, .closed: return Step(action: .none)
    case .awaiting:
      // Only the stub's last packet can be requested again: with several requests under way, or
      // with output before the answer, that is a different one. In no-ack mode nothing can be
      // requested again.
      let isLast =
        outstanding.count - outstandingIndex == 1 && outstanding[outstandingIndex] != .console
      guard acknowledges || stubAcknowledges && isLast else {
        loseReplies()
        return Step(
          action: .requestsFailed(
            RemoteError(.protocolViolation, "an answer from the stub arrived damaged")))
      }
    case .running:
      // Most likely the stop: a stub that is asked for it again and has none to repeat stops as
      // well. Without acknowledgements it is lost, and the target's state is unknown.
      guard acknowledges || stubAcknowledges else {
        return Step(action: fail("a packet from the running target arrived damaged"))
      }
    }
    damages += 1
    guard damages <= retransmissionLimit else {
      return Step(action: fail("the stub's packets keep arriving damaged"))
    }
    return Step(acknowledgement: .negative, action: .none)
  }
}
