import Foundation
import Testing

@testable import GDBRemote

/// The client against its main stub.
@Suite(
  .serialized, .enabled(if: QEMUProcess.path != nil, "qemu-system-aarch64 is not installed"),
  .timeLimit(.minutes(2)))
struct QEMUInteropTests {
  static let code: UInt64 = 0x4000_0000

  /// Counts in x0 and stores it at x1.
  private static let program: [UInt32] = [
    0xd280_0000,  // movz x0, #0
    0x9100_0400,  // add x0, x0, #1
    0xf900_0020,  // str x0, [x1]
    0x17ff_fffe,  // b -8
  ]

  private func load(_ target: RemoteTarget) throws {
    try target.writeMemory(
      at: Self.code,
      Self.program.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    try target.writeInteger("x1", Self.code + 0x1000)
    try target.writeInteger("pc", Self.code)
  }

  private static let limit = Duration.seconds(20)

  private func connect(_ qemu: QEMUProcess) throws -> RemoteTarget {
    try RemoteTarget(transport: try #require(qemu.transport), timeout: Self.limit)
  }

  @Test func readsAndWrites() throws {
    let qemu = try QEMUProcess()
    let target = try connect(qemu)
    #expect(target.profile.kind.isQEMU)
    #expect(target.profile.pipelines && !target.profile.acknowledges)
    #expect(target.profile.usesProcesses && !target.profile.canReverseStep)
    #expect(target.description.architecture == "aarch64")
    #expect(target.description.warnings == [])
    #expect(!target.wasRunningAtConnection)
    #expect(target.initialStop.thread == ThreadID(process: 1, thread: 1))

    // EL2h, as QEMU starts a machine with virtualization.
    #expect(try target.readInteger("cpsr") & 15 == 9)
    #expect(try target.readInteger("VPIDR_EL2") == 0x411f_d070)
    #expect(target.registers["SCTLR_EL1"] != nil)
    try load(target)
    let general = try target.readGeneralRegisters()
    #expect(general.registers.count == 34)
    #expect(general["pc"] == Self.code)
    #expect(general["x1"] == Self.code + 0x1000)

    let hcr = try target.readInteger("HCR_EL2")
    let error = remoteError { try target.writeInteger("HCR_EL2", hcr ^ 1) }
    #expect(error?.code == .writeIgnored)

    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try target.writeMemory(at: Self.code + 0x10_0001, bytes)
    #expect(try target.readMemory(at: Self.code + 0x10_0001, byteCount: bytes.count) == bytes)
    let unmapped = remoteError {
      _ = try target.readMemory(at: 0xffff_0000_0000_0000, byteCount: 4)
    }
    #expect(unmapped?.code == .memoryUnreadable)
    #expect(
      try target.physicalMemory { try target.readMemory(at: Self.code + 0x10_0001, byteCount: 8) }
        == Array(bytes.prefix(8)))
    #expect(try target.monitor("info status").contains("paused"))
    #expect(try target.threads() == [ThreadID(process: 1, thread: 1)])
    #expect(try target.threadDescription(ThreadID(process: 1, thread: 1)).hasPrefix("CPU#0"))
    try target.kill()
  }

  @Test func stepsAndStops() throws {
    let qemu = try QEMUProcess()
    let target = try connect(qemu)
    try load(target)
    try target.resume(.step())
    #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 5)
    #expect(try target.readInteger("pc") == Self.code + 4)

    try target.insertBreakpoint(.hardware, at: Self.code + 4)
    try target.insertBreakpoint(.software, at: Self.code + 4)
    for count in 1...20 as ClosedRange<UInt64> {
      // Away from the breakpoint and back to it.
      try target.resume(.step())
      _ = try target.waitForStop(timeout: Self.limit)
      #expect(try target.readInteger("pc") == Self.code + 8)
      let responses = try target.resume(.continue(), after: [.generalRegisters])
      #expect(try responses[0].generalRegisters()["x0"] == count)
      #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 5)
      #expect(try target.readInteger("pc") == Self.code + 4)
    }
    try target.removeBreakpoint(.hardware, at: Self.code + 4)
    try target.removeBreakpoint(.software, at: Self.code + 4)

    try target.insertBreakpoint(.writeWatch, at: Self.code + 0x1000, length: 8)
    try target.resume(.continue(at: Self.code))
    let hit = try target.waitForStop(timeout: Self.limit)
    #expect(hit.event?.watchpoint?.address == Self.code + 0x1000)
    #expect(try target.readInteger("pc") == Self.code + 8)
    _ = try target.stepPastWatchpoint(timeout: Self.limit)
    #expect(try target.readInteger("pc") == Self.code + 12)
    try target.removeBreakpoint(.writeWatch, at: Self.code + 0x1000, length: 8)

    try target.resume(.continue())
    #expect(remoteError { _ = try target.readInteger("x0") }?.code == .targetRunning)
    #expect(try target.poll() == nil)
    try target.interrupt()
    #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 2)
    let count = try target.readInteger("x0")
    try target.resume(.continue())
    try target.interrupt()
    #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 2)
    #expect(try target.readInteger("x0") >= count)
    try target.detach()
    #expect(target.state == .disconnected)
  }

  @Test func turnsToEachCPU() throws {
    let qemu = try QEMUProcess(cpuCount: 2)
    let target = try connect(qemu)
    let threads = try target.threads()
    #expect(threads.count == 2)
    try load(target)
    try target.resume(.step(threads[0]))
    #expect(try target.waitForStop(timeout: Self.limit).thread == threads[0])
    try target.select(threads[1])
    #expect(try target.readInteger("x1") == 0)
    try target.select(threads[0])
    #expect(try target.readInteger("x1") == Self.code + 0x1000)
    try target.kill()
  }

  /// Quirks 8, 15 and 16: one client at a time, and a machine that runs on after a detachment.
  @Test func clientsComeOneAfterTheOther() throws {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "gdb-\(UUID().uuidString).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let qemu = try QEMUProcess(listeningAt: path)
    let endpoint = try Endpoint(parsing: "unix:\(path)")
    let first = try RemoteTarget(connectingTo: endpoint, timeout: Self.limit)
    try load(first)
    try first.insertBreakpoint(.hardware, at: Self.code + 4)

    try first.detach()
    let again = try RemoteTarget(connectingTo: endpoint, timeout: Self.limit)
    #expect(again.wasRunningAtConnection)
    #expect(try again.readInteger("x1") == Self.code + 0x1000)
    try again.resume(.continue(at: Self.code))
    // The breakpoint went with the first client.
    #expect(remoteError { _ = try again.waitForStop(timeout: .milliseconds(50)) }?.code == .timeout)
    try again.interrupt()
    #expect(try again.waitForStop(timeout: Self.limit).event?.signal == 2)

    // Only at the end: QEMU accepts the connection when the other client has left, and then stops
    // the machine.
    let refused = remoteError {
      _ = try RemoteTarget(connectingTo: endpoint, timeout: .milliseconds(200))
    }
    #expect(refused?.code == .noAnswer)
    #expect(refused?.description.contains("unix:\(path): another client") == true)
    try again.kill()
    qemu.end()
  }

  @Test func aStopIsFast() throws {
    let qemu = try QEMUProcess()
    let target = try connect(qemu)
    try load(target)
    try target.insertBreakpoint(.hardware, at: Self.code + 12)
    let rounds = 200
    let start = ContinuousClock.now
    for _ in 0..<rounds {
      try target.resume(.continue(at: Self.code + 4))
      _ = try target.waitForStop(timeout: Self.limit)
      _ = try target.batch([.generalRegisters, .memory(at: Self.code, byteCount: 320)])
    }
    let each = (ContinuousClock.now - start) / rounds
    #expect(try target.readInteger("x0") == UInt64(rounds))
    // About a quarter of a millisecond on an idle machine; a lost wait would cost seconds.
    #expect(each < .milliseconds(50), "\(each)")
    try target.kill()
  }
}
