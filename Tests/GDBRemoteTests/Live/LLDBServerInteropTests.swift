import Foundation
import Testing

@testable import GDBRemote

/// The client against LLDB's server, which is part of the toolchain.
@Suite(
  .serialized,
  .enabled(if: ServerProcess.path(of: "lldb-server") != nil, "the toolchain has no lldb-server"),
  .timeLimit(.minutes(2)))
struct LLDBServerInteropTests {
  private static let limit = Duration.seconds(30)
  private let program: TestProgram

  init() throws { program = try TestProgram.shared.get() }

  private func launch(_ mode: String) throws -> (RemoteTarget, ServerProcess) {
    let path = try #require(ServerProcess.path(of: "lldb-server"))
    let (server, transport) = try ServerProcess.connected(
      [path, "gdbserver", "--fd", "10", "--", program.path, mode], by: .descriptor(10),
      name: "lldb-server")
    return (try RemoteTarget(transport: transport, timeout: Self.limit), server)
  }

  private func run(_ target: RemoteTarget) throws -> StopReply {
    try target.resume(.continue())
    return try target.waitForStop(timeout: Self.limit)
  }

  #if arch(x86_64)
    private let pc = "rip"
    private let breakpointByteCount = 1
  #else
    private let pc = "pc"
    private let breakpointByteCount = 4
  #endif

  @Test func stopsAtBreakpointsAndExits() throws {
    let (target, server) = try launch("count")
    defer { server.end() }
    #expect(target.profile.kind == .lldbServer)
    let here = try #require(program.symbols["here"])
    try target.insertBreakpoint(.software, at: here, length: breakpointByteCount)
    for _ in 1...5 {
      #expect(try run(target).event?.signal == 5)
      #expect(try target.readInteger(pc) == here)
      #expect(try target.stepPastBreakpoint(timeout: Self.limit).event?.signal == 5)
    }
    guard case .exited(status: 3, _) = try run(target) else {
      Issue.record("the target is \(target.state)")
      return
    }
  }

  /// Its `g` packet has the registers in an order of its own, which the description tells.
  @Test func allRegistersAreEachRegister() throws {
    let (target, server) = try launch("count")
    defer { server.end() }
    let here = try #require(program.symbols["here"])
    try target.insertBreakpoint(.software, at: here, length: breakpointByteCount)
    _ = try run(target)
    let general = try target.readGeneralRegisters()
    #expect(general[pc] == here)
    #expect(general.registers.count > 16)
    for (index, register) in general.registers.enumerated() where register.bitWidth <= 64 {
      let alone = try target.readRegister(register)
      #expect(alone == Array(general.bytes[general.range(at: index)]), "\(register.name)")
    }
    try target.kill()
  }

  @Test func hasThreadsAndSignals() throws {
    let (target, server) = try launch("threads")
    defer { server.end() }
    let ready = try #require(program.symbols["all_ready"])
    try target.insertBreakpoint(.software, at: ready, length: breakpointByteCount)
    #expect(try run(target).event?.signal == 5)
    #expect(try target.threads().count == 3)
    try target.resume(.continue())
    try target.interrupt()
    #expect(try target.waitForStop(timeout: Self.limit).event != nil)
    try target.kill()
  }

  /// The numbers are the system's, not GDB's.
  @Test func signalsHaveTheSystemsNumbers() throws {
    let (target, server) = try launch("signal")
    defer { server.end() }
    #expect(target.profile.traits.signals == .native)
    #expect(try run(target).event?.signal == 14)
    #expect(try run(target).event?.signal == 10)
    let thread = try #require(target.stop?.thread)
    try target.resume(.threads([ThreadAction(.continueWithSignal(10), thread)]))
    guard case .exited(status: 0, _) = try target.waitForStop(timeout: Self.limit) else {
      Issue.record("the target is \(target.state)")
      return
    }
  }
}
