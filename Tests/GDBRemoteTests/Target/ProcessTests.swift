import Testing

@testable import GDBRemote

/// Programs, files and objects of a stub's system.
struct ProcessTests {
  private func stub(_ answers: [String: String] = [:]) -> FakeStub {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    stub.answers.merge(answers) { $1 }
    return stub
  }

  @Test func aProgramIsRunInExtendedMode() throws {
    let stub = stub([
      "?": "W00", "!": "OK", "vRun;2f62696e2f6c73;2d6c": "T05thread:p5.5;",
    ])
    let target = try RemoteTarget(transport: stub)
    #expect(target.state == .ended(.exited(status: 0, process: nil)))
    #expect(remoteError { _ = try target.readGeneralRegisters() }?.code == .targetEnded)
    try target.enableExtendedMode()
    let stop = try target.run("/bin/ls", arguments: ["-l"])
    #expect(stop.thread == ThreadID(process: 5, thread: 5))
    _ = try target.readGeneralRegisters()
    #expect(stub.packets.suffix(2) == ["Hgp5.5", "g"])
  }

  @Test func aProcessIsAttachedTo() throws {
    let stub = stub([
      "?": "W00", "vAttach;1a": "T05thread:p1a.1a;", "vAttach;1b": "E01", "qAttached:1a": "1",
      "vAttach;1c": "zzz",
    ])
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { try target.attach(toProcess: -1) }?.code == .valueSize)
    try attachFails(target)
    try target.attach(toProcess: 0x1a)
    #expect(try target.isAttached() == true)
    // One process at a time.
    #expect(remoteError { try target.attach(toProcess: 0x1b) }?.code == .unsupported)
    #expect(try RemoteTarget(transport: FakeStub()).isAttached() == nil)
  }

  private func attachFails(_ target: RemoteTarget) throws {
    #expect(
      remoteError { try target.attach(toProcess: 0x1b) }?.description
        == "the stub answered the attachment to process 27 with error 1")
    #expect(remoteError { try target.attach(toProcess: 0x1c) }?.code == .protocolViolation)
  }

  @Test func aProgramIsRestarted() throws {
    let stub = stub(["!": "OK"])
    let target = try RemoteTarget(transport: stub)
    try target.enableExtendedMode()
    _ = try target.restart()
    let index = try #require(stub.packets.firstIndex(of: "R00"))
    #expect(stub.packets[index + 1] == "?")
  }

  @Test func objectsAreReadInParts() throws {
    let stub = stub([
      "qXfer:exec-file:read:1:0,ffb": "m/bin/", "qXfer:exec-file:read:1:5,ffb": "lls",
      "qXfer:auxv:read::0,ffb": "E01",
    ])
    let target = try RemoteTarget(transport: stub)
    #expect(try target.executablePath() == "/bin/ls")
    #expect(remoteError { _ = try target.readObject("auxv") }?.code == .stubError(1))
    #expect(remoteError { _ = try target.readObject("memory-map") }?.code == .unsupported)
    #expect(
      remoteError {
        _ = try target.readObject("auxv", annex: String(repeating: "x", count: 20_000))
      }?.code == .requestTooLong)
    stub.answers["qXfer:auxv:read::0,ffb"] = "hello"
    #expect(remoteError { _ = try target.readObject("auxv") }?.code == .protocolViolation)
    // A stub that says that there is more, but has none.
    stub.answers["qXfer:auxv:read::0,ffb"] = "m"
    #expect(remoteError { _ = try target.readObject("auxv") }?.code == .protocolViolation)
  }

  @Test func anObjectWithoutEndIsGivenUp() throws {
    let stub = stub()
    let part = "m" + String(repeating: "x", count: 0xff0)
    stub.respond = { $0.hasPrefix("qXfer:auxv") ? [part] : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { _ = try target.readObject("auxv") }?.code == .protocolViolation)
  }

  @Test func filesAreRead() throws {
    let stub = stub([
      "vFile:setfs:0": "F0", "vFile:open:2f61,0,0": "F5", "vFile:close:5": "F0",
      "vFile:open:2f62,0,0": "F-1,2", "vFile:unlink:2f61": "F0", "vFile:unlink:2f62": "F-1,d",
      "vFile:readlink:2f61": "F3;/xy", "vFile:open:2f63,0,0": "E01",
      "vFile:open:2f64,0,0": "hello", "vFile:open:2f65,0,0": "F-1",
      "vFile:open:2f66,0,0": "F-1,270f", "vFile:open:2f67,0,0": "F",
    ])
    stub.respond = { packet in
      guard packet.hasPrefix("vFile:pread:5,") else { return nil }
      return packet.hasSuffix(",0") ? ["F4;#$}*"] : ["F0;"]
    }
    let target = try RemoteTarget(transport: stub)
    #expect(try target.readFile("/a") == Array("#$}*".utf8))
    #expect(stub.packets.last == "vFile:close:5")
    #expect(
      remoteError { _ = try target.readFile("/b") }?.description
        == "the read of the file /b failed: no such file or folder")
    try target.deleteFile("/a")
    #expect(
      remoteError { try target.deleteFile("/b") }?.description
        == "the deletion of /b failed: permission denied")
    #expect(try target.readLink("/a") == "/xy")
    for (path, text) in [
      ("/c", "error 1"), ("/d", "something unexpected"), ("/e", "does not say why"),
      ("/f", "error 9999"), ("/g", "something unexpected"),
    ] {
      #expect(remoteError { _ = try target.readFile(path) }?.description.contains(text) == true)
    }
    stub.respond = { $0.hasPrefix("vFile:pread") ? ["F9;ab"] : nil }
    #expect(remoteError { _ = try target.readFile("/a") }?.code == .protocolViolation)
  }

  @Test func filesAreWritten() throws {
    let stub = stub([
      "vFile:setfs:0": "F0", "vFile:open:2f61,601,1a4": "F5", "vFile:close:5": "F0",
      // Less than was asked for.
      "vFile:pwrite:5,0,hello": "F2", "vFile:pwrite:5,2,llo": "F3",
    ])
    let target = try RemoteTarget(transport: stub)
    try target.writeFile("/a", Array("hello".utf8))
    #expect(stub.packets.suffix(2) == ["vFile:pwrite:5,2,llo", "vFile:close:5"])
    stub.answers["vFile:pwrite:5,0,hello"] = "F0"
    #expect(
      remoteError { try target.writeFile("/a", Array("hello".utf8)) }?.code == .protocolViolation)
  }

  @Test func threadsComeFromTheDocumentIfItIsWhole() throws {
    let stub = stub([
      "qXfer:threads:read::0,ffb": """
      l<threads><thread id="p1.1" core="3" name="main"/><thread id="p1.2">waits</thread></threads>
      """
    ])
    let target = try RemoteTarget(transport: stub)
    let threads = try target.threadInformation()
    #expect(
      threads.map(\.id) == [ThreadID(process: 1, thread: 1), ThreadID(process: 1, thread: 2)])
    #expect(threads[0].core == 3 && threads[0].name == "main" && threads[1].details == "waits")
    #expect(try target.threads() == threads.map(\.id))
    // Half a document would be half of the threads.
    stub.answers["qXfer:threads:read::0,ffb"] = "l<threads><thread id=\"p1.1\"/><thr"
    stub.threadCount = 2
    #expect(try target.threads().count == 2)
    #expect(stub.packets.contains("qsThreadInfo"))
  }

  @Test func threadsAreDescribedOneByOneOtherwise() throws {
    let stub = FakeStub()
    stub.answers["qThreadExtraInfo,p1.1"] = "435055"
    #expect(
      try RemoteTarget(transport: stub).threadInformation()
        == [ThreadInformation(id: ThreadID(process: 1, thread: 1), details: "CPU")])
  }

  @Test(arguments: [("", "QC5", 5), ("l", "QC5", 5), ("", "", 1), ("l", "E01", 1)])
  func aStubThatListsNoThreadsHasOne(list: String, current: String, thread: Int) throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400")
    stub.answers = ["qfThreadInfo": list, "qC": current]
    #expect(try RemoteTarget(transport: stub).threads().map(\.thread) == [thread])
  }

  @Test func theMemoryMapAndTheAuxiliaryVector() throws {
    let stub = RealStubs.stub(
      announcing: RealStubs.gdbserverFeatures + ";qXfer:memory-map:read+")
    stub.answers["qXfer:memory-map:read::0,ffb"] =
      "l<memory-map><memory type=\"ram\" start=\"0x1000\" length=\"0x100\"/></memory-map>"
    stub.respondInBytes = {
      $0 == "qXfer:auxv:read::0,ffb"
        ? Array("l".utf8) + [6, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0] : nil
    }
    let target = try RemoteTarget(transport: stub)
    #expect(try target.memoryMap().region(at: 0x1080)?.kind == .ram)
    #expect(try target.auxiliaryVector()[6] == 4096)
    #expect(try target.auxiliaryVector(wordByteCount: 4)[6] == 0)
  }

  @Test func anArchitectureIsAssumedWhereNoneIsDescribed() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=1000")
    stub.general[32] = 0x4000
    let target = try RemoteTarget(transport: stub)
    #expect(remoteError { _ = try target.readInteger("pc") }?.code == .noSuchRegister)
    #expect(remoteError { try target.assumeArchitecture("pdp11") }?.code == .unsupported)
    try target.assumeArchitecture("aarch64")
    #expect(try target.readGeneralRegisters()["pc"] == 0x4000)
    #expect(
      remoteError { try RemoteTarget(transport: FakeStub()).assumeArchitecture("arm") }?.code
        == .unsupported)
  }
}
