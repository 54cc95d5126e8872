import Testing

@testable import GDBRemote

/// One thing goes wrong on the wire: each thing that can, with each thing that travels, in each kind of
/// session.
struct FaultTests {
  /// What a session came to with each fault.
  struct Tally {
    var count = 0
    var failures: [String: (count: Int, example: String)] = [:]
    /// Sessions, by the kind of thing and what happens to it.
    var rows: [String: Int] = [:]
    /// What the client does wrong, as is known.
    var known: Set<String> = []
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

  /// What travels in a session without faults.
  private func model(_ kind: FaultStub) -> FaultyTransport {
    let transport = FaultyTransport(kind.make())
    let session = FaultSession(transport)
    session.run()
    #expect(
      session.violations.isEmpty && session.errors.isEmpty,
      "\(session.violations) \(session.errors)")
    return transport
  }

  private func run(
    _ kind: FaultStub, _ direction: FaultyTransport.Direction, _ items: [WireItem],
    _ faults: (WireItem) -> [WireFault]
  ) -> Tally {
    var tally = Tally()
    for (index, item) in items.enumerated() {
      for fault in faults(item) {
        let transport = FaultyTransport(kind.make())
        transport.plan = .init(direction: direction, index: index, fault: fault)
        let session = FaultSession(transport)
        session.canFakeStops = fault.fakesStops
        session.run()
        let row = "\(kind.rawValue) \(direction.rawValue) \(item.kind.rawValue) \(fault)"
        let violations = session.violations.filter { violation in
          if let limit = FaultLimit.all.first(where: { $0.covers(kind, item, fault, violation) }) {
            tally.limits[limit.reason, default: 0] += 1
            return false
          }
          if let known = FaultLimit.known.first(where: { $0.covers(kind, item, fault, violation) })
          {
            tally.known.insert(known.reason)
            return false
          }
          return true
        }
        tally.add(row, violations, "#\(index) \(item.description)")
      }
    }
    print(
      "\(kind.rawValue) \(direction.rawValue): \(items.count) things, \(tally.count) sessions, "
        + "beyond any client: \(tally.limits)")
    withKnownIssue(isIntermittent: true) { #expect(tally.known.isEmpty) }
    return tally
  }

  @Test(arguments: FaultStub.allCases) func theModelHasNoFaults(kind: FaultStub) {
    let transport = model(kind)
    print(
      kind, transport.received.count, transport.sent.count, transport.receivedByteCount,
      transport.sentByteCount)
  }

  @Test(arguments: FaultStub.allCases) func eachThingThatIsReceived(kind: FaultStub) {
    let tally = run(kind, .received, model(kind).received) { item in
      switch item.kind {
      case .packet: WireFault.received
      case .acknowledgement, .byte: WireFault.receivedAcknowledgement
      }
    }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }

  @Test(arguments: FaultStub.allCases) func eachThingThatIsSent(kind: FaultStub) {
    let tally = run(kind, .sent, model(kind).sent) { item in
      item.kind == .packet ? WireFault.sent : WireFault.sentByte
    }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }

  /// The connection ends behind each byte of what is received, or of what is sent.
  @Test(arguments: FaultStub.allCases) func theConnectionEndsAtEachByte(kind: FaultStub) {
    let whole = model(kind)
    var tally = Tally()
    for (direction, byteCount) in [
      (FaultyTransport.Direction.received, whole.receivedByteCount), (.sent, whole.sentByteCount),
    ] {
      for count in 0..<byteCount {
        let transport = FaultyTransport(kind.make())
        transport.cut = .init(direction: direction, byteCount: count)
        let session = FaultSession(transport)
        session.run()
        tally.add("\(kind.rawValue) \(direction.rawValue) end", session.violations, "byte \(count)")
        if !session.isOver { tally.add("not over", [], "") }
      }
    }
    print("\(kind.rawValue): \(tally.count) sessions whose connection ends")
    #expect(tally.failures.isEmpty, "\(tally.report)")
    #expect(tally.rows["not over"] == nil)
  }

  @Test(arguments: FaultStub.allCases) func endlessData(kind: FaultStub) {
    let tally = run(kind, .received, model(kind).received) { item in
      item.kind == .packet ? WireFault.endless : []
    }
    #expect(tally.failures.isEmpty, "\(tally.report)")
  }
}

extension WireFault {
  /// Whether it looks like a stop where none was, which nobody at the other end can tell from one.
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
