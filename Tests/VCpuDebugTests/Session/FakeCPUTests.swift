import ArmVCpu
import GDBRemote
import TestSupport
import Testing

/// The fake target's CPU, which the tests of executed instructions rely on.
struct FakeCPUTests {
  private let target = FakeTarget()
  private let thread = ThreadID(process: 1, thread: 1)
  private static let pc: UInt64 = 0x4020_1000
  private static let vectors: UInt64 = 0x4030_0000
  private static let ich_hcr = SystemRegister(named: "ICH_HCR_EL2")!

  init() {
    target.stand(at: Self.pc, level: 2)
    target["VBAR_EL2"] = Self.vectors
    target["VBAR"] = 0x4001_0000
    target.memory.mapGuest(0x4000_0000, to: 0x4100_0000, byteCount: 0x2_0000)
  }

  /// MRS or MSR, with x0.
  private func access(_ name: String, isRead: Bool) throws -> UInt32 {
    let register = try #require(SystemRegister(named: name))
    let fields =
      register.op0 << 19 | register.op1 << 16 | register.crn << 12 | register.crm << 8
      | register.op2 << 5
    return 0xd500_0000 | (isRead ? 1 << 21 : 0) | fields
  }

  private func step(_ word: UInt32, at level: UInt64 = 2) throws {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    let pc = level == 2 ? Self.pc : 0x4000_0000
    if target["pc"] != pc || level != 2 { target.stand(at: pc, level: level) }
    try target.batch([.writeMemory(at: pc, bytes)])[0].check()
    try target.resume(.threads([ThreadAction(.step, thread)]), after: [])
    let stop = try #require(try target.poll())
    #expect(stop == .signal(StopEvent(signal: 5, thread: thread)))
  }

  private func read(_ name: String) throws -> UInt64 {
    target["pc"] = Self.pc
    try step(try access(name, isRead: true))
    return target["x0"]
  }

  private func write(_ value: UInt64, _ name: String) throws {
    target["pc"] = Self.pc
    target["x0"] = value
    try step(try access(name, isRead: false))
  }

  @Test func registersThatTheStubShowsAreTheSameOnes() throws {
    target["SCTLR"] = 0x30d0_0800
    #expect(try read("SCTLR_EL1") == 0x30d0_0800)
    #expect(target["pc"] == Self.pc + 4)
    try write(0x77, "ELR_EL2")
    #expect(target["ELR_EL2"] == 0x77)
    target["cpsr"] = 0x6000_03c9
    #expect(try read("NZCV") == 0x6000_0000)
    #expect(try read("CurrentEL") == 8)
  }

  @Test func othersAreTheTests() throws {
    target[Self.ich_hcr] = 5
    target.cpu.writeMasks[Self.ich_hcr] = 0xff
    #expect(try read("ICH_HCR_EL2") == 5)
    try write(0x1201, "ICH_HCR_EL2")
    #expect(target[Self.ich_hcr] == 1)
  }

  @Test(arguments: [("ICH_HCR_EL2", true), ("MIDR_EL1", false), ("VBAR_EL12", true)])
  func whatIsUndefinedTraps(name: String, isRead: Bool) throws {
    target[SystemRegister(named: "MIDR_EL1")!] = 0x411f_d070
    target["cpsr"] = 0x8000_0349
    target["x0"] = 9
    try step(try access(name, isRead: isRead))
    #expect(target["pc"] == Self.vectors + 0x200)
    #expect(target["ESR_EL2"] == 0x200_0000)
    #expect(target["ELR_EL2"] == Self.pc)
    #expect(target["SPSR_EL2"] == 0x8000_0349)
    #expect(target["cpsr"] == 0x3c9)
    #expect(target["x0"] == 9)
  }

  @Test func theSyndromeOfATrapIsTheTests() throws {
    target.cpu.traps[SystemRegister(named: "CPACR_EL1")!] = 0x6200_0000
    // With SP_EL0.
    target["cpsr"] = 0x3c8
    target["sp"] = 0x100
    target["SP_EL2"] = 0x200
    try step(try access("CPACR_EL1", isRead: true))
    #expect(target["pc"] == Self.vectors)
    #expect(target["ESR_EL2"] == 0x6200_0000)
    #expect([target["SP_EL0"], target["sp"]] == [0x100, 0x200])
  }

  @Test func hostsNamesReachOtherRegisters() throws {
    target["VBAR"] = 0x11
    target["CNTV_CTL_EL0"] = 0x12
    target["CPTR_EL2"] = 0x13
    target[SystemRegister(named: "CNTHV_CTL_EL2")!] = 0x14
    target["HCR_EL2"] = 1 << 34
    #expect(try read("VBAR_EL1") == Self.vectors)
    #expect(try read("VBAR_EL12") == 0x11)
    #expect(try read("CNTV_CTL_EL0") == 0x14)
    #expect(try read("CNTV_CTL_EL02") == 0x12)
    #expect(try read("CPACR_EL1") == 0x13)
    target["PAR_EL1"] = 0x15
    #expect(try read("PAR_EL1") == 0x15)
  }

  @Test func theGuestReachesItsOwn() throws {
    target["HCR_EL2"] = 1 << 34
    target["VBAR"] = 0x4001_0000
    try step(try access("VBAR_EL1", isRead: true), at: 1)
    #expect(target["x0"] == 0x4001_0000)
    // EL2's are UNDEFINED there, and the guest takes it.
    try step(try access("VBAR_EL2", isRead: true), at: 1)
    #expect(target["pc"] == 0x4001_0200)
    #expect([target["ESR_EL1"], target["ELR_EL1"]] == [0x200_0000, 0x4000_0000])
    #expect(target["cpsr"] == 0x3c5)
  }

  @Test func translationsAreTheTests() throws {
    target.cpu.translation = { register, address in
      register == SystemRegister(named: "AT S12E1R")! ? address | 0xb00 : 1
    }
    target["x0"] = 0x4020_0000
    try step(try access("AT S12E1R", isRead: false))
    #expect(target["PAR_EL1"] == 0x4020_0b00)
  }

  @Test func exceptionReturnsEnterTheGuest() throws {
    target["ELR_EL2"] = 0x4000_0040
    target["SPSR_EL2"] = 0x6000_03c5
    target["sp"] = 0x4040_8000
    target["SP_EL1"] = 0x1000
    try step(0xd69f_03e0)
    #expect([target["pc"], target["cpsr"]] == [0x4000_0040, 0x6000_03c5])
    #expect([target["sp"], target["SP_EL2"]] == [0x1000, 0x4040_8000])
  }

  @Test func returnsToWhereNobodyMayAreIllegal() throws {
    // EL3.
    target["SPSR_EL2"] = 0x3cd
    target["ELR_EL2"] = 0x40
    try step(0xd69f_03e0)
    #expect([target["pc"], target["cpsr"]] == [0x40, 1 << 20 | 0x3c9])
  }

  @Test func hypercallsExit() throws {
    target["SP_EL2"] = 0x4040_8000
    // HVC #7.
    try step(0xd400_00e2, at: 1)
    #expect(target["pc"] == Self.vectors + 0x400)
    #expect([target["ESR_EL2"], target["ELR_EL2"]] == [0x5a00_0007, 0x4000_0004])
    #expect([target["SPSR_EL2"], target["cpsr"]] == [0x3c5, 0x3c9])
    #expect([target["sp"], target["SP_EL1"]] == [0x4040_8000, 0x402e_0000])
  }

  @Test func haltedCPUsExecuteNothing() throws {
    target.cpus[0].description = "CPU#0 [halted ]"
    target["x0"] = 1
    try target.resume(
      .step(thread), after: [.writeMemory(at: Self.pc, [0x00, 0x10, 0x3c, 0xd5])])
    #expect(try target.poll() == nil)
    try target.interrupt()
    #expect(try target.poll() == .signal(StopEvent(signal: 2, thread: thread)))
    #expect([target["pc"], target["x0"]] == [Self.pc, 1])
  }

  /// Four packets: what came before the loss is done, and nothing else.
  @Test(arguments: 0...4, [true, false])
  func diesAtAnyPacket(limit: Int, isLastAnswered: Bool) throws {
    let word = try access("VBAR_EL2", isRead: true)
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    let x1 = try #require(target.registers["x1"])
    target.packetLimit = limit
    target.answersLastPacket = isLastAnswered
    let error = #expect(throws: RemoteError.self) {
      _ = try target.batch([
        .writeMemory(at: Self.pc, bytes), .writeRegister(x1, [3, 0, 0, 0, 0, 0, 0, 0]),
      ])
      try target.resume(.step(thread), after: [.register(x1)])
      _ = try target.poll()
      _ = try target.batch([.generalRegisters])
    }
    #expect(error?.code == .connectionClosed)
    #expect(target.state == .disconnected)
    #expect((target.memory.read(Self.pc, byteCount: 4, .hypervisor) == bytes) == (limit >= 1))
    #expect(target["x1"] == (limit >= 2 ? 3 : 0))
    #expect(target["x0"] == (limit >= 4 ? Self.vectors : 0))
    #expect(target["pc"] == (limit >= 4 ? Self.pc + 4 : Self.pc))
  }
}
