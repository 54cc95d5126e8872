import GoldenText
import Foundation
import Testing

@testable import GDBRemote

/// The effect of every event in every state, in each acknowledgement mode: the whole state machine as a table, which
/// `Golden/transitions.txt` holds. Below each state is a line for each state that follows and the action, with the
/// events that lead there. `RECORD_GOLDEN=1` writes the table again; review the difference.
struct TransitionTests {
  private struct Mode {
    let name: String
    var acknowledges = false
    var stubAcknowledges = false
    var isNonStop = false
    var canResynchronise = true
  }

  private static let modes = [
    Mode(name: "both sides acknowledge", acknowledges: true, stubAcknowledges: true),
    Mode(name: "only the stub acknowledges", stubAcknowledges: true),
    Mode(name: "nobody acknowledges"),
    Mode(name: "nobody acknowledges, non-stop", isNonStop: true),
    Mode(
      name: "both sides acknowledge, without a way to resynchronise", acknowledges: true,
      stubAcknowledges: true, canResynchronise: false),
  ]

  /// The states, each with the way to it.
  private static let states:
    [(name: String, enter: @Sendable (inout SessionStateMachine) -> Void)] = [
      ("idle", { _ in }),
      ("awaiting the only answer", { try? $0.submit([.readGeneralRegisters]) }),
      (
        "awaiting the only answer, acknowledged",
        {
          try? $0.submit([.readGeneralRegisters])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting the first of two, acknowledged",
        {
          try? $0.submit([.readGeneralRegisters, .readRegister(1)])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting the second of two, acknowledged",
        {
          try? $0.submit([.readGeneralRegisters, .readRegister(1)])
          _ = $0.received(.acknowledgement)
          _ = $0.received(packet("00"))
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting an answer before a run",
        {
          try? $0.submit([.readGeneralRegisters, .continue(at: nil)])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting a status",
        {
          try? $0.submit([.stopReason])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting the end of output",
        {
          try? $0.submit([.monitor("help")])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting data",
        {
          try? $0.submit([.readBinaryMemory(at: 0, byteCount: 64)])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting after a retransmission",
        {
          try? $0.submit([.readGeneralRegisters])
          _ = $0.received(.rejection)
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "awaiting after the last retransmission",
        {
          try? $0.submit([.readGeneralRegisters])
          for _ in 0..<3 { _ = $0.received(.rejection) }
          if $0.acknowledges { for _ in 0..<3 { _ = $0.received(.damaged) } }
        }
      ),
      ("running", { try? $0.submit([.continue(at: nil)]) }),
      (
        "running, acknowledged",
        {
          try? $0.submit([.continue(at: nil)])
          _ = $0.received(.acknowledgement)
        }
      ),
      (
        "running, interrupted",
        {
          try? $0.submit([.continue(at: nil)])
          _ = $0.received(.acknowledgement)
          _ = $0.interrupt()
        }
      ),
      (
        "running after lost answers",
        {
          try? $0.submit([.readGeneralRegisters, .continue(at: nil)])
          $0.deadlinePassed()
        }
      ),
      (
        "running after the last damage",
        {
          try? $0.submit([.continue(at: nil)])
          _ = $0.received(.acknowledgement)
          for _ in 0..<3 { _ = $0.received(.damaged) }
        }
      ),
      (
        "unsynchronised",
        {
          try? $0.submit([.readGeneralRegisters])
          $0.deadlinePassed()
        }
      ),
      ("closed", { $0.closed(RemoteError(.connectionClosed, "gone")) }),
    ]

  private typealias Event = (name: String, apply: @Sendable (inout SessionStateMachine) -> String)

  private static let events: [Event] = [
    ("submit a request", { submit([.readGeneralRegisters], &$0) }),
    ("submit two requests", { submit([.readGeneralRegisters, .readRegister(1)], &$0) }),
    ("submit a run", { submit([.continue(at: nil)], &$0) }),
    ("submit what has no answer", { submit([.kill], &$0) }),
    ("interrupt", { text($0.interrupt()) }),
    (
      "deadline passed",
      {
        $0.deadlinePassed(); return ""
      }
    ),
    (
      "resynchronised",
      {
        $0.resynchronised(); return ""
      }
    ),
    (
      "closed",
      {
        $0.closed(RemoteError(.connectionClosed, "left")); return ""
      }
    ),
    ("+", { text($0.received(.acknowledgement)) }),
    ("-", { text($0.received(.rejection)) }),
    ("damaged packet", { text($0.received(.damaged)) }),
    ("%Stop:T05", { text($0.received(.notification(Array("Stop:T05".utf8)))) }),
    ("%Other", { text($0.received(.notification(Array("Other".utf8)))) }),
    ("$OK", { text($0.received(packet("OK"))) }),
    ("$ (nothing)", { text($0.received(packet(""))) }),
    ("$E01", { text($0.received(packet("E01"))) }),
    ("$00", { text($0.received(packet("00"))) }),
    ("$T05", { text($0.received(packet("T05"))) }),
    ("$S05", { text($0.received(packet("S05"))) }),
    ("$W00", { text($0.received(packet("W00"))) }),
    ("$X09", { text($0.received(packet("X09"))) }),
    ("$N", { text($0.received(packet("N"))) }),
    ("$w00;1", { text($0.received(packet("w00;1"))) }),
    ("$O41", { text($0.received(packet("O41"))) }),
    ("$Fwrite,1,2,3", { text($0.received(packet("Fwrite,1,2,3"))) }),
  ]

  @Test func everyEventInEveryState() throws {
    var lines: [String] = []
    for mode in Self.modes {
      lines += ["", "# \(mode.name)"]
      for (state, enter) in Self.states {
        lines.append("\(state)")
        var results: [(text: String, events: [String])] = []
        for (event, apply) in Self.events {
          var machine = SessionStateMachine()
          machine.pipelines = true
          machine.acknowledges = mode.acknowledges
          machine.stubAcknowledges = mode.stubAcknowledges
          machine.isNonStop = mode.isNonStop
          machine.canResynchronise = mode.canResynchronise
          enter(&machine)
          let before = machine.state
          let action = apply(&machine)
          try #require(Self.isAllowed(from: before, to: machine.state), "\(state), \(event)")
          let name = Self.text(machine.state)
          let text = action.isEmpty ? name : "\(name): \(action)"
          if let index = results.firstIndex(where: { $0.text == text }) {
            results[index].events.append(event)
          } else {
            results.append((text, [event]))
          }
        }
        for result in results {
          lines.append("  → \(result.text)    [\(result.events.joined(separator: " | "))]")
        }
      }
    }
    try GoldenText.expect(lines.dropFirst().joined(separator: "\n") + "\n", "transitions")
  }

  /// The transitions that are written on the states.
  private static func isAllowed(
    from old: SessionStateMachine.State, to new: SessionStateMachine.State
  ) -> Bool {
    if old == new { return true }
    switch (old, new) {
    case (.idle, .awaiting), (.idle, .running), (.idle, .closed),
      (.awaiting, .idle), (.awaiting, .running), (.awaiting, .unsynchronised),
      (.awaiting, .closed),
      (.running, .running), (.running, .idle), (.running, .closed),
      (.unsynchronised, .idle), (.unsynchronised, .closed):
      return true
    default: return false
    }
  }

  // MARK: Text

  private static func packet(_ text: String) -> Frame { .packet(Array(text.utf8)) }

  private static func submit(
    _ commands: ArraySlice<Command>, _ machine: inout SessionStateMachine
  ) -> String {
    do throws(RemoteError) {
      try machine.submit(commands)
      return ""
    } catch {
      return "throws \"\(error)\""
    }
  }

  private static func text(_ state: SessionStateMachine.State) -> String {
    switch state {
    case .idle: "idle"
    case .awaiting: "awaiting"
    case .running(let run):
      "running" + (run.isInterrupted ? ", interrupted" : "")
        + (run.isAfterLostReplies ? ", after lost answers" : "")
    case .unsynchronised: "unsynchronised"
    case .closed(let error): "closed (\(error))"
    }
  }

  private static func text(_ step: SessionStateMachine.Step) -> String {
    let action = text(step.action)
    switch step.acknowledgement {
    case .positive?: return action.isEmpty ? "send +" : "send +, \(action)"
    case .negative?: return action.isEmpty ? "send -" : "send -, \(action)"
    case nil: return action
    }
  }

  private static func text(_ action: SessionStateMachine.Action) -> String {
    switch action {
    case .none: ""
    case .deliver(let payload): "deliver \"\(String(decoding: payload, as: UTF8.self))\""
    case .stopped(let reply): "stopped \(text(reply))"
    case .stoppedUnasked(let reply): "stopped unasked \(text(reply))"
    case .notified(let reply): "notified \(text(reply))"
    case .resumeFailed(let error): "the run failed: \(error)"
    case .requestsFailed(let error): "the requests failed: \(error)"
    case .console(let bytes): "output \"\(String(decoding: bytes, as: UTF8.self))\""
    case .send(let command): "send \(String(decoding: command.payload, as: UTF8.self))"
    case .writeInterrupt: "send 0x03"
    case .retransmit: "send the last packet again"
    case .fail(let error): "close: \(error)"
    }
  }

  private static func text(_ reply: StopReply) -> String {
    switch reply {
    case .signal(let event): "signal \(event.signal)"
    case .exited(let status, _): "exit \(status)"
    case .terminated(let signal, _): "death \(signal)"
    case .threadExited(let status, _): "thread exit \(status)"
    case .noThreadsResumed: "no threads"
    }
  }
}
