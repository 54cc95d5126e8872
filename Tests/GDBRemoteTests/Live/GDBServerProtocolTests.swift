import Foundation
import Testing

@testable import GDBRemote

/// The parts of the protocol that only gdbserver has: conditions, non-stop mode, ranges, files,
/// objects.
@Suite(
  .serialized,
  .enabled(if: ServerProcess.path(of: "gdbserver") != nil, "gdbserver is not installed"),
  .timeLimit(.minutes(3)))
struct GDBServerProtocolTests {
  private let program: ServedProgram

  init() throws { program = try ServedProgram(.gdbserver) }

  /// Of five calls one stops.
  @Test func conditionsAreEvaluatedByTheServer() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    #expect(target.profile.evaluatesConditions)
    let number = try target.register(named: ServedProgram.argument).number
    let here = try program.address("here")
    try target.insertBreakpoint(
      .software, at: here, length: ServedProgram.breakpointByteCount,
      condition: .register(number).equals(.constant(4)))
    try target.resume(.continue())
    #expect(try target.waitForStop(timeout: ServedProgram.limit).event?.signal == 5)
    #expect(try target.readInteger(ServedProgram.argument) == 4)
    #expect(
      try target.stopCause()
        == .breakpoint([.init(.software, at: here, byteCount: ServedProgram.breakpointByteCount)]))
    // Memory and arithmetic as well: the last call finds 4 in the counter.
    try target.removeBreakpoint(
      .software, at: here, length: ServedProgram.breakpointByteCount,
      condition: .register(number).equals(.constant(4)))
    let counter = AgentExpression.memory(
      at: .constant(try program.address("counter")), byteCount: 8)
    try target.insertBreakpoint(
      .software, at: here, length: ServedProgram.breakpointByteCount,
      condition: counter.plus(.constant(1)).equals(.constant(5)))
    try target.resume(.continue())
    _ = try target.waitForStop(timeout: ServedProgram.limit)
    #expect(try target.readInteger(ServedProgram.argument) == 5)
    try target.kill()
  }

  @Test func threadsStopOneByOne() throws {
    let (target, server) = try program.launch("threads")
    defer { server.end() }
    try target.insertBreakpoint(
      .software, at: try program.address("all_ready"), length: ServedProgram.breakpointByteCount)
    try target.resume(.continue())
    let main = try #require(try target.waitForStop(timeout: ServedProgram.limit).thread)
    try target.removeBreakpoint(
      .software, at: try program.address("all_ready"), length: ServedProgram.breakpointByteCount)
    let threads = try target.threads()
    #expect(threads.count == 3)
    let others = threads.filter { $0 != main }

    try target.setNonStop(true)
    try target.resume(.threads(others.map { ThreadAction(.continue, $0) }))
    // They count while the main thread stands and can be asked.
    try target.select(main)
    let pc = try target.readInteger("pc")
    let counter = try program.address("counter")
    let before = try target.readMemory(at: counter, byteCount: 8)
    let deadline = ContinuousClock.now + ServedProgram.limit
    while try target.readMemory(at: counter, byteCount: 8) == before {
      try #require(ContinuousClock.now < deadline, "nothing runs")
    }
    #expect(try target.readInteger("pc") == pc)

    // One is stopped; the other continues.
    try target.resume(.threads([ThreadAction(.stop, others[0])]))
    #expect(try target.waitForStop(timeout: ServedProgram.limit).thread == others[0])
    #expect(try target.poll() == nil)
    try target.interrupt()
    #expect(try target.waitForStop(timeout: ServedProgram.limit).thread == others[1])

    // Each steps alone.
    for thread in others {
      try target.resume(.threads([ThreadAction(.step, thread)]))
      #expect(try target.waitForStop(timeout: ServedProgram.limit).thread == thread)
    }
    try target.setNonStop(false)
    try target.kill()
  }

  @Test func rangesAreSteppedThrough() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    let here = try program.address("here")
    try target.insertBreakpoint(.software, at: here, length: ServedProgram.breakpointByteCount)
    try target.resume(.continue())
    _ = try target.waitForStop(timeout: ServedProgram.limit)
    try target.removeBreakpoint(.software, at: here, length: ServedProgram.breakpointByteCount)
    // The function has a handful of instructions, and ends in its caller.
    let stop = try target.step(in: here..<here + 0x40, timeout: ServedProgram.limit)
    #expect(stop.event?.signal == 5)
    let pc = try target.readInteger("pc")
    #expect(!(here..<here + 0x40).contains(pc))
    #expect(
      try target.readMemory(at: try program.address("counter"), byteCount: 1) == [1],
      "it has stored")
    try target.kill()
  }

  @Test func filesAndObjects() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    #expect(try target.executablePath() == program.path)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: program.path)))
    #expect(try target.readFile(program.path) == bytes)
    let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    try target.writeFile(copy, Array(bytes.prefix(50_000)))
    #expect([UInt8](try Data(contentsOf: URL(filePath: copy))) == Array(bytes.prefix(50_000)))
    try target.deleteFile(copy)
    #expect(!FileManager.default.fileExists(atPath: copy))
    #expect(
      remoteError { _ = try target.readFile(copy) }?.description.contains("no such file") == true)
    // AT_PAGESZ and AT_ENTRY.
    let vector = try target.auxiliaryVector()
    #expect(vector[6] == UInt64(sysconf(Int32(_SC_PAGESIZE))))
    #expect(vector[9] != nil)
    #expect(try target.isAttached() == false)
    #expect(remoteError { _ = try target.memoryMap() }?.code == .unsupported)
    let threads = try target.threadInformation()
    #expect(threads.count == 1 && threads[0].core != nil)
    #expect(try target.isAlive(threads[0].id))
    try target.kill()
  }

  @Test func allRegistersAreWrittenTogether() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    let registers = try target.readGeneralRegisters()
    var bytes = registers.bytes
    let index = try #require(registers.registers.firstIndex { $0.name == ServedProgram.argument })
    bytes.replaceSubrange(registers.range(at: index), with: [1, 2, 3, 4, 5, 6, 7, 8])
    try target.writeGeneralRegisters(registers, bytes)
    #expect(try target.readInteger(ServedProgram.argument) == 0x0807_0605_0403_0201)
    try target.kill()
  }
}
