import CArmVCpu
import Testing

@testable import ArmVCpu

/// An access that stage 2 doesn't allow, carried out on the memory that it maps.
@Suite struct VCpuCarryOutTests {
  private static let address = IntermediatePhysicalAddress(EmulatedAccess.ipa)

  private static func fault(_ word: UInt32, isWrite: Bool, _ iss: UInt64) -> EmulatedAccess {
    EmulatedAccess(word: word, isWrite: isWrite, iss: iss)
  }

  /// Permission faults of each level, with ISV and without: the instruction says what the access is.
  @Test(arguments: [0x0f, 0x0e, 0x0d, 0x181_000f] as [UInt64])
  func aPairIsLoaded(iss: UInt64) {
    let exit = Self.fault(0xa940_0801, isWrite: false, iss)  // ldp x1, x2, [x0]
    var guest = exit.guest()
    let memory = FakeDevice()
    let outcome = guest.vcpu.carryOut(at: Self.address, on: memory.answer)
    #expect(outcome == .completed)
    #expect(guest.vcpu.frame.gpr(1) == 0x8786_8584_8382_8180)
    #expect(guest.vcpu.frame.gpr(2) == 0x8f8e_8d8c_8b8a_8988)
    #expect(guest.vcpu.frame.elr == EmulatedAccess.pc + 4 && guest.vcpu.exit == nil)
    #expect(
      memory.accesses.map(\.address.rawValue) == [EmulatedAccess.ipa, EmulatedAccess.ipa + 8])
  }

  @Test func aStoreWritesBackItsBase() {
    let exit = Self.fault(0xf800_8401, isWrite: true, 0x0f)  // str x1, [x0], #8
    var guest = exit.guest()
    let memory = FakeDevice()
    let outcome = guest.vcpu.carryOut(at: Self.address, on: memory.answer)
    #expect(outcome == .completed)
    #expect(memory.accesses.map(\.storedValue) == [exit.frame.gpr(1)])
    #expect(guest.vcpu.frame.gpr(0) == EmulatedAccess.base + 8)
  }

  /// Other faults, walks, and instructions that are no sequence of accesses.
  @Test(
    arguments: [
      (0xf940_0001, 0x07), (0xf940_0001, 0x0b), (0xf940_0001, 0x10), (0xf940_0001, 0x8f),
      (0xc85f_7c01, 0x0f), (0xf821_0002, 0x0f), (0x4c40_7001, 0x0f),
    ] as [(UInt32, UInt64)])
  func nothingElseIs(word: UInt32, iss: UInt64) {
    let exit = Self.fault(word, isWrite: false, iss)
    var guest = exit.guest()
    let memory = FakeDevice()
    let outcome = guest.vcpu.carryOut(at: Self.address, on: memory.answer)
    #expect(outcome == .refused && memory.accesses == [])
    #expect(guest.vcpu.frame.words == exit.frame.words)
  }
}
