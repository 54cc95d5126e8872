import Foundation
import Testing

@testable import GDBRemote

/// The client against LLDB's server, which is part of the toolchain.
@Suite(
  .serialized,
  .enabled(if: ServerProcess.path(of: "lldb-server") != nil, "the toolchain has no lldb-server"),
  .timeLimit(.minutes(2)))
struct LLDBServerInteropTests {
  private let program: ServedProgram

  init() throws { program = try ServedProgram(.lldbServer) }

  @Test func stopsAtBreakpointsAndExits() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    #expect(target.profile.kind == .lldbServer)
    let here = try program.address("here")
    try target.insertBreakpoint(.software, at: here, length: ServedProgram.breakpointByteCount)
    for _ in 1...5 {
      #expect(try ServedProgram.run(target).event?.signal == 5)
      #expect(try target.readInteger(ServedProgram.programCounter) == here)
      #expect(try target.stepPastBreakpoint(timeout: ServedProgram.limit).event?.signal == 5)
    }
    guard case .exited(status: 3, _) = try ServedProgram.run(target) else {
      Issue.record("the target is \(target.state)")
      return
    }
  }

  /// Its `g` packet has the registers in an order of its own, which the description tells.
  @Test func allRegistersAreEachRegister() throws {
    let (target, server) = try program.launch("count")
    defer { server.end() }
    let here = try program.address("here")
    try target.insertBreakpoint(.software, at: here, length: ServedProgram.breakpointByteCount)
    _ = try ServedProgram.run(target)
    let general = try target.readGeneralRegisters()
    #expect(general[ServedProgram.programCounter] == here)
    #expect(general.registers.count > 16)
    for (index, register) in general.registers.enumerated() where register.bitWidth <= 64 {
      let alone = try target.readRegister(register)
      #expect(alone == Array(general.bytes[general.range(at: index)]), "\(register.name)")
    }
    try target.kill()
  }

  @Test func hasThreadsAndSignals() throws {
    let (target, server) = try program.launch("threads")
    defer { server.end() }
    let ready = try program.address("all_ready")
    try target.insertBreakpoint(.software, at: ready, length: ServedProgram.breakpointByteCount)
    #expect(try ServedProgram.run(target).event?.signal == 5)
    #expect(try target.threads().count == 3)
    try target.resume(.continue())
    try target.interrupt()
    #expect(try target.waitForStop(timeout: ServedProgram.limit).event != nil)
    try target.kill()
  }

  /// The numbers are the system's, not GDB's.
  @Test func signalsHaveTheSystemsNumbers() throws {
    let (target, server) = try program.launch("signal")
    defer { server.end() }
    #expect(target.profile.traits.signals == .native)
    #expect(try ServedProgram.run(target).event?.signal == 14)
    #expect(try ServedProgram.run(target).event?.signal == 10)
    let thread = try #require(target.stop?.thread)
    try target.resume(.threads([ThreadAction(.continueWithSignal(10), thread)]))
    guard case .exited(status: 0, _) = try target.waitForStop(timeout: ServedProgram.limit) else {
      Issue.record("the target is \(target.state)")
      return
    }
  }
}
