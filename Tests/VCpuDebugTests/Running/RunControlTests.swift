import GoldenText
import Testing

@testable import VCpuDebug

/// The effect of every event in every state of a session's run control: `Golden/run-control.txt` has it as a table.
/// Below each state is a line for each next state and what is to be done, with the events that lead there.
/// `RECORD_GOLDEN=1` writes the table again; review the difference.
struct RunControlTests {
  private typealias Stop = RunControl.Stop

  /// The states, each with the way to it.
  private static let states: [(name: String, enter: @Sendable (inout RunControl) -> Void)] = [
    ("idle", { _ in }),
    ("stop", { _ = $0.resume() }),
    ("step, the last one", { _ = $0.step(count: 1) }),
    ("step, two are left", { _ = $0.step(count: 2) }),
    (
      "stepOver",
      {
        _ = $0.resume()
        _ = $0.leave(by: .step)
      }
    ),
    (
      "access, running",
      {
        _ = $0.resume()
        _ = $0.reachedAccess()
      }
    ),
    (
      "access, two steps are left",
      {
        _ = $0.step(count: 2)
        _ = $0.reachedAccess()
      }
    ),
    (
      "interrupt",
      {
        _ = $0.resume()
        $0.interrupt()
      }
    ),
  ]

  private static let stops: [(name: String, stop: Stop)] = [
    ("a trap at a breakpoint", Stop(signal: 5, isAtBreakpoint: true)),
    ("a trap elsewhere", Stop(signal: 5, isAtBreakpoint: false)),
    ("signal 2 elsewhere", Stop(signal: 2, isAtBreakpoint: false)),
    ("signal 2 at a breakpoint", Stop(signal: 2, isAtBreakpoint: true)),
    ("signal 0", Stop(signal: 0, isAtBreakpoint: false)),
    ("signal 11", Stop(signal: 11, isAtBreakpoint: false)),
    ("a quiet signal", Stop(signal: 14, isQuiet: true, isAtBreakpoint: false)),
  ]

  private static let wishes:
    [(name: String, react: @Sendable (inout RunControl) -> [RunControl.Action])] = [
      ("resume", { $0.resume() }),
      ("step 3 times", { $0.step(count: 3) }),
      ("an access to watched memory", { $0.reachedAccess() }),
      (
        "interrupt",
        {
          $0.interrupt()
          return []
        }
      ),
      (
        "cancel",
        {
          $0.cancel()
          return []
        }
      ),
    ]

  private static let departures: [(name: String, departure: RunControl.Departure)] = [
    ("nothing in the way", .free), ("leave it out", .skip(to: 0x104)), ("step over it", .step),
  ]

  private static func state(_ enter: (inout RunControl) -> Void) -> RunControl {
    var control = RunControl()
    enter(&control)
    return control
  }

  @Test func everyEventInEveryState() throws {
    var text = ""
    for (name, enter) in Self.states {
      text += name + "\n"
      var rows: [(result: String, events: [String])] = []
      func add(_ event: String, _ react: (inout RunControl) -> [RunControl.Action]) {
        var control = Self.state(enter)
        let actions = react(&control)
        let result =
          "→ \(control.wait)"
          + (actions.isEmpty ? "" : ": " + actions.map(Self.text).joined(separator: ", "))
        if let row = rows.firstIndex(where: { $0.result == result }) {
          rows[row].events.append(event)
        } else {
          rows.append((result, [event]))
        }
      }
      for (event, react) in Self.wishes { add(event, react) }
      for (event, stop) in Self.stops { add(event) { $0.stopped(stop) } }
      for (event, stop) in Self.stops where stop.isTrap {
        add("carried out: \(event)") { $0.carriedOutAccess(stop) }
      }
      for (event, stop) in Self.stops where !stop.isQuiet {
        add("wanted: \(event)") { $0.found(.breakpoint([]), at: stop) }
        add("unwanted: \(event)") { $0.found(nil, at: stop) }
      }
      for (event, departure) in Self.departures { add(event) { [$0.leave(by: departure)] } }
      text += rows.map { "  \($0.result)    [\($0.events.joined(separator: " | "))]\n" }.joined()
    }
    try GoldenText.expect(text, "run-control")
  }

  private static func text(of action: RunControl.Action) -> String {
    switch action {
    case .insert: "insert"
    case .leave: "leave"
    case .stepAccess: "step over the access"
    case .step(let isWanted): isWanted ? "step" : "step of our own"
    case .run: "run"
    case .runFrom(let address): "run from 0x\(String(address, radix: 16))"
    case .evaluate: "evaluate"
    case .report(.breakpoint): "report the breakpoint"
    case .report(.signal(let number)): "report signal \(number)"
    case .report(let event): "report \(event)"
    }
  }

  /// The code that carries out actions relies on this: only the last one resumes the target, asks something or ends the
  /// wait.
  @Test func aReactionEndsWithTheOneThatDecides() {
    for (name, enter) in Self.states {
      for (event, stop) in Self.stops {
        for react in [
          { (control: inout RunControl) in control.stopped(stop) }, { $0.found(nil, at: stop) },
          { $0.found(.stepped, at: stop) },
        ] {
          var control = Self.state(enter)
          let actions = react(&control)
          #expect(actions.last != .insert, "\(name): \(event)")
          #expect(actions.dropLast().allSatisfy { $0 == .insert }, "\(name): \(event)")
          if case .report? = actions.last { #expect(control.wait == .idle, "\(name): \(event)") }
        }
      }
    }
  }

  @Test(arguments: stops.map(\.name))
  func aPersonWhoWantsAStopGetsTheNextOne(name: String) throws {
    let stop = try #require(Self.stops.first { $0.name == name }).stop
    var control = RunControl()
    _ = control.resume()
    control.interrupt()
    #expect(control.isInterrupting)
    var actions = control.stopped(stop)
    if actions == [.evaluate] { actions = control.found(nil, at: stop) }
    #expect(actions == [.report(.interrupted)])
    #expect(!control.isInterrupting)
  }

  @Test(arguments: 1...5)
  func stepsAreCountedAndTheLastOneIsReported(count: Int) {
    var control = RunControl()
    #expect(control.step(count: count) == [.insert, .step(isWanted: true)])
    let stop = Stop(signal: 5, isAtBreakpoint: false)
    for _ in 1..<count {
      #expect(control.stopped(stop) == [.evaluate])
      #expect(control.found(nil, at: stop) == [.insert, .step(isWanted: false)])
      // A quiet signal makes a step happen again, and counts for none.
      #expect(
        control.stopped(Stop(signal: 14, isQuiet: true, isAtBreakpoint: false))
          == [.step(isWanted: false)])
    }
    #expect(control.stopped(stop) == [.evaluate])
    #expect(control.found(nil, at: stop) == [.report(.stepped)])
  }

  /// From one unwanted breakpoint right to the next: each takes a step, and nothing is reported.
  @Test func breakpointsInARowAreEachSteppedOver() {
    var control = RunControl()
    #expect(control.resume() == [.insert, .leave])
    for _ in 0..<3 {
      #expect(control.leave(by: .step) == .step(isWanted: false))
      #expect(control.wait == .stepOver)
      let stop = Stop(signal: 5, isAtBreakpoint: true)
      #expect(control.stopped(stop) == [.evaluate])
      #expect(control.found(nil, at: stop) == [.insert, .leave])
    }
    #expect(control.leave(by: .step) == .step(isWanted: false))
    #expect(control.stopped(Stop(signal: 5, isAtBreakpoint: false)) == [.insert, .run])
    #expect(control.wait == .stop)
  }
}
