import Foundation
import Testing

@testable import GDBRemote

/// The client against QEMU's stub of several machines and architectures: what any of them can do.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct MachineInteropTests {
  private static let limit = Duration.seconds(30)

  /// A program that counts in a register and stores it, in an endless loop.
  struct Program: Sendable {
    var machine: QEMUProcess.Machine
    /// Where the code is, and the memory that it stores to.
    var code: UInt64
    var data: UInt64
    var bytes: [UInt8]
    /// Offsets of the instructions after the one that sets the counter to 0, the last one jumping back to the first of
    /// them.
    var loop: [UInt64]
    var pc: String
    var counter: String
    /// What else has to be set before it runs.
    var registers: [(String, UInt64)]
    var breakpointByteCount: Int
    /// Whether a watchpoint stops before its instruction is done.
    var watchpointIsEarly: Bool
  }

  private static func words(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  private static func arm64(_ machine: QEMUProcess.Machine) -> Program {
    Program(
      machine: machine, code: 0x4000_0000, data: 0x4000_1000,
      bytes: words([
        0xd280_0000,  // movz x0, #0
        0x9100_0400,  // add x0, x0, #1
        0xf900_0020,  // str x0, [x1]
        0x17ff_fffe,  // b -8
      ]), loop: [4, 8, 12], pc: "pc", counter: "x0", registers: [("x1", 0x4000_1000)],
      breakpointByteCount: 4, watchpointIsEarly: true)
  }

  /// Real mode, as the CPU starts: CS is set to 0, so that RIP is the whole address.
  private static let x86 = Program(
    machine: .x86, code: 0x7c00, data: 0x600,
    bytes: [
      0x31, 0xc0,  // xor %ax, %ax
      0x40,  // inc %ax
      0xa3, 0x00, 0x06,  // mov %ax, 0x600
      0xeb, 0xfa,  // jmp -6
    ], loop: [2, 3, 6], pc: "rip", counter: "rax", registers: [("cs", 0), ("ds", 0)],
    breakpointByteCount: 1, watchpointIsEarly: false)

  private static let riscv = Program(
    machine: .riscv, code: 0x8000_0000, data: 0x8000_1000,
    bytes: words([
      0x0000_0513,  // li a0, 0
      0x0015_0513,  // addi a0, a0, 1
      0x00a5_b023,  // sd a0, 0(a1)
      0xff9f_f06f,  // j -8
    ]), loop: [4, 8, 12], pc: "pc", counter: "a0", registers: [("a1", 0x8000_1000)],
    breakpointByteCount: 4, watchpointIsEarly: true)

  private static let arm64Machines = ["cortex-a57", "max"].flatMap { cpu in
    [true, false].flatMap { hasEL2 in
      [1, 4].map { QEMUProcess.Machine.arm64(cpu: cpu, hasEL2: hasEL2, cpuCount: $0) }
    }
  }

  @Test(
    .enabled(if: QEMUProcess.path != nil, "qemu-system-aarch64 is not installed"),
    arguments: arm64Machines)
  func arm64Machine(_ machine: QEMUProcess.Machine) throws {
    let target = try run(Self.arm64(machine))
    let hasEL2 = machine.options.contains("virt,virtualization=on")
    #expect((target.registers["HCR_EL2"] != nil) == hasEL2)
    #expect(try target.readInteger("cpsr") >> 2 & 3 == (hasEL2 ? 2 : 1))
    let count = machine.options.last == "4" ? 4 : 1
    #expect(try target.threads().count == count)
    if count > 1 { try stepsOneCPU(target) }
    try target.kill()
    #expect(target.state == .disconnected)
  }

  @Test(
    .enabled(
      if: QEMUProcess.path(of: .x86) != nil, "qemu-system-x86_64 is not installed"))
  func x86Machine() throws {
    let target = try run(Self.x86)
    #expect(target.description.architecture == "i386:x86-64")
    #expect(try target.threads().count == 2)
    #expect(try target.readInteger("cr0") & 1 == 0)
    #expect(try target.readRegister(try target.register(named: "xmm0")).count == 16)
    try target.detach()
    #expect(target.state == .disconnected)
  }

  @Test(
    .enabled(
      if: QEMUProcess.path(of: .riscv) != nil, "qemu-system-riscv64 is not installed"))
  func riscvMachine() throws {
    let target = try run(Self.riscv)
    #expect(target.description.architecture == "riscv:rv64")
    #expect(try target.readInteger("zero") == 0)
    #expect(try target.readInteger("mhartid") == 0)
    try target.kill()
  }

  /// Registers, memory, a breakpoint, a step, a watchpoint and an interrupt, from the stopped machine.
  private func run(_ program: Program) throws -> RemoteTarget {
    let qemu = try QEMUProcess(program.machine)
    let target = try RemoteTarget(
      transport: try #require(qemu.transport), timeout: Self.limit)
    servers.list.append(qemu)
    #expect(target.profile.kind.isQEMU)
    #expect(target.description.warnings == [])
    #expect(!target.wasRunningAtConnection)

    try target.writeMemory(at: program.code, program.bytes)
    #expect(
      try target.readMemory(at: program.code, byteCount: program.bytes.count) == program.bytes)
    for (name, value) in program.registers { try target.writeInteger(name, value) }
    try target.writeInteger(program.pc, program.code)
    let general = try target.readGeneralRegisters()
    #expect(general[program.pc] == program.code)
    #expect(try target.readInteger(program.pc) == program.code)
    let values = try target.batch(general.registers.map { .register($0) })
    for (index, response) in values.enumerated() {
      // Each register has the same value alone and among all.
      #expect(try response.bytes() == Array(general.bytes[general.range(at: index)]))
    }

    try target.resume(.step())
    #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 5)
    #expect(try target.readInteger(program.pc) == program.code + program.loop[0])
    #expect(try target.readInteger(program.counter) & 0xffff == 0)

    let place = program.code + program.loop[1]
    let length = program.breakpointByteCount
    try target.insertBreakpoint(.software, at: place, length: length)
    for count in 1...3 as ClosedRange<UInt64> {
      try target.resume(.continue())
      #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 5)
      #expect(try target.readInteger(program.pc) == place)
      #expect(try target.readInteger(program.counter) & 0xffff == count)
      #expect(try target.stepPastBreakpoint(timeout: Self.limit).event?.signal == 5)
      #expect(try target.readInteger(program.pc) == program.code + program.loop[2])
    }
    try target.removeBreakpoint(.software, at: place, length: length)
    #expect(try target.readMemory(at: program.data, byteCount: 2) == [3, 0])

    try target.insertBreakpoint(.writeWatch, at: program.data, length: 2)
    try target.resume(.continue())
    let hit = try target.waitForStop(timeout: Self.limit)
    #expect(hit.event?.watchpoint?.address == program.data)
    let stored = try target.readMemory(at: program.data, byteCount: 2)
    #expect(stored == [program.watchpointIsEarly ? 3 : 4, 0])
    try target.removeBreakpoint(.writeWatch, at: program.data, length: 2)

    try target.resume(.continue())
    try target.interrupt()
    #expect(try target.waitForStop(timeout: Self.limit).event?.signal == 2)
    let pc = try target.readInteger(program.pc)
    #expect(program.loop.contains(pc &- program.code), "stopped at \(pc)")
    return target
  }

  /// A step moves only the CPU that it is for.
  private func stepsOneCPU(_ target: RemoteTarget) throws {
    let threads = try target.threads()
    try target.select(threads[0])
    let before = try target.readInteger("x0")
    try target.select(threads[3])
    // It is off, and has executed nothing: give it the program and let it step alone.
    let otherPC = try target.readInteger("pc")
    try target.select(threads[0])
    for _ in 0..<3 {
      try target.resume(.step(threads[0]))
      #expect(try target.waitForStop(timeout: Self.limit).thread == threads[0])
    }
    #expect(try target.readInteger("x0") == before + 1)
    try target.select(threads[3])
    #expect(try target.readInteger("pc") == otherPC)
  }

  /// The servers of a test, which end with it.
  private final class Servers {
    var list: [QEMUProcess] = []
  }
  private let servers = Servers()
}
