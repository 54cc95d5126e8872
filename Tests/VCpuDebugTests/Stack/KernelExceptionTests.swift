import GDBRemote
import Testing

@testable import VCpuDebug

/// `struct pt_regs` as Linux's entry code leaves it.
@Suite struct KernelExceptionTests {
  static let layout = DataLayout(addressByteCount: 8, byteOrder: .little)
  static let text: UInt64 = 0xffff_8000_0801_0000
  static let record: UInt64 = 0xffff_8000_0900_0130

  /// The structure and its frame record, with a word after it.
  static func bytes(
    recordOffset: Int = 304, link: UInt64? = nil, pointer: UInt64? = nil, type: UInt64 = 0,
    pc: UInt64 = text + 0x120, pstate: UInt64 = 0x6040_0005
  ) -> [UInt8] {
    var words = [UInt64](repeating: 0, count: recordOffset / 8 + 3)
    for index in 0..<31 { words[index] = 0x1000 + UInt64(index) }
    words[29] = record + 0x100
    words[31] = record + 0x40
    words[32] = pc
    words[33] = pstate
    words[recordOffset / 8] = pointer ?? words[29]
    words[recordOffset / 8 + 1] = link ?? pc
    words[recordOffset / 8 + 2] = type
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
  }

  private func exception(_ bytes: [UInt8], offset: UInt64 = 304) -> KernelException? {
    KernelException(record: Self.record, recordOffset: offset, bytes: bytes, layout: Self.layout)
  }

  @Test func interruptedKernel() throws {
    let found = try #require(exception(Self.bytes()))
    #expect(!found.isFromProgram)
    #expect(found.registers.pc == Self.text + 0x120)
    #expect(found.registers[0] == 0x1000)
    #expect(found.registers[31] == Self.record + 0x40)
    #expect(found.registers.pstate == 0x6040_0005)
    #expect(found.registers.place(of: 3) == .memory(Self.record - 304 + 24))
  }

  @Test func interruptedProgram() throws {
    let found = try #require(
      exception(Self.bytes(link: 0, pointer: 0, pc: 0x40_1234, pstate: 0x1000)))
    #expect(found.isFromProgram)
    #expect(found.registers.pc == 0x40_1234)
  }

  /// From 6.11 on the record is empty, and a type follows it.
  @Test func recordsWithTypes() throws {
    let kernel = Self.bytes(recordOffset: 296, link: 0, pointer: 0, type: 2)
    #expect(exception(kernel, offset: 296)?.isFromProgram == false)
    let program = Self.bytes(
      recordOffset: 296, link: 0, pointer: 0, type: 1, pc: 0x40_1234, pstate: 0)
    #expect(exception(program, offset: 296)?.isFromProgram == true)
    #expect(exception(Self.bytes(recordOffset: 296, type: 2), offset: 296) == nil)
  }

  @Test func otherRecordsAreNone() {
    // The PC, and x29, have to be those of the record.
    #expect(exception(Self.bytes(link: Self.text)) == nil)
    #expect(exception(Self.bytes(pointer: Self.record)) == nil)
    // Not a level of the kernel's, or of nothing.
    #expect(exception(Self.bytes(pstate: 0x6040_000d)) == nil)
    #expect(exception(Self.bytes(pstate: 0xffff_ffff_0000_0005)) == nil)
    // A kernel thread's is empty.
    #expect(exception(Self.bytes(link: 0, pointer: 0, pc: 0, pstate: 0x10_0005)) == nil)
    #expect(exception([]) == nil)
  }
}

@Suite struct ReturnAddressTests {
  @Test(
    arguments: [
      // The code is in bits 54 to 48 and 63 to 56, or less.
      (0x002a_ffff_8000_1000, 48, 0x0000_ffff_8000_1000),
      (0xff80_8000_0801_0000 & ~(0x55 << 56), 48, 0xffff_8000_0801_0000),
      (0x0012_3440_4021_3440, 39, 0x0000_0040_4021_3440),
      (0xffff_8000_0801_0000, 48, 0xffff_8000_0801_0000), (0x4021_3440, 39, 0x4021_3440),
    ] as [(UInt64, Int, UInt64)])
  func codesAreStripped(value: UInt64, bits: Int, expected: UInt64) {
    #expect(ReturnAddress { _ in bits }.stripped(value) { _ in nil } == expected)
  }

  @Test func sizeIsFoundByTheCode() {
    let unknown = ReturnAddress { _ in nil }
    let signed: UInt64 = 0x0012_3400_4021_3440
    #expect(unknown.stripped(signed) { $0 == 0x4021_3440 } == 0x4021_3440)
    #expect(unknown.stripped(signed) { _ in nil } == 0x3400_4021_3440)
    // Known code isn't changed, and the size isn't asked for.
    let never = ReturnAddress { _ in
      Issue.record("it was asked for")
      return nil
    }
    #expect(never.stripped(0x4021_3440) { _ in nil } == 0x4021_3440)
    #expect(never.stripped(signed) { $0 == signed } == signed)
  }
}
