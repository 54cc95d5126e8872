import Foundation
import Glibc
import Testing

@testable import GDBRemote

/// Sessions with a recording instead of a stub.
struct ReplayTests {
  /// The results of a session.
  private struct Told: Equatable {
    var registers: [UInt64] = []
    var memory: [UInt8] = []
    var stops: [StopReply] = []
    var threads: [ThreadID] = []
    var output = ""
  }

  private func use(_ target: RemoteTarget) throws -> Told {
    var told = Told()
    for name in ["x1", "x2", "pc", "ESR_EL2"] {
      told.registers.append(try target.readInteger(name))
    }
    told.memory = try target.readMemory(at: 0x2010, byteCount: 150)
    try target.writeMemory(at: 0x2100, [1, 2, 3])
    try target.writeInteger("x1", 0xfeed)
    try target.insertBreakpoint(.software, at: 0x1010)
    try target.resume(.continue())
    told.stops.append(try target.waitForStop(timeout: .seconds(5)))
    told.registers.append(try target.readInteger("pc"))
    try target.resume(.step())
    told.stops.append(try target.waitForStop(timeout: .seconds(5)))
    told.registers.append(try target.readInteger("pc"))
    told.threads = try target.threads()
    told.output = try target.monitor("info")
    try target.removeBreakpoint(.software, at: 0x1010)
    try target.resume(.continue())
    try target.interrupt()
    told.stops.append(try target.waitForStop(timeout: .seconds(5)))
    told.memory += try target.readMemory(at: 0x2100, byteCount: 4)
    try target.detach()
    return told
  }

  /// A session with a stub in memory, and its recording.
  private func record(_ kind: FaultStub) throws -> (told: Told, recording: Recording) {
    var text = RecordingLine.header
    let target = try RemoteTarget(transport: kind.make()) { direction, bytes in
      text += RecordingLine.text(.zero, direction, bytes)
    }
    let told = try use(target)
    return (told, try Recording(parsing: text))
  }

  @Test(arguments: FaultStub.allCases, [ReplayTransport.Order.strict, .free])
  func theSameSessionTellsTheSame(kind: FaultStub, order: ReplayTransport.Order) throws {
    let (told, recording) = try record(kind)
    #expect(told.stops.count == 3 && told.output == "hello world\n" && told.memory.count == 154)
    let target = try RemoteTarget(transport: ReplayTransport(recording, order: order))
    #expect(try use(target) == told)
  }

  /// The bytes of a recording may be split differently: at each byte, or not at all between two turns.
  @Test(arguments: FaultStub.allCases) func theCutsDoNotMatter(kind: FaultStub) throws {
    let (told, recording) = try record(kind)
    var single = RecordingLine.header
    for entry in recording.entries {
      // A write of several requests stays one: that is how it is known that they were under way together.
      let pieces = entry.direction == .sent ? [entry.bytes] : entry.bytes.map { [$0] }
      for piece in pieces { single += RecordingLine.text(entry.time, entry.direction, piece) }
    }
    let target = try RemoteTarget(transport: ReplayTransport(try Recording(parsing: single)))
    #expect(try use(target) == told)
    // And the client may read and write byte by byte.
    let slow = ByteByByte(ReplayTransport(recording))
    #expect(try use(try RemoteTarget(transport: slow)) == told)
  }

  /// Hands everything on in single bytes.
  private final class ByteByByte: Transport {
    let fileDescriptor: Int32 = -1
    let peerDescription = "the recording"
    private let inner: ReplayTransport
    private var buffer: [UInt8] = []
    var now: ContinuousClock.Instant { inner.now }

    init(_ inner: ReplayTransport) { self.inner = inner }

    func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
      if self.buffer.isEmpty {
        let outcome = try inner.readAvailable(into: &self.buffer)
        guard case .bytes = outcome else { return outcome }
      }
      buffer.append(self.buffer.removeFirst())
      return .bytes(1)
    }

    func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
      if !buffer.isEmpty { return true }
      return try inner.waitUntilReadable(deadline: deadline)
    }

    func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
      for byte in bytes { try inner.write([byte], deadline: deadline) }
    }

    func close() { inner.close() }
  }

  // MARK: A different session than the recorded one

  @Test func anotherRequestIsAnErrorThatNamesTheLine() throws {
    let (_, recording) = try record(.acknowledged)
    let target = try RemoteTarget(transport: ReplayTransport(recording, name: "a.log"))
    let line = try #require(
      recording.entries.first { String(decoding: $0.bytes, as: UTF8.self).contains("$p1#") }?.line)
    let error = remoteError { _ = try target.readInteger("x7") }
    #expect(
      error?.description == "line \(line) of a.log has \"p1\", but got \"p7\""
        || error?.description.contains("of a.log has") == true, "\(String(describing: error))")
    #expect(target.state == .disconnected)
  }

  @Test func theEndOfARecordingIsAnError() throws {
    let (_, recording) = try record(.acknowledged)
    var text = RecordingLine.header
    let count = try #require(
      recording.entries.firstIndex { String(decoding: $0.bytes, as: UTF8.self).contains("$p2#") })
    for entry in recording.entries.prefix(count) {
      text += RecordingLine.text(entry.time, entry.direction, entry.bytes)
    }
    let short = try Recording(parsing: text)
    let target = try RemoteTarget(transport: ReplayTransport(short, name: "a.log"))
    #expect(try target.readInteger("x1") == 0x1111_0000 + 0x1_0001)
    let error = remoteError { _ = try target.readInteger("x2") }
    #expect(error?.code == .connectionClosed)
    #expect(error?.description.hasPrefix("a.log ends at line \(count + 1), but ") == true)
  }

  @Test(arguments: FaultStub.allCases) func aFreeReplayTakesAnyOrderWithinAStop(kind: FaultStub)
    throws
  {
    let (told, recording) = try record(kind)
    let transport = ReplayTransport(recording, order: .free, name: "a.log")
    let target = try RemoteTarget(transport: transport)
    for _ in 0..<2 {
      #expect(try target.readInteger("pc") == 0x1000)
      #expect(try target.readInteger("x2") == told.registers[1])
    }
    #expect(try target.readMemory(at: 0x2010, byteCount: 150) == Array(told.memory.prefix(150)))
    // What was not recorded has no value, and the session continues.
    let error = remoteError { _ = try target.readMemory(at: 0x9000, byteCount: 8) }
    #expect(error?.description.contains("the recording has no answer to \"m9000,8\"") == true)
    #expect(remoteError { try target.insertBreakpoint(.software, at: 0x9000) } != nil)
    #expect(try target.readInteger("pc") == 0x1000)
    // The next stops, although nothing that was done before the first of them is done here.
    try target.resume(.continue())
    #expect(try target.waitForStop(timeout: .seconds(5)) == told.stops[0])
    #expect(try target.readInteger("pc") == 0x1010)
    let other = remoteError {
      try target.resume(.continue())
      _ = try target.waitForStop(timeout: .seconds(5))
    }
    #expect(
      other?.description.contains("the recording goes on with") == true,
      "\(other.map { "\($0)" } ?? "")")
    try target.resume(.step())
    #expect(try target.waitForStop(timeout: .seconds(5)) == told.stops[1])
    #expect(try target.readInteger("pc") == 0x1014)
    // The run that was interrupted stops without.
    try target.resume(.continue())
    #expect(try target.waitForStop(timeout: .seconds(5)) == told.stops[2])
    let end = remoteError {
      try target.resume(.continue())
      _ = try target.waitForStop(timeout: .seconds(5))
    }
    #expect(
      end?.description.contains("the recording ends here, at line") == true,
      "\(end.map { "\($0)" } ?? "")")
    try target.detach()
  }

  @Test(arguments: FaultStub.allCases, [ReplayTransport.Order.strict, .free])
  func aRecordingMayEndWhileTheTargetRuns(kind: FaultStub, order: ReplayTransport.Order) throws {
    let (_, recording) = try record(kind)
    // The last resume is the one that was interrupted.
    let script = ReplayScript(recording)
    let line = try #require(script.exchanges.last { $0.request.isResume }?.line)
    var text = RecordingLine.header
    for entry in recording.entries where entry.line <= line {
      text += RecordingLine.text(entry.time, entry.direction, entry.bytes)
    }
    let transport = ReplayTransport(try Recording(parsing: text), order: order, name: "a.log")
    let target = try RemoteTarget(transport: transport)
    let error = remoteError { _ = try use(target) }
    #expect(error?.code == .connectionClosed)
    #expect(
      error?.description.hasPrefix("the recording ends here: line \(line) of a.log") == true,
      "\(error.map { "\($0)" } ?? "")")
    #expect(target.state == .disconnected)
  }

  /// What the shell polls is readable exactly when there is something to read.
  @Test func theDescriptorIsReadableWhenThereIsSomethingToRead() throws {
    let (_, recording) = try record(.qemu)
    let transport = ReplayTransport(recording, order: .free)
    func isReadable() throws -> Bool {
      try Polling.wait(
        for: transport.fileDescriptor, events: Int16(POLLIN), deadline: ContinuousClock.now)
    }
    let target = try RemoteTarget(transport: transport)
    #expect(target.fileDescriptor == transport.fileDescriptor)
    #expect(try !isReadable())
    try target.resume(.continue())
    #expect(try isReadable())
    #expect(try target.poll()?.event?.signal == 5)
    #expect(try !isReadable())
    #expect(try target.poll() == nil)
  }

  /// Damage inside a recording is an error of the session, whatever it is.
  @Test(arguments: FaultStub.allCases) func noDamageTrapsOrHangs(kind: FaultStub) throws {
    let (_, recording) = try record(kind)
    for index in stride(from: 0, to: recording.entries.count, by: 3) {
      for order in [ReplayTransport.Order.strict, .free] {
        var text = RecordingLine.header
        for (number, entry) in recording.entries.enumerated() where number != index {
          text += RecordingLine.text(entry.time, entry.direction, entry.bytes)
        }
        let transport = ReplayTransport(try Recording(parsing: text), order: order)
        let start = transport.now
        do {
          _ = try use(try RemoteTarget(transport: transport))
        } catch is RemoteError {}
        #expect(transport.now - start < .seconds(60))
      }
    }
  }

  // MARK: QEMU

  private static let qemuFixture = "Transcripts/qemu-7.2-cortex-a57/session"

  @Test(arguments: [ReplayTransport.Order.strict, .free])
  func aSessionWithQEMU(order: ReplayTransport.Order) throws {
    let url = try #require(Bundle.module.url(forResource: Self.qemuFixture, withExtension: "rsp"))
    let transport = ReplayTransport(try Recording(contentsOf: url.path), order: order)
    try QEMUSession.use(try RemoteTarget(transport: transport))
  }

  /// The same with the installed QEMU: its recording can be replayed without it. With
  /// `RECORD_GOLDEN=1` the recording replaces the one in `Transcripts`.
  @Test(
    .enabled(if: QEMUProcess.path != nil, "qemu-system-aarch64 is not installed"),
    .timeLimit(.minutes(2)))
  func aSessionWithQEMUIsRecordedAndReplayed() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).rsp").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      let qemu = try QEMUProcess()
      let recorder = try PacketRecorder(path: path)
      let target = try RemoteTarget(
        transport: try #require(qemu.transport), timeout: .seconds(20), log: recorder.record)
      try QEMUSession.use(target)
    }
    for order in [ReplayTransport.Order.strict, .free] {
      let transport = ReplayTransport(try Recording(contentsOf: path), order: order)
      try QEMUSession.use(try RemoteTarget(transport: transport))
    }
    guard ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" else { return }
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(Self.qemuFixture + ".rsp")
    try Data(contentsOf: URL(fileURLWithPath: path)).write(to: fixture)
    Issue.record("the recording was written again: review it")
  }
}
