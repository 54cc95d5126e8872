import Foundation
import Glibc
import Testing

@testable import GDBRemote

/// The client against GDB's server, with a program of this machine.
@Suite(
  .serialized,
  .enabled(if: ServerProcess.path(of: "gdbserver") != nil, "gdbserver is not installed"),
  .timeLimit(.minutes(3)))
struct GDBServerInteropTests {
  private let program: ServedProgram
  /// The number in GDB's protocol, not the system's.
  private let userSignal: UInt8 = 30

  init() throws { program = try ServedProgram(.gdbserver) }

  @Test func readsAndWritesRegistersAndMemory() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    #expect(target.profile.kind == .gdbserver)
    #expect(target.description.warnings == [])
    let general = try target.readGeneralRegisters()
    #expect(
      general[ServedProgram.programCounter]
        == (try target.readInteger(ServedProgram.programCounter)))
    // gdbserver has no packet for one register on x86: it goes among all of them.
    let name = try #require(general.registers.first?.name)
    try target.writeInteger(name, 0x1234_5678_9abc)
    #expect(try target.readInteger(name) == 0x1234_5678_9abc)
    let after = try target.readGeneralRegisters()
    for register in general.registers where register.name != name && register.bitWidth <= 64 {
      #expect(after[register.name] == general[register.name], "\(register.name)")
    }
    let going = try program.address("going")
    #expect(try target.readMemory(at: going, byteCount: 4) == [1, 0, 0, 0])
    try target.writeMemory(at: going, [7, 0, 0, 0])
    #expect(try target.readMemory(at: going, byteCount: 4) == [7, 0, 0, 0])
    #expect(
      remoteError { _ = try target.readMemory(at: 8, byteCount: 4) }?.code == .memoryUnreadable)
    try target.kill()
  }

  @Test(arguments: [BreakpointKind.software, .hardware])
  func stopsAtBreakpointsAndExits(_ kind: BreakpointKind) throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    let here = try program.address("here")
    // The hardware finds it as soon as the code is loaded; the software needs it to be there.
    try target.insertBreakpoint(kind, at: here, length: ServedProgram.breakpointByteCount)
    for count in 1...5 as ClosedRange<UInt64> {
      #expect(try ServedProgram.run(target).event?.signal == 5)
      #expect(try target.readInteger(ServedProgram.programCounter) == here)
      let before = try target.readMemory(at: try program.address("counter"), byteCount: 1)
      #expect(before == [UInt8(count - 1)])
      // gdbserver's breakpoint stops a step; it must be removed for it.
      #expect(try target.stepPastBreakpoint(timeout: ServedProgram.limit).event?.signal == 5)
      #expect(try target.readInteger(ServedProgram.programCounter) > here)
    }
    #expect(try ServedProgram.run(target).isEnd)
    guard case .ended(.exited(status: 3, _)) = target.state else {
      Issue.record("the target is \(target.state)")
      return
    }
  }

  @Test func stopsAtWatchpoints() throws {
    let (target, server) = try program.launch("watch")
    defer { server.end() }
    let watched = try program.address("watched")
    try target.insertBreakpoint(.writeWatch, at: watched, length: 8)
    for count in 1...3 as ClosedRange<UInt64> {
      let hit = try ServedProgram.run(target)
      #expect(hit.event?.watchpoint?.address == watched, "\(hit)")
      let value = RegisterDescription.integer(
        try target.readMemory(at: watched, byteCount: 8))
      #expect(value == count * 0x1111)
    }
    try target.removeBreakpoint(.writeWatch, at: watched, length: 8)
    #expect(
      try ServedProgram.run(target)
        == .exited(status: 0, process: target.initialStop.thread?.process))
  }

  @Test func hasThreads() throws {
    let (target, server) = try program.launch("threads")
    defer { server.end() }
    let ready = try program.address("all_ready")
    try target.insertBreakpoint(.software, at: ready, length: ServedProgram.breakpointByteCount)
    #expect(try ServedProgram.run(target).event?.signal == 5)
    let threads = try target.threads()
    #expect(threads.count == 3)
    let main = try #require(target.stop?.thread)
    #expect(threads.contains(main))
    var stacks: Set<UInt64> = []
    for thread in threads {
      try target.select(thread)
      stacks.insert(try #require(try target.readGeneralRegisters()[stackPointer]))
    }
    // Each has its own registers.
    #expect(stacks.count == 3)
    try target.select(main)
    #expect(try target.readInteger(ServedProgram.programCounter) == ready)

    // One thread steps; the others don't run.
    let other = try #require(threads.first { $0 != main })
    try target.select(other)
    let before = try target.readInteger(ServedProgram.programCounter)
    try target.select(main)
    #expect(try target.stepPastBreakpoint(timeout: ServedProgram.limit).thread == main)
    try target.select(other)
    #expect(try target.readInteger(ServedProgram.programCounter) == before)

    try target.resume(.continue())
    try target.interrupt()
    let stop = try target.waitForStop(timeout: ServedProgram.limit)
    #expect(stop.event?.signal == 2)
    try target.writeMemory(at: try program.address("going"), [0, 0, 0, 0])
    #expect(try ServedProgram.run(target) == .exited(status: 3, process: main.process))
  }

  #if arch(x86_64)
    private let stackPointer = "rsp"
  #else
    private let stackPointer = "sp"
  #endif

  @Test(arguments: [true, false])
  func passesOnOrWithholdsASignal(passes: Bool) throws {
    let (target, server) = try program.launch("signal")
    defer { server.end() }
    // SIGALRM comes first.
    #expect(try ServedProgram.run(target).event?.signal == 14)
    #expect(try ServedProgram.run(target).event?.signal == userSignal)
    let thread = try #require(target.stop?.thread)
    let action = ThreadAction(passes ? .continueWithSignal(userSignal) : .continue, thread)
    try target.resume(.threads([action]))
    // The program says whether it got it.
    #expect(
      try target.waitForStop(timeout: ServedProgram.limit)
        == .exited(status: passes ? 0 : 4, process: thread.process))
  }

  @Test func tellsADeathBySignal() throws {
    let (target, server) = try program.launch("abort")
    defer { server.end() }
    #expect(try ServedProgram.run(target).event?.signal == 6)
    let thread = try #require(target.stop?.thread)
    try target.resume(.threads([ThreadAction(.continueWithSignal(6), thread)]))
    #expect(
      try target.waitForStop(timeout: ServedProgram.limit)
        == .terminated(signal: 6, process: thread.process)
    )
  }

  @Test func killsTheProgram() throws {
    let (target, server) = try program.launch("threads")
    defer { server.end() }
    let process = try #require(target.initialStop.thread?.process)
    try target.kill()
    #expect(isGone(pid_t(process)))
  }

  /// The program existed before, and still exists afterwards.
  @Test func attachesAndDetaches() throws {
    // gdbserver interrupts a group of processes by the number of the program, which has to lead one.
    let program = try ServerProcess(["setsid", self.program.path, "threads"], descriptors: [])
    defer { program.end() }
    let child = try childProcess(of: program.process)
    // It leads a group of its own, which does not end with the test.
    defer { _ = Glibc.kill(child, SIGKILL) }
    let (server, transport) = try ServerProcess.connected(
      ["gdbserver", "--attach", "-", "\(child)"], by: .standardInputAndOutput, name: "gdbserver")
    defer { server.end() }
    let target = try RemoteTarget(transport: transport, timeout: ServedProgram.limit)
    #expect(target.initialStop.thread?.process == Int(child))
    #expect(try target.isAttached() == true)
    let counter = try self.program.address("counter")
    let before = try target.readMemory(at: counter, byteCount: 8)
    try target.resume(.continue())
    try target.interrupt()
    _ = try target.waitForStop(timeout: ServedProgram.limit)
    let after = try target.readMemory(at: counter, byteCount: 8)
    #expect(before.count == after.count)
    try target.detach()
    #expect(!isGone(child))
  }

  /// A server without a program, which is given one.
  @Test func startsAProgramInExtendedMode() throws {
    let (server, transport) = try ServerProcess.connected(
      ["gdbserver", "--multi", "-"], by: .standardInputAndOutput, name: "gdbserver")
    defer { server.end() }
    let target = try RemoteTarget(transport: transport, timeout: ServedProgram.limit)
    #expect(remoteError { _ = try target.readGeneralRegisters() } != nil)
    try target.enableExtendedMode()
    #expect(try !target.run(program.path, arguments: ["count"]).isEnd)
    try target.insertBreakpoint(
      .software, at: try program.address("here"), length: ServedProgram.breakpointByteCount)
    #expect(try ServedProgram.run(target).event?.signal == 5)
    #expect(try target.readInteger(ServedProgram.programCounter) == (try program.address("here")))
    try target.kill()
  }

  /// The child of `timeout`, which starts it at once.
  private func childProcess(of parent: pid_t) throws -> pid_t {
    let deadline = ContinuousClock.now + ServedProgram.limit
    let path = "/proc/\(parent)/task/\(parent)/children"
    while ContinuousClock.now < deadline {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      if let child = text.split(separator: " ").first.flatMap({ pid_t($0) }),
        let threads = try? FileManager.default.contentsOfDirectory(
          atPath: "/proc/\(child)/task"), threads.count == 3
      {
        return child
      }
      usleep(2_000)
    }
    throw RemoteError(.timeout, "the program has not started")
  }

  private func isGone(_ process: pid_t) -> Bool {
    let deadline = ContinuousClock.now + .seconds(2)
    while ContinuousClock.now < deadline {
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      // After the name in its parentheses is the state: a zombie is gone as well.
      guard let text, !text.contains(") Z ") else { return true }
      if text.contains(") R ") || text.contains(") S ") { return false }
      usleep(2_000)
    }
    return false
  }
}
