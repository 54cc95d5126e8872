import Testing

@testable import GDBRemote

/// One thing goes wrong on the wire: every possible fault, for each item on the wire, in each kind of
/// session.
struct FaultTests {
  /// The result of a session with each fault.
  struct Tally {
    var count = 0
    var failures: [String: (count: Int, example: String)] = [:]
    /// Sessions, by the kind of thing and what happens to it.
    var rows: [String: Int] = [:]
    /// Wrong values that no client can tell from right ones, by the reason.
    var limits: [String: Int] = [:]

    mutating func add(_ row: String, _ violations: [Violation], _ place: @autoclosure () -> String)
    {
      count += 1
      rows[row, default: 0] += 1
      for violation in violations {
        let key = "\(row): \(violation.kind.rawValue) in \(violation.step)"
        let example = "\(place()): \(violation.detail)"
        failures[key, default: (0, example)].count += 1
      }
    }

    var report: String {
      failures.sorted { $0.key < $1.key }
        .map { "\($0.key) (\($0.value.count)×) e.g. \($0.value.example)" }.joined(separator: "\n")
    }
  }

  /// A session without faults.
  private func model(_ kind: FaultStub, _ part: FaultSession.Part) -> FaultSession {
    let session = FaultSession(FaultyTransport(kind.make(part)), part)
    session.run()
    #expect(
      session.violations.isEmpty && session.errors.isEmpty,
      "\(part): \(session.violations) \(session.errors)")
    return session
  }

  /// Runs each part of a session with each fault at each item of one direction.
  private func run(
    _ kind: FaultStub, _ direction: FaultyTransport.Direction, _ faults: (WireItem) -> [WireFault]
  ) -> Tally {
    var tally = Tally()
    var itemCount = 0
    for part in FaultSession.Part.allCases {
      let whole = model(kind, part)
      let isReceived = direction == .received
      let items = isReceived ? whole.transport.received : whole.transport.sent
      // The first part covers making the connection.
      let mark = isReceived ? whole.marks.received : whole.marks.sent
      let start = part == .connection ? 0 : mark
      itemCount += items.count - start
      for (index, item) in items.enumerated().dropFirst(start) {
        for fault in faults(item) {
          run(kind, part, .init(direction: direction, index: index, fault: fault), item, &tally)
        }
      }
    }
    print(
      "\(kind.rawValue) \(direction.rawValue): \(itemCount) things, \(tally.count) sessions, "
        + "beyond any client: \(tally.limits)")
    return tally
  }

  private func run(
    _ kind: FaultStub, _ part: FaultSession.Part, _ plan: FaultyTransport.Plan, _ item: WireItem,
    _ tally: inout Tally
  ) {
    let fault = plan.fault
    let transport = FaultyTransport(kind.make(part))
    transport.plan = plan
    let session = FaultSession(transport, part)
    session.canFakeStops = fault.fakesStops
    session.run()
    let violations = session.violations.filter { violation in
      if let limit = FaultLimit.all.first(where: { $0.covers(kind, item, fault, violation) }) {
        tally.limits[limit.reason, default: 0] += 1
        return false
      }
      return true
    }
    let row = "\(kind.rawValue) \(plan.direction.rawValue) \(item.kind.rawValue) \(fault)"
    tally.add(row, violations, "#\(plan.index) \(item.description)")
    // A fault that didn't happen tests nothing.
    #expect(transport.isFaulty, "\(row) #\(plan.index)")
  }

  @Test(arguments: FaultStub.allCases) func eachThingThatIsReceived(kind: FaultStub) {
    let tally = run(kind, .received) { item in
      item.kind == .packet ? WireFault.received : WireFault.receivedAcknowledgement
    }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }

  @Test(arguments: FaultStub.allCases) func eachThingThatIsSent(kind: FaultStub) {
    let tally = run(kind, .sent) { item in
      item.kind == .packet ? WireFault.sent : WireFault.sentByte
    }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }

  @Test(arguments: FaultStub.allCases) func endlessData(kind: FaultStub) {
    let tally = run(kind, .received) { $0.kind == .packet ? WireFault.endless : [] }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }

  /// The connection ends after each byte of what is received, or of what is sent.
  @Test(arguments: FaultStub.allCases) func theConnectionEndsAtEachByte(kind: FaultStub) {
    var tally = Tally()
    for part in FaultSession.Part.allCases {
      let whole = model(kind, part)
      let marks = part == .connection ? (0, 0) : whole.byteMarks
      for (direction, range) in [
        (FaultyTransport.Direction.received, marks.0..<whole.transport.receivedByteCount),
        (.sent, marks.1..<whole.transport.sentByteCount),
      ] {
        for count in range {
          let transport = FaultyTransport(kind.make(part))
          transport.cut = .init(direction: direction, byteCount: count)
          let session = FaultSession(transport, part)
          session.run()
          let row = "\(kind.rawValue) \(direction.rawValue) end"
          tally.add(row, session.violations, "\(part), byte \(count)")
          if !session.isOver || session.errors.isEmpty { tally.rows["not over", default: 0] += 1 }
        }
      }
    }
    print("\(kind.rawValue): \(tally.count) sessions whose connection ends")
    #expect(tally.failures.isEmpty, "\(tally.report)")
    #expect(tally.rows["not over"] == nil)
  }
}

extension WireFault {
  /// Whether it looks like a stop although there was none, which the other end can't distinguish.
  var fakesStops: Bool {
    func isStop(_ bytes: [UInt8]) -> Bool {
      let item = WireItem(kind: .packet, bytes: bytes)
      return bytes.first == UInt8(ascii: "$") && StopReply(parsing: Array(item.payload)) != nil
    }
    switch self {
    case .replace(let bytes), .precede(let bytes), .flood(let bytes): return isStop(bytes)
    default: return false
    }
  }
}
