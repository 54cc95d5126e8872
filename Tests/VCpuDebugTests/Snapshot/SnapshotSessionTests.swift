import ArmVCpu
import Foundation
import GDBRemote
import Glibc
import TestSupport
import Testing

@testable import VCpuDebug

/// A session with a snapshot gives the same answers as the session that saved it, and changes
/// nothing.
struct SnapshotSessionTests {
  /// A snapshot of a session, opened.
  private func opened(
    _ session: HypervisorSession, memory ranges: [SnapshotRange] = []
  ) throws -> HypervisorSession {
    let (session, warnings) = try SessionOpening.open(
      try SnapshotFile(try Self.file(of: session, ranges)))
    #expect(warnings.isEmpty)
    return session
  }

  static func file(
    of session: HypervisorSession, _ ranges: [SnapshotRange] = []
  ) throws -> [UInt8] {
    let (contents, memory) = try session.snapshot(with: ranges)
    return try SnapshotFile(description: try contents.json(), memory: memory).bytes()
  }

  private func expectSameAnswers(_ session: HypervisorSession) throws {
    let answers = SnapshotAnswers(session: session).all
    let found = SnapshotAnswers(session: try opened(session)).all
    for (wanted, found) in zip(answers, found) { #expect(found == wanted) }
  }

  @Test(arguments: FakeExit.all.map(\.name))
  func exitsOfOurs(name: String) throws {
    let exit = try #require(FakeExit.all.first { $0.name == name }).exit
    let fixture = try SessionFixture(at: exit)
    try expectSameAnswers(fixture.session)
  }

  @Test func elsewhereInOurs() throws {
    let fixture = try SessionFixture()
    try expectSameAnswers(fixture.session)
    // An exit that is handled.
    fixture.target.stand(at: FakeExit.mmioWrite)
    fixture.target.stand(at: FixtureImages.handler, level: 2)
    try fixture.session.refresh()
    try expectSameAnswers(fixture.session)
    // In the guest.
    fixture.target.stand(at: FixtureImages.guestAddress("store32"), level: 1)
    try fixture.session.refresh()
    try expectSameAnswers(fixture.session)
  }

  @Test func caughtExitsAreCounted() throws {
    let target = try FakeTarget.armVCpu()
    let session = try HypervisorSession(
      target: target, symbols: SymbolFile(path: ArmVCpuImage.file.get()),
      guestSymbols: SymbolFile(path: FixtureImages.guest.get()))
    target.executesInstructions = true
    _ = try session.points.addCatchpoint(.exit([.any]))
    for exit in [FakeExit.mmioWrite, .hypercall, .hypercall] {
      target.script = [.frame(exit)]
      try session.resume()
      while session.isRunning, try session.poll() == nil {}
    }
    let exit = try session.exits.require()
    #expect(exit.count == .seen(3))
    try expectSameAnswers(session)
    // Handled elsewhere: what was seen.
    target.stand(at: ArmVCpuImage.handler, level: 2)
    try session.refresh()
    #expect(try session.exits.require().isCopy)
    try expectSameAnswers(session)
  }

  @Test func exitsAtTheVectors() throws {
    let target = try FakeTarget.booted()
    target["SCTLR_EL2"] = 1
    target.executesInstructions = true
    let session = try HypervisorSession(target: target)
    #expect(session.exits.way == .vectors)
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "$exit.kind == hvc")
    target.script = [.vector(.hypercall)]
    try session.resume()
    while session.isRunning, try session.poll() == nil {}
    #expect(session.exits.vectorTables.map(\.isGuests) == [true])
    #expect(session.breakpoints.all.map(\.hitCount) == [1])
    try expectSameAnswers(session)
  }

  @Test func interruptsOfTwoCPUs() throws {
    let target = try FakeTarget.booted()
    let second = target.addCPU()
    target.addInterruptController()
    target.stand(at: FakeExit.wfi)
    target["x7", of: second] = 0x77
    let session = try HypervisorSession.fake(target)
    try expectSameAnswers(session)
    try session.threads.select(2)
    try expectSameAnswers(session)
    // Each has its own, whichever was selected when the snapshot was saved.
    let snapshot = try opened(session)
    #expect(try snapshot.value(of: "$hv.x7").bits == 0x77)
    try snapshot.threads.select(1)
    try session.threads.select(1)
    #expect(
      SnapshotAnswers(session: snapshot).all == SnapshotAnswers(session: session).all)
  }

  @Test(arguments: [FakeTarget.Model.x86Program, .riscvProgram, .aarch64Program])
  func programs(model: FakeTarget.Model) throws {
    let target = FakeTarget(model)
    for register in target.registers.all where register.bitWidth == 64 {
      target[register.name] = 0x4000_0000 + UInt64(register.number) * 16
    }
    let session = try HypervisorSession(target: target)
    _ = target.memory.write([1, 2, 3, 4], at: target["pc"], .physical)
    try expectSameAnswers(session)
  }

  // MARK: Nothing changes

  @Test(arguments: [true, false])
  func savingChangesNothing(hasExit: Bool) throws {
    let target = try FakeTarget.booted()
    target.addCPU()
    target.addInterruptController()
    if hasExit { target.stand(at: FakeExit.mmioWrite) }
    let session = try HypervisorSession.fake(target)
    _ = try? session.exits.require()
    let before = target.contents
    let answers = SnapshotAnswers(session: session).all
    _ = try Self.file(of: session, [try SnapshotRange(.physical, 0x4000_0000, byteCount: 4096)])
    #expect(FakeTarget.differences(target.contents, before) == [])
    #expect(target.contents == before)
    for (found, wanted) in zip(SnapshotAnswers(session: session).all, answers) {
      #expect(found == wanted)
    }
  }

  /// Wherever the connection dies: an earlier file stays, and no other appears.
  @Test func aSnapshotIsWrittenWholeOrNotAtAll() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "a.snapshot").path
    for limit in stride(from: 0, to: 400, by: 37) {
      try Data("before".utf8).write(to: URL(filePath: path))
      let target = try FakeTarget.booted()
      target.stand(at: FakeExit.mmioWrite)
      let session = try HypervisorSession.fake(target)
      target.packetLimit = limit
      #expect(throws: (any Error).self) { try session.saveSnapshot(to: path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == Data("before".utf8))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.snapshot"])
    let fixture = try SessionFixture(at: FakeExit.mmioWrite)
    let summary = try fixture.session.saveSnapshot(to: path)
    #expect(summary.fileByteCount == (try Data(contentsOf: URL(filePath: path)).count))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.snapshot"])
    let (session, warnings) = try SessionOpening.open(path)
    #expect(warnings.isEmpty)
    #expect(try session.exits.require() == fixture.session.exits.require())
    let error = #expect(throws: SnapshotError.self) {
      try fixture.session.saveSnapshot(to: folder.appending(path: "no/b").path)
    }
    #expect(error?.description.hasSuffix("No such file or directory") == true)
  }

  @Test func onlyFilesAreReplaced() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let fixture = try SessionFixture(at: FakeExit.mmioWrite)
    let pipe = folder.appending(path: "pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    for path in [folder.path, pipe] {
      #expect(throws: SnapshotError.cannotWrite(path: path, reason: "Not a regular file")) {
        try fixture.session.saveSnapshot(to: path)
      }
    }
    let link = folder.appending(path: "link").path
    let file = folder.appending(path: "file").path
    try Data().write(to: URL(filePath: file))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    try fixture.session.saveSnapshot(to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
    #expect(try SessionOpening.open(file).warnings.isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
  }

  // MARK: Additionally requested memory

  @Test func memoryThatIsAskedFor() throws {
    let fixture = try SessionFixture(at: FakeExit.mmioWrite)
    _ = fixture.target.memory.write([1, 2, 3, 4], at: 0x4230_0000, .physical)
    let expressions = fixture.session.expressions
    let ranges = [
      try SnapshotRange(parsing: "pa:0x42300000..0x42301000", by: expressions),
      try SnapshotRange(parsing: "guest:0x403ff000,+0x2000", by: expressions),
    ]
    #expect(ranges[1].byteCount == 0x2000)
    let snapshot = try opened(fixture.session, memory: ranges)
    #expect(try snapshot.memory.read(.physical, 0x4230_0000, byteCount: 4) == [1, 2, 3, 4])
    #expect(throws: DebugError.unmapped(.physical, 0x4230_1000, "it was not saved in the snapshot"))
    {
      try snapshot.memory.read(.physical, 0x4230_1000, byteCount: 1)
    }
    for address in [0x403f_f000, 0x4040_0ff8] as [UInt64] {
      for space in [AddressSpace.guest, .intermediatePhysical] {
        #expect(
          try snapshot.memory.read(space, address, byteCount: 8)
            == fixture.session.memory.read(space, address, byteCount: 8))
      }
    }
    // The reason stays where memory could not be read.
    let unmapped = try SnapshotRange(.guest, 0x4040_2000, byteCount: 8)
    let other = try opened(fixture.session, memory: [unmapped])
    let reason = "stage 2 ends at an invalid descriptor of level 3"
    #expect(throws: DebugError.unmapped(.guest, 0x4040_2000, reason)) {
      try other.memory.read(.guest, 0x4040_2000, byteCount: 8)
    }
  }

  @Test(arguments: [
    "pa:0x1000", "pa:0x1000..0x1000", "pa:0x2000..0x1000", "pa:0x1000,+0", "pa:0x0,+0x10000001",
    "pa:0xffffffffffffffff,+2",
  ])
  func rangesThatAreNone(text: String) throws {
    let fixture = try SessionFixture()
    #expect(throws: SnapshotError.self) {
      try SnapshotRange(parsing: text, by: fixture.session.expressions)
    }
  }

  // MARK: What acts is refused

  @Test func nothingRunsAndNothingChanges() throws {
    let snapshot = try opened(try SessionFixture(at: FakeExit.hypercall).session)
    let acts: [() throws -> Void] = [
      { try snapshot.resume() }, { try snapshot.step() }, { try snapshot.detach() },
      { try snapshot.assign("$x0 = 1") }, { try snapshot.assign("$hv.x0 = 1") },
      { try snapshot.assign("$vbar_el2 = 1") }, { try snapshot.assign("*$sp = 1") },
      { try snapshot.assign("*hv:0x40404000 = 1") },
      { _ = try snapshot.perform(.skip) },
      { _ = try snapshot.points.addCatchpoint(.exit([.any])) },
      { _ = try snapshot.points.add("*$pc") }, { try snapshot.exits.setWay(.vectors) },
      { _ = try snapshot.agent.translation(of: 0x4020_0000, in: .hypervisor) },
      { _ = try snapshot.live() },
    ]
    for (index, act) in acts.enumerated() {
      let error = #expect(throws: DebugError.self, "\(index)") { try act() }
      #expect(error == .snapshot, "\(index)")
    }
    #expect(!snapshot.isLive)
    #expect(snapshot.fileDescriptor == -1)
    #expect(
      DebugError.snapshot.description
        == "this is a snapshot: it cannot run, and cannot be changed")
  }

  @Test func theFileOfSymbolsMayBeAnother() throws {
    let fixture = try SessionFixture(at: FakeExit.mmioWrite)
    var (contents, memory) = try fixture.session.snapshot(with: [])
    contents.modules[0].fingerprint = "build-id:00"
    contents.modules[1].path = "/nowhere/guest"
    let file = SnapshotFile(description: try contents.json(), memory: memory)
    memory = []
    let (session, warnings) = try SessionOpening.open(file)
    #expect(warnings.count == 2)
    #expect(warnings.first?.contains("is not the file that the snapshot was saved with") == true)
    #expect(warnings.last?.contains("/nowhere/guest") == true)
    #expect(session.modules.hypervisor != nil)
    #expect(session.modules.guest == nil)
  }
}
