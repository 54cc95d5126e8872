import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ByteOrdersTests {
  typealias Order = RegisterDescription.ByteOrder

  private func orders(
    _ architecture: String?, file: Order? = nil, program: Order? = nil, registers: Order? = nil,
    hasLittleEndianCode: Bool = false
  ) -> ByteOrders {
    ByteOrders(
      architecture: architecture, file: file, hasLittleEndianCode: hasLittleEndianCode,
      program: program, fixedRegisters: registers)
  }

  @Test func theFirstWhoKnowsTells() {
    #expect(orders("s390:64-bit", file: .little, program: .little).data == .big)
    #expect(orders("powerpc:common64", file: .little, program: .big).data == .little)
    #expect(orders("powerpc:common64", program: .little).data == .little)
    #expect(orders("powerpc:common64").data == .big)
    #expect(orders("aarch64", program: .big).data == .big)
    #expect(orders("aarch64").data == .little)
    #expect(orders(nil).data == .little)
  }

  @Test func onlyWhatNobodyTellsIsAssumed() {
    #expect(orders("powerpc:common64").isAssumed && orders("aarch64").isAssumed)
    #expect(!orders("riscv:rv64").isAssumed && !orders("aarch64", file: .little).isAssumed)
    #expect(!orders("aarch64", program: .big).isAssumed)
  }

  /// QEMU's Arm machines have little-endian registers, and AArch64 little-endian code.
  @Test func theOrdersOfATargetMayDiffer() {
    let machine = orders("aarch64", file: .big, registers: .little, hasLittleEndianCode: true)
    #expect(machine.registers == .little && machine.data == .big)
    #expect(machine.instructions == .little)
    let program = orders("arm", file: .big)
    #expect(program.registers == .big && program.instructions == .big)
  }

  @Test(
    arguments: [
      (0x6401_2100_0000_0000, true), (0x21_0164, false), (0, false),
      (0xffff_8000_0802_80a8, false), (0x1234_5678_9abc_def0, false),
    ] as [(UInt64, Bool)])
  func aProgramCounterCanContradict(pc: UInt64, isContradicted: Bool) {
    #expect(orders("aarch64").isContradicted(by: pc, byteCount: 8) == isContradicted)
    // A known order isn't doubted, and 32 bits are an address in either order.
    #expect(!orders("aarch64", file: .little).isContradicted(by: pc, byteCount: 8))
    #expect(!orders("arm").isContradicted(by: pc, byteCount: 4))
  }

  /// A session doesn't begin with byte-swapped registers.
  @Test func aTargetWhoseOrderNobodyTellsIsRefused() throws {
    let target = FakeTarget()
    target["pc"] = UInt64(0x4020_1000).byteSwapped
    #expect(throws: DebugError.unknownByteOrder(UInt64(0x4020_1000).byteSwapped)) {
      try HypervisorSession(target: target)
    }
    target["pc"] = 0x4020_1000
    #expect(try HypervisorSession(target: target).assumptions.isEmpty)
  }

  @Test(
    arguments: [
      (183, true, "aarch64"), (40, false, "arm"), (62, true, "i386:x86-64"), (3, false, "i386"),
      (243, true, "riscv:rv64"), (243, false, "riscv:rv32"), (21, true, "powerpc:common64"),
      (20, false, "powerpc"), (22, true, "s390:64-bit"), (8, false, "mips"),
      (8, true, "mips:isa64"), (2, false, nil), (183, false, nil),
    ] as [(UInt16, Bool, String?)])
  func elfFilesHaveArchitectures(machine: UInt16, is64Bit: Bool, name: String?) {
    #expect(Architecture.descriptionName(elfMachine: machine, is64Bit: is64Bit) == name)
    if let name { #expect(TargetDescription.standard(for: name) != nil) }
  }
}
