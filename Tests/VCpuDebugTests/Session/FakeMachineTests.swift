import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// The machine that the other tests rely on: what it has in its memory, and that a CPU's registers are its own.
struct FakeMachineTests {
  private let target: FakeTarget
  private static let first = ThreadID(process: 1, thread: 1)

  init() throws { target = try .booted() }

  private func bytes(_ address: UInt64, _ byteCount: Int) throws -> [UInt8] {
    try #require(target.memory.read(address, byteCount: byteCount, .hypervisor))
  }

  private func word(_ address: UInt64) throws -> UInt64 {
    try bytes(address, 4).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Where `b` at an address goes.
  private func branchTarget(_ address: UInt64) throws -> UInt64? {
    let instruction = try word(address)
    guard instruction >> 26 == 0b000101 else { return nil }
    let offset = Int64(bitPattern: instruction << 38) >> 36
    return address &+ UInt64(bitPattern: offset)
  }

  @Test func theDescriptorHasTheSymbols() throws {
    let symbols = Module(
      try SymbolFile(path: FixtureImages.hypervisor.get()), in: .hypervisor)
    let bytes = try bytes(FixtureImages.descriptor, DebugDescriptor.byteCount)
    let descriptor = try DebugDescriptor(bytes.span)
    let address = { (name: String) in symbols.symbol(named: name)?.address }
    #expect(address("vcpu_debug_descriptor") == FixtureImages.descriptor)
    #expect(descriptor.trampoline == FixtureImages.trampoline)
    #expect(address("vmexit_trampoline") == FixtureImages.trampoline)
    #expect(descriptor.halt == FixtureImages.halt)
    #expect(address("avcpu_halt") == FixtureImages.halt)
    #expect(descriptor.vectors == FixtureImages.vectors)
    #expect(address("exception_vector_base_vcpu") == FixtureImages.vectors)
    #expect(descriptor.saving.lowerBound == FixtureImages.save)
    #expect(address("avcpu_save_exit") == FixtureImages.save)
    #expect(descriptor.entering.lowerBound == FixtureImages.entry)
    #expect(address("context_vm_entry") == FixtureImages.entry)
    #expect(UInt64(descriptor.currentContextOffset) == FakeTarget.currentContextOffset)
    #expect(UInt64(descriptor.cpuLocalByteCount) == FakeTarget.cpuLocalStride)
    #expect(Int(descriptor.contextByteCount) == MemoryLayout<VCpuContext>.stride)
  }

  /// From each vector of a guest to the trampoline, and out again by the `eret`.
  @Test func theCodeIsWhatTheDescriptorSays() throws {
    let bytes = try bytes(FixtureImages.descriptor, DebugDescriptor.byteCount)
    let descriptor = try DebugDescriptor(bytes.span)
    for offset in stride(from: UInt64(0x400), to: 0x800, by: 0x80) {
      let vector = descriptor.vectors + offset
      // sub sp, sp, #272
      #expect(try word(vector) == 0xd104_43ff)
      #expect(try branchTarget(vector + 12) == descriptor.saving.lowerBound)
    }
    #expect(try branchTarget(descriptor.saving.upperBound - 4) == descriptor.trampoline)
    #expect(try word(descriptor.entering.upperBound - 4) == 0xd69f_03e0)
  }

  @Test func anExitLeavesItsSyndromeInTheCPU() {
    let exit = FakeExit.mmioRead
    target.stand(at: exit, context: FakeTarget.otherContext)
    #expect(target["ESR_EL2"] == exit.esr)
    #expect(target["FAR_EL2"] == 0x900_0018)
    #expect(target["HPFAR_EL2"] == 0x9_0000)
    #expect(target["ELR_EL2"] == exit.pc)
    #expect(target["SPSR_EL2"] == exit.pstate)
    #expect(target["SP_EL0"] == exit.spEL0)
    let context = target.memory.read(
      target["TPIDR_EL2"] + FakeTarget.currentContextOffset, byteCount: 8, .hypervisor)
    #expect(context == littleEndian(FakeTarget.otherContext))
  }

  /// An exit of one CPU doesn't change another.
  @Test func eachCPUHasItsOwnRegisters() throws {
    let second = target.addCPU()
    #expect(target["TPIDR_EL2", of: second] == FakeTarget.cpuLocal + FakeTarget.cpuLocalStride)
    #expect(target["VMPIDR_EL2", of: second] == 0x8000_0001)
    #expect(target["VTTBR_EL2", of: second] == target["VTTBR_EL2"])
    let place = { (thread: ThreadID) in
      target["TPIDR_EL2", of: thread] + FakeTarget.currentContextOffset
    }
    target.script = [.exit(.wfi, context: FakeTarget.otherContext, thread: second)]
    try target.resume(.continue(at: nil), after: [])
    _ = try target.poll()
    #expect(target.selectedThread == second)
    #expect(target["pc"] == FixtureImages.trampoline)
    #expect(target["pc", of: Self.first] == FixtureImages.handler)
    #expect(
      target.memory.read(place(second), byteCount: 8, .hypervisor)
        == littleEndian(FakeTarget.otherContext))
    #expect(target.memory.read(place(Self.first), byteCount: 8, .hypervisor) == littleEndian(0))
    try target.select(Self.first)
    #expect(target["pc"] == FixtureImages.handler)
    target["x5"] = 5
    #expect(target["x5", of: second] == 0)
  }
}
