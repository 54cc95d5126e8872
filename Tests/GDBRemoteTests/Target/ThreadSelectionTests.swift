import Testing

@testable import GDBRemote

/// Stubs that refuse to choose threads, or don't say which one is current.
struct ThreadSelectionTests {
  private func stub(stop: String, _ answers: [String: String] = [:]) -> FakeStub {
    let stub = FakeStub()
    stub.kind = .plain
    stub.features = "PacketSize=1000;qXfer:features:read+"
    stub.answers = ["?": stop, "vCont?": "", "vCont;c": ""]
    for (packet, answer) in answers { stub.answers[packet] = answer }
    return stub
  }

  /// valgrind answers `Hc-1` like this, and GDB ignores it.
  @Test func anErrorToTheChoiceOfAllThreadsIsPassedOver() throws {
    let stub = stub(stop: "T05thread:1;", ["Hc-1": "E01", "Hc1": "E01"])
    stub.pc = 0x1000
    stub.breakpoints = [BreakpointLocation(.software, at: 0x1010, byteCount: 4)]
    let target = try RemoteTarget(transport: stub)
    try target.resume(.continue())
    #expect(stub.packets.suffix(2) == ["Hc-1", "c"])
    #expect(try target.waitForStop(timeout: .seconds(1)).event?.signal == 5)
    #expect(stub.pc == 0x1010)
  }

  /// If the stub would run a different thread than intended, it isn't resumed.
  @Test func anErrorToTheChoiceOfAnotherThreadCounts() throws {
    let stub = stub(stop: "T05thread:1;", ["Hc2": "E01"])
    let target = try RemoteTarget(transport: stub)
    #expect(
      remoteError { try target.resume(.step(ThreadID(thread: 2))) }?.code == .stubError(1))
    #expect(target.stop != nil)
    #expect(stub.packets.last == "Hc2")
  }

  @Test(arguments: [["qC": "QC1"], ["T1": "OK"], [:]])
  func anErrorToTheSelectionOfTheThreadThatStoppedIsPassedOver(
    answers: [String: String]
  ) throws {
    let stub = stub(stop: "T05thread:1;", answers.merging(["Hg1": "E01"]) { $1 })
    stub.general[3] = 7
    let target = try RemoteTarget(transport: stub)
    #expect(try target.readInteger("x3") == 7)
    #expect(try target.readGeneralRegisters()["x3"] == 7)
    try target.writeInteger("x3", 8)
    #expect(stub.general[3] == 8)
    #expect(stub.packets.count { $0 == "Hg1" } == 1)
  }

  /// The stub has selected another thread: requests would go to that one.
  @Test(arguments: [["qC": "QC2"], ["T1": "E01"]])
  func aThreadThatIsGoneIsNotTakenForAnother(answers: [String: String]) throws {
    let stub = stub(stop: "T05thread:1;", answers.merging(["Hg1": "E01"]) { $1 })
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { _ = try target.readInteger("x3") }?.code == .stubError(1))
  }

  // MARK: Which thread

  @Test func theStopSaysIt() throws {
    let stub = stub(stop: "T05thread:2;")
    let target = try RemoteTarget(transport: stub)
    #expect(try target.currentThread() == ThreadID(thread: 2))
    #expect(!stub.packets.contains("qC"))
  }

  @Test(arguments: ["S05", "T05", "T05thread:0;", "T05thread:-1;", "T05thread:p1.0;"])
  func theStubIsAsked(stop: String) throws {
    let stub = stub(stop: stop, ["qC": "QC2", "qfThreadInfo": "m1,2", "qsThreadInfo": "l"])
    let target = try RemoteTarget(transport: stub)
    #expect(target.selectedThread == nil)
    #expect(try target.currentThread() == ThreadID(thread: 2))
    #expect(target.selectedThread == ThreadID(thread: 2))
    // The stub already has it selected.
    _ = try target.readGeneralRegisters()
    #expect(!stub.packets.contains { $0.hasPrefix("Hg") })
  }

  @Test(arguments: [("m1,2", nil), ("m7", ThreadID(thread: 7)), ("l", .any), ("m0", .any)])
  func whoTellsNothingHasOneThreadOrNoneIsKnown(list: String, wanted: ThreadID?) throws {
    for answer in ["", "QC0", "QC"] {
      let stub = stub(stop: "S05", ["qC": answer, "qfThreadInfo": list, "qsThreadInfo": "l"])
      let target = try RemoteTarget(transport: stub)
      #expect(try target.currentThread() == wanted)
    }
  }

  /// The thread that stands for the whole target can't be selected.
  @Test func theOnlyThreadIsNotAskedFor() throws {
    let stub = stub(stop: "S05", ["qfThreadInfo": "", "qC": ""])
    let target = try RemoteTarget(transport: stub)
    let threads = try target.threads()
    #expect(threads == [.any])
    try target.select(threads[0])
    #expect(try target.threadDescription(threads[0]) == "")
    #expect(try target.isAlive(threads[0]))
    #expect(try target.threadInformation().map(\.id) == [.any])
    #expect(!stub.packets.contains { $0.hasPrefix("H") || $0.hasPrefix("T") })
  }

  /// QEMU lists the CPUs of the clusters that it was attached to.
  @Test func hiddenCPUsAreCounted() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    stub.monitorOutput = (0..<6).map { "* CPU #\($0): thread_id=\(100 + $0)\r\n" }.joined()
    #expect(try target.hiddenCPUCount(besides: 4) == 2)
    #expect(try target.hiddenCPUCount(besides: 6) == 0)
    #expect(target.takeConsoleOutput() == [])
    let other = try RemoteTarget(transport: RealStubs.stub(announcing: "PacketSize=400"))
    #expect(try other.hiddenCPUCount(besides: 1) == 0)
  }
}
