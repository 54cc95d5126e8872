import Testing

@testable import GDBRemote

/// The general registers of real stubs at their first stop.
struct RealStubTests {
  @Test func qemuAArch64LeavesVectorsOut() throws {
    let description = try Transcript.description("qemu-7.2-aarch64-max")
    let general = try #require(
      try Transcript.generalRegisters("qemu-7.2-aarch64-max", in: description))
    #expect(general.bytes.count == 268)
    #expect(general.registers.count == 34)
    #expect(general.registers.last?.name == "cpsr")
    // EL2h with all exceptions masked.
    #expect(general["cpsr"] == 0x4000_03c9)
    #expect(general["z0"] == nil)
    #expect(description.registers["z0"]?.bitWidth == 2048)
    #expect(description.registers["HCRX_EL2"] != nil)
  }

  @Test func qemuX86IsLongerThanItsDescription() throws {
    let description = try Transcript.description("qemu-7.2-x86-64")
    let general = try #require(
      try Transcript.generalRegisters("qemu-7.2-x86-64", in: description))
    #expect(general["rip"] == 0xfff0)
    #expect(general["eflags"] == 2)
    #expect(general["cs"] == 0xf000)
    #expect(general["cr0"] == 0x6000_0010)
    #expect(general["mxcsr"] == 0x1f80)
    for (name, register) in [
      ("pc", "rip"), ("sp", "rsp"), ("fp", "rbp"), ("ps", "eflags"), ("flags", "eflags"),
      ("PC", "rip"),
    ] {
      #expect(description.registers[name]?.name == register)
    }
    #expect(description.registers["lr"] == nil)
  }

  @Test func qemuRISCV() throws {
    let description = try Transcript.description("qemu-7.2-riscv64")
    let general = try #require(
      try Transcript.generalRegisters("qemu-7.2-riscv64", in: description))
    #expect(general.registers.count == 33)
    #expect(general["pc"] == 0x1000)
    for (name, register) in [
      ("lr", "ra"), ("x1", "ra"), ("s0", "fp"), ("x8", "fp"), ("x31", "t6"), ("f10", "fa0"),
      ("X10", "a0"),
    ] {
      #expect(description.registers[name]?.name == register)
    }
    #expect(description.registers["sstatus"]?.number == 322)
    #expect(description.registers["ps"] == nil)
    #expect(description.registers["cpsr"] == nil)
  }

  @Test func qemuArmHasNamesTwice() throws {
    let description = try Transcript.description("qemu-7.2-arm")
    let general = try #require(try Transcript.generalRegisters("qemu-7.2-arm", in: description))
    #expect(general.registers.map(\.name).suffix(2) == ["pc", "cpsr"])
    #expect(general["cpsr"] == 0x4000_01d3)
    #expect(description.registers.all.filter { $0.name == "DUMMY" }.count == 5)
    #expect(
      description.registers["DUMMY"] == description.registers.all.first { $0.name == "DUMMY" })
    #expect(description.registers["fp"]?.name == "r11")
    #expect(description.registers["ps"]?.name == "cpsr")
  }

  @Test func gdbserver() throws {
    let description = try Transcript.description("gdbserver-13.1-x86-64")
    let general = try #require(
      try Transcript.generalRegisters("gdbserver-13.1-x86-64", in: description))
    #expect(general["rip"] == 0x7fff_f7fe_4b70)
    #expect(general["rsp"] == 0x7fff_ffff_e7f0)
    let eflags = try #require(description.registers["eflags"])
    let flags = description.value(of: eflags, [0x46, 0x02, 0, 0])
    #expect(flags.setFlags == ["PF", "ZF", "IF"])
    let xmm0 = try #require(description.registers["xmm0"])
    let bytes = try #require(general.bytes(of: xmm0))
    let value = description.value(of: xmm0, bytes)
    #expect(value["v4_float"]?[3] != nil)
    #expect(value["v16_int8"]?[15] != nil)
    #expect(value["v16_int8"]?[16] == nil)
    // The kernel starts a program with the x87 as FNINIT leaves it.
    #expect(general["fctrl"] == 0x37f)
    #expect(general["mxcsr"] == 0x1f80)
  }

  /// LLDB's server gives each register's offset in `g`, and has parts of registers as registers.
  @Test func lldbServer() throws {
    let description = try Transcript.description("lldb-server-21-x86-64")
    let general = try #require(
      try Transcript.generalRegisters("lldb-server-21-x86-64", in: description))
    let registers = description.registers
    let rsp = try #require(general["rsp"])
    #expect(rsp >> 40 == 0x7f && rsp & 0xf == 0)
    #expect(general["esp"] == rsp & 0xffff_ffff)
    #expect(general["sp"] == rsp & 0xffff)
    #expect(general["mxcsr"] == 0x1f80)
    #expect(registers["pc"]?.name == "rip")
    #expect(registers["flags"]?.name == "rflags")
    #expect(registers["ps"]?.name == "rflags")
    #expect(registers["eflags"]?.name == "rflags")
    #expect(registers["arg1"]?.name == "rdi")
    #expect(registers["tp"]?.name == "fs_base")
    #expect(registers["eax"]?.isPart == true)
    #expect(registers["eax"]?.lldb?.containers == [0])
    #expect(registers["rax"]?.isPart == false)
    let xmm0 = try #require(registers["xmm0"])
    let value = description.value(of: xmm0, Array(0..<16))
    #expect(value[15]?.content == .unsigned(15))
  }

  @Test func lldbServersPartCalledSPIsNotTheStackPointer() throws {
    let registers = try Transcript.description("lldb-server-21-x86-64").registers
    #expect(registers.all.contains { $0.name == "sp" && $0.bitWidth == 16 })
    #expect(registers["sp"]?.name == "rsp")
    #expect(registers["SP"]?.name == "rsp")
    #expect(registers["fp"]?.name == "rbp")
  }
}
