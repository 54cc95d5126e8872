import Testing

@testable import GDBRemote

/// Events and actions, without a transport.
struct SessionStateMachineTests {
  typealias Action = SessionStateMachine.Action
  typealias Step = SessionStateMachine.Step

  private func packet(_ text: String) -> Frame { .packet(Array(text.utf8)) }

  private func machine(
    acknowledges: Bool = false, pipelines: Bool = true
  ) -> SessionStateMachine {
    var machine = SessionStateMachine()
    machine.acknowledges = acknowledges
    machine.pipelines = pipelines
    return machine
  }

  @Test func answersArriveInOrder() throws {
    var machine = machine()
    try machine.submit([.readGeneralRegisters, .readMemory(at: 0, byteCount: 4)])
    #expect(machine.state == .awaiting)
    #expect(machine.received(packet("00")).action == .deliver(Array("00".utf8)))
    #expect(machine.state == .awaiting)
    #expect(machine.received(packet("11")).action == .deliver(Array("11".utf8)))
    #expect(machine.state == .idle)
  }

  @Test func packetsAreAcknowledgedUnlessAgreedOtherwise() throws {
    var machine = machine(acknowledges: true)
    try machine.submit([.readGeneralRegisters])
    #expect(machine.received(.acknowledgement) == Step(action: .none))
    #expect(
      machine.received(packet("00"))
        == Step(acknowledgement: .positive, action: .deliver(Array("00".utf8))))
    machine.acknowledges = false
    try machine.submit([.readGeneralRegisters])
    #expect(machine.received(packet("00")) == Step(action: .deliver(Array("00".utf8))))
  }

  @Test func aResumeRunsUntilAStopReply() throws {
    var machine = machine()
    try machine.submit([.readGeneralRegisters, .continue(at: nil)])
    #expect(machine.isResumed)
    #expect(machine.outstandingReplyCount == 1)
    _ = machine.received(packet("00"))
    #expect(machine.state == .running(.init()))
    #expect(machine.received(packet("O41")).action == .console([0x41]))
    #expect(machine.received(packet("OK")).action == .none)
    #expect(
      machine.received(packet("T05")).action == .stopped(.signal(StopEvent(signal: 5))))
    #expect(machine.state == .idle)
  }

  @Test func nothingIsSentToARunningTarget() throws {
    var machine = machine()
    try machine.submit([.readGeneralRegisters, .continue(at: nil)])
    let early = remoteError { try machine.submit([.readGeneralRegisters]) }
    #expect(early?.code == .targetRunning)
    _ = machine.received(packet("00"))
    let late = remoteError { try machine.submit([.readGeneralRegisters]) }
    #expect(late?.code == .targetRunning)
    #expect(machine.state == .running(.init()))
  }

  @Test func oneInterruptionForEachRun() throws {
    var machine = machine()
    #expect(machine.interrupt() == .none)
    try machine.submit([.continue(at: nil)])
    #expect(machine.interrupt() == .writeInterrupt)
    #expect(machine.interrupt() == .none)
    _ = machine.received(packet("T02"))
    try machine.submit([.continue(at: nil)])
    #expect(machine.interrupt() == .writeInterrupt)
  }

  @Test(arguments: [("", RemoteError.Code.unsupported), ("E01", .stubError(1))])
  func aRefusedResumeLeavesTheTargetStopped(reply: String, code: RemoteError.Code) throws {
    var machine = machine()
    try machine.submit([.continue(at: nil)])
    guard case .resumeFailed(let error) = machine.received(packet(reply)).action else {
      Issue.record("the resume did not fail")
      return
    }
    #expect(error.code == code)
    #expect(machine.state == .idle)
  }

  @Test func anUnaskedStopIsNotAnAnswer() throws {
    var machine = machine()
    #expect(
      machine.received(packet("T02")).action == .stoppedUnasked(.signal(StopEvent(signal: 2))))
    try machine.submit([.supportedFeatures])
    #expect(
      machine.received(packet("T02")).action == .stoppedUnasked(.signal(StopEvent(signal: 2))))
    #expect(machine.received(packet("a+")).action == .deliver(Array("a+".utf8)))
    try machine.submit([.stopReason])
    #expect(machine.received(packet("T02")).action == .deliver(Array("T02".utf8)))
  }

  @Test func outputComesBeforeTheAnswerOfACommand() throws {
    var machine = machine()
    try machine.submit([.monitor("x")])
    #expect(machine.received(packet("O4142")).action == .console([0x41, 0x42]))
    #expect(machine.received(packet("OK")).action == .deliver(Array("OK".utf8)))
  }

  @Test func aRejectedPacketIsSentAgainAndNotForever() throws {
    var machine = machine(acknowledges: true, pipelines: false)
    try machine.submit([.readGeneralRegisters])
    for _ in 0..<3 { #expect(machine.received(.rejection).action == .retransmit) }
    guard case .fail = machine.received(.rejection).action else {
      Issue.record("it goes on")
      return
    }
    #expect(machine.received(packet("00")).action == .none)
  }

  @Test func aDamagedPacketIsAskedForAgainAndNotForever() throws {
    var machine = machine(acknowledges: true, pipelines: false)
    try machine.submit([.readGeneralRegisters])
    for _ in 0..<3 {
      #expect(machine.received(.damaged) == Step(acknowledgement: .negative, action: .none))
    }
    guard case .fail = machine.received(.damaged).action else {
      Issue.record("it goes on")
      return
    }
  }

  @Test func damageWithoutAcknowledgementsLosesTheAnswers() throws {
    var machine = machine()
    try machine.submit([.readGeneralRegisters])
    guard case .requestsFailed(let error) = machine.received(.damaged).action else {
      Issue.record("it goes on")
      return
    }
    #expect(error.code == .protocolViolation)
    #expect(machine.state == .unsynchronised)
  }

  @Test func aLateAnswerIsNoAnswerToTheNextRequest() throws {
    var machine = machine()
    try machine.submit([.readGeneralRegisters])
    machine.deadlinePassed()
    #expect(machine.state == .unsynchronised)
    #expect(machine.received(packet("00")).action == .none)
    #expect(remoteError { try machine.submit([.readGeneralRegisters]) } != nil)
    machine.resynchronised()
    try machine.submit([.readGeneralRegisters])
    #expect(machine.state == .awaiting)
  }

  @Test func aRunningTargetHasNoDeadline() throws {
    var machine = machine()
    try machine.submit([.continue(at: nil)])
    machine.deadlinePassed()
    #expect(machine.state == .running(.init()))
  }

  @Test func afterTheEndEverythingFailsWithItsReason() throws {
    var machine = machine()
    let reason = RemoteError(.connectionClosed, "gone")
    machine.closed(reason)
    machine.closed(RemoteError(.timeout, "later"))
    #expect(remoteError { try machine.submit([.readGeneralRegisters]) } == reason)
    #expect(machine.interrupt() == .none)
  }

  @Test func requestsForFilesAreRefused() throws {
    var machine = machine()
    try machine.submit([.continue(at: nil)])
    #expect(machine.received(packet("Fopen,1,2,3")).action == .send(FileRequest.refusal))
    #expect(machine.state == .running(.init()))
  }

  @Test func notificationsAreNotAcknowledged() throws {
    var machine = machine(acknowledges: true)
    try machine.submit([.readGeneralRegisters])
    #expect(machine.received(.notification(Array("Stop:T05".utf8))) == Step(action: .none))
    #expect(machine.state == .awaiting)
  }

  /// Whatever arrives, the state machine neither traps nor forgets that the target runs.
  @Test func survivesAnyOrderOfEvents() throws {
    var generator = SplitMix64(state: 4)
    let frames: [Frame] = [
      packet("T05"), packet("OK"), packet(""), packet("E01"), packet("O41"), packet("W00"),
      packet("F1"), packet("00"), .acknowledgement, .rejection, .damaged, .notification([]),
    ]
    var stops = 0
    for _ in 0..<500 {
      var machine = machine(acknowledges: Bool.random(using: &generator))
      for _ in 0..<40 {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: try? machine.submit([.readGeneralRegisters, .monitor(""), .continue(at: nil)])
        case 1: try? machine.submit([.readGeneralRegisters])
        case 2: _ = machine.interrupt()
        case 3: machine.deadlinePassed()
        case 4: machine.resynchronised()
        default:
          let wasRunning = machine.isResumed && machine.outstandingReplyCount == 0
          let step = machine.received(frames.randomElement(using: &generator)!)
          if case .stopped = step.action {
            stops += 1
            #expect(wasRunning)
          }
        }
      }
    }
    #expect(stops > 50)
  }
}
