import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// How the vectors are found that exits pass, and which of them are stopped at.
@Suite struct VectorSearchTests {
  private let target: FakeTarget
  private static let vectors = FixtureImages.vectors
  /// `msr vbar_el2, x5`, at the end of `handle_exit`.
  private static let writer: UInt64 = 0x4020_5040
  private static let second = ThreadID(process: 1, thread: 2)
  private static let host: UInt64 = 0x4020_3800

  init() throws {
    target = try .booted()
    put(0xd51c_c005, at: Self.writer)
  }

  private func put(_ word: UInt32, at address: UInt64) {
    _ = target.memory.write(Array(littleEndian(UInt64(word)).prefix(4)), at: address, .physical)
  }

  private func fixture() throws -> SessionFixture { try SessionFixture(target) }

  /// A CPU gets to the writer, and is after it with these vectors.
  private func write(
    _ vbar: UInt64, thread: ThreadID = ThreadID(process: 1, thread: 1)
  ) -> [FakeTarget.Event] {
    [
      .at(Self.writer, level: 2, thread: thread),
      .stop(thread: thread) {
        $0.stand(at: Self.writer + 4, level: 2)
        $0["VBAR_EL2"] = vbar
      },
    ]
  }

  private func insertions(at base: UInt64) -> Set<String> {
    Set(VectorTables.lowerOffsets.map { "Z0 0x\(String(base + $0, radix: 16))" })
  }

  private func run(_ fixture: SessionFixture, _ events: [FakeTarget.Event]) throws -> SessionEvent?
  {
    target.script = events
    try fixture.session.resume()
    return try fixture.poll()
  }

  // MARK: Finding

  @Test func beforeTheyAreSetTheInstructionThatSetsThemIsStoppedAt() throws {
    target["VBAR_EL2"] = 0
    target["HCR_EL2"] = 0
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    #expect(fixture.session.exits.vectorTables.isEmpty)
    #expect(fixture.session.exits.search.writerCount == 1)
    _ = target.takeTrace()
    let exit = FakeTarget.Event.stop {
      $0["HCR_EL2"] = 0x8008_2019
      $0.stand(atVector: .wfi)
    }
    #expect(SessionFixture.numbers(try run(fixture, write(Self.vectors) + [exit])) == [1])
    let trace = target.takeTrace()
    #expect(trace.first == "Z0 0x40205040")
    #expect(insertions(at: Self.vectors).isSubset(of: trace))
    #expect(fixture.session.breakpoints[1]?.hitCount == 1)
    #expect(fixture.session.exits.vectorTables.map(\.isGuests) == [true])
  }

  @Test func withNothingToFindItSaysWhatToDo() throws {
    target["VBAR_EL2"] = 0
    put(0, at: Self.writer)
    let session = try fixture().session
    for _ in 0..<2 {
      let error = #expect(throws: DebugError.self) {
        try session.points.addCatchpoint(.exit([.any]))
      }
      #expect(error?.description.contains("attach after the hypervisor has booted") == true)
    }
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test(arguments: ["HPFAR_EL2", "VMPIDR_EL2", "SP_EL1"])
  func aStubThatShowsTooLittle(name: String) throws {
    var model = FakeTarget.Model.machine
    model.registers.removeAll { $0.name == name }
    let target = FakeTarget(model)
    target["VBAR_EL2"] = Self.vectors
    let session = try SessionFixture(target).session
    #expect(
      throws: DebugError.cannotFindExits(
        "the stub does not show \(name), which is needed to find exits")
    ) { try session.points.addCatchpoint(.exit([.any])) }
    #expect(session.breakpoints.all.isEmpty)
  }

  // MARK: Moving

  @Test func vectorsThatMoveBetweenTwoStops() throws {
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try run(fixture, [.vector(.wfi)])
    _ = target.takeTrace()
    // The table is copied, and the copy used.
    let moved: UInt64 = 0x4030_0000
    for page in [Self.vectors, moved] { put(0xd104_43ff, at: page + 0x400) }
    let after = FakeTarget.Event.at(Self.vectors + 0x404, level: 2)
    let event = try run(
      fixture, [after] + write(moved) + [.vector(.hypercall, table: moved)])
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.session.state?.pc == moved + 0x400)
    #expect(fixture.session.exit?.count == .seen(2))
    #expect(insertions(at: moved).isSubset(of: target.takeTrace()))
  }

  @Test(
    arguments: [
      (0x9000_0000, "not used: nothing is mapped at 0x90000000"),
      (0x4300_0000, "not used: there is no code at 0x43000000"),
    ] as [(UInt64, String)])
  func nonsenseIsNotStoppedAt(vbar: UInt64, words: String) throws {
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try run(fixture, [.vector(.wfi)])
    _ = target.takeTrace()
    let after = FakeTarget.Event.at(Self.vectors + 0x404, level: 2)
    let event = try run(
      fixture, [after] + write(vbar) + write(Self.vectors) + [.vector(.hypercall)])
    #expect(SessionFixture.numbers(event) == [1])
    #expect(insertions(at: vbar).isDisjoint(with: target.takeTrace()))
    #expect(fixture.session.exits.vectorTables.last?.use == words)
  }

  /// For example, VBAR_EL2 is set first, and the MMU that maps the vectors is turned on after that.
  @Test func whatIsNotThereYetIsLookedAtAgain() throws {
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let moved: UInt64 = 0x4300_0000
    let code: [FakeTarget.Event] = [
      .at(Self.writer, level: 2),
      .stop {
        $0.stand(at: Self.writer + 4, level: 2)
        _ = $0.memory.write([0xff, 0x43, 0x04, 0xd1], at: moved + 0x400, .physical)
        $0["SCTLR_EL2"] = 1
      },
    ]
    let event = try run(
      fixture, write(moved) + code + [.vector(.hypercall, table: moved)])
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.session.exits.vectorTables.last?.isGuests == true)
  }

  // MARK: A host

  @Test("a VHE host at TGE = 1 is recognised by its first exception, and its table is ignored")
  func aHostWithTGE() throws {
    target["HCR_EL2"] = 0x4_8800_0000
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let event = try run(
      fixture, [.vector(.hypercall), .ended(status: 0)])
    #expect(event == .ended(status: 0))
    #expect(fixture.session.breakpoints[1]?.hitCount == 0)
    let trace = target.takeTrace()
    for insertion in insertions(at: Self.vectors) {
      #expect(trace.contains(insertion))
      #expect(trace.contains("z" + insertion.dropFirst()))
    }
    #expect(fixture.session.exits.vectorTables.map(\.use) == ["the host's: ignored"])
  }

  @Test("nVHE: calls of the host come through its own table, with VM 0")
  func hostCalls() throws {
    put(0xd503_221f, at: Self.host + 0x400)
    target["VBAR_EL2"] = Self.host
    target["HCR_EL2"] = 0x8000_0000
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let call: [FakeTarget.Event] = [
      .stop {
        $0["HCR_EL2"] = 0x8000_0000
        $0.stand(atVector: .hypercall, table: Self.host)
      }, .at(Self.host + 0x404, level: 2),
    ]
    let guest: [FakeTarget.Event] =
      write(Self.vectors) + [
        .stop {
          $0["HCR_EL2"] = 0x8008_2019
          $0.stand(atVector: .wfi)
        }
      ]
    #expect(SessionFixture.numbers(try run(fixture, call + call + guest)) == [1])
    #expect(fixture.session.exit?.reason.exitClass == .wfi)
    // It is the host's, now that the guest's is known.
    #expect(
      fixture.session.exits.vectorTables.map(\.use) == [
        "the host's: ignored", "guests leave through them",
      ])
    _ = target.takeTrace()
    _ = try run(fixture, [.at(Self.vectors + 0x404, level: 2), .ended(status: 0)])
    #expect(target.takeTrace().contains("z0 0x40203c00"))
  }

  @Test("below EL2 the exit is not over in the host; in the guest it is")
  func aHostAtEL1() throws {
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try run(fixture, [.vector(.hypercall)])
    _ = try fixture.step(
      1,
      .stop {
        $0.stand(at: 0x4020_0000, level: 1)
        $0["HCR_EL2"] = 0x8000_0000
      })
    _ = try fixture.step(1, .at(FixtureImages.handler, level: 2))
    #expect(try fixture.session.exits.require().reason.exitClass == .hvc)
  }

  // MARK: Writers that tell nothing new

  /// KVM sets its vectors at each entry and at each exit.
  private func loop(thread: ThreadID = ThreadID(process: 1, thread: 1)) -> [FakeTarget.Event] {
    write(Self.vectors, thread: thread) + [
      .vector(.wfi, thread: thread), .at(Self.vectors + 0x404, level: 2, thread: thread),
    ]
  }

  @Test func theyAreLeftAloneInTheEnd() throws {
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.hvc]))
    // At the thirty-second time its breakpoint is taken away, so that no step is needed.
    let last: [FakeTarget.Event] = [
      .at(Self.writer, level: 2), .vector(.wfi), .at(Self.vectors + 0x404, level: 2),
      .vector(.hypercall),
    ]
    let event = try run(fixture, (0..<31).flatMap { _ in loop() } + last)
    #expect(SessionFixture.numbers(event) == [1])
    let trace = target.takeTrace()
    #expect(trace.filter { $0.hasPrefix("z") } == ["z0 0x40205040"])
    #expect(fixture.session.exits.search.retiredCount == 1)
    #expect(fixture.session.exits.search.writerCount == 0)
    #expect(fixture.session.exit?.count == .seen(33))
  }

  @Test func notBeforeEveryCPUCameBy() throws {
    target.addCPU()
    let fixture = try fixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.hvc]))
    let loops = (0..<40).flatMap { _ in loop() }
    #expect(SessionFixture.numbers(try run(fixture, loops + [.vector(.hypercall)])) == [1])
    #expect(!target.takeTrace().contains("z0 0x40205040"))
    let event = try run(
      fixture,
      [
        .at(Self.vectors + 0x404, level: 2), .at(Self.writer, level: 2, thread: Self.second),
        .vector(.hypercall, thread: Self.second),
      ])
    #expect(SessionFixture.numbers(event) == [1])
    #expect(target.takeTrace().contains("z0 0x40205040"))
    #expect(fixture.session.exit?.count == .seen(1))
  }
}
