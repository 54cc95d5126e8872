import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Memory of a CPU, a vCPU or a virtual machine that is named, and of a host's program.
@Suite struct OwnedMemoryTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  private static let store: [UInt8] = [1, 0, 0, 0xb9]

  /// The CPU in the guest, at no exit.
  private func enterGuest() throws {
    _ = try fixture.resume(.at(0x4020_0010, level: 0, signal: 2))
  }

  private static let (first, second) = (
    ThreadID(process: 1, thread: 1), ThreadID(process: 1, thread: 2)
  )

  /// A second CPU, whose guest has the same tables from another root.
  private func addCPU(vmid: UInt64) throws {
    target.cpus.append((Self.second, "CPU#1 [running]"))
    // One table, with a block that leads elsewhere: IPA 0x40000000 to 0x42000000.
    _ = target.memory.write(littleEndian(0x4401_1003), at: 0x4401_0008, .physical)
    _ = target.memory.write(littleEndian(0x4200_07fd), at: 0x4401_1000, .physical)
    _ = target.memory.write([9, 8, 7, 6], at: 0x4200_0010, .physical)
    target["VTTBR_EL2", of: Self.second] = vmid << 48 | 0x4401_0000
    target["VMPIDR_EL2", of: Self.second] = 1 << 31 | 1
  }

  @Test(arguments: ["guest[cpu 1]", "guest[vcpu 1]", "guest[vm 7]", "ipa[cpu 1]", "ipa[vm 7]"])
  func theMemoryOfAnotherGuest(prefix: String) throws {
    try addCPU(vmid: 7)
    let value = try session.value(of: "*(uint32_t *)(\(prefix):0x40000010)")
    #expect(value.bits == 0x0607_0809)
    #expect(target.selectedThread == Self.first)
    // The selected one's is another.
    #expect(try session.value(of: "*(uint32_t *)(guest:0x40000010)").bits != 0x0607_0809)
  }

  @Test func aVMThatIsOnNoCPUHasItsPhysicalAddressesLeft() throws {
    try addCPU(vmid: 7)
    _ = try session.memory.read(AddressSpace(.guest, of: .vm("7")), 0x4000_0010, byteCount: 4)
    // It leaves: its CPU runs the other one now.
    target["VTTBR_EL2", of: Self.second] = FakeMemory.stage2Root
    try session.refresh()
    let space = AddressSpace(.intermediatePhysical, of: .vm("7"))
    #expect(try session.memory.read(space, 0x4000_0010, byteCount: 4) == [9, 8, 7, 6])
    let error = #expect(throws: DebugError.self) {
      try session.memory.read(AddressSpace(.guest, of: .vm("7")), 0x4000_0010, byteCount: 4)
    }
    #expect(
      error?.description
        == "cannot access guest[vm 7]:0x40000010: vm 7 is on no CPU now: its stage 1 is unknown, and ipa[vm 7]: is its memory"
    )
  }

  @Test func aVMThatIsNamed() throws {
    try addCPU(vmid: 7)
    try session.memory.machines.add("spare", vttbr: 9 << 48 | 0x4401_0000, vtcr: nil)
    #expect(
      try session.value(of: "*(uint32_t *)(ipa[vm spare]:0x40000010)").bits == 0x0607_0809)
    #expect(throws: DebugError.badVMName("4")) {
      try session.memory.machines.add("4", vttbr: 0, vtcr: nil)
    }
    try session.memory.machines.remove("spare")
    #expect(throws: DebugError.noSuchVM("spare")) {
      try session.memory.machines.machine(named: "spare")
    }
  }

  /// A name means the machine that has it now, also for what was read before.
  @Test func aVMThatIsNamedAgain() throws {
    try addCPU(vmid: 7)
    let machines = session.memory.machines
    try machines.add("spare", vttbr: FakeMemory.stage2Root, vtcr: nil)
    let text = "*(uint32_t *)(ipa[vm spare]:0x40000010)"
    #expect(try session.value(of: text).bits != 0x0607_0809)
    try machines.add("spare", vttbr: 9 << 48 | 0x4401_0000, vtcr: nil)
    #expect(try session.value(of: text).bits == 0x0607_0809)
    try machines.remove("spare")
    #expect(throws: DebugError.self) { try session.value(of: text) }
  }

  /// Each VM has a vCPU 0: the selected CPU's VM is meant, and another one only if it is the only one.
  @Test func aVCPUNumberOfSeveralVMs() throws {
    try addCPU(vmid: 7)
    target["VMPIDR_EL2", of: Self.second] = 1 << 31
    let text = "*(uint32_t *)(guest[vcpu 0]:0x40000010)"
    #expect(try session.value(of: text).bits != 0x0607_0809)
    try session.threads.select(2)
    #expect(try session.value(of: text).bits == 0x0607_0809)
    // A third CPU with neither.
    target.cpus.append((ThreadID(process: 1, thread: 3), "CPU#2 [running]"))
    target["HCR_EL2", of: ThreadID(process: 1, thread: 3)] = 0
    target["VTTBR_EL2", of: ThreadID(process: 1, thread: 3)] = 0
    try session.threads.select(3)
    let error = #expect(throws: DebugError.self) { try session.value(of: text) }
    #expect(
      error?.description
        == "cannot access guest[vcpu 0]:0x40000010: 2 VMs have a vCPU 0 on a CPU now: name the CPU, as in cpu 0"
    )
  }

  /// What somebody's address leads to is theirs, too.
  @Test func aCastDoesNotLoseTheOwner() throws {
    try addCPU(vmid: 7)
    #expect(throws: ExpressionError.self) {
      try session.value(of: "ipa:(guest[vcpu 1]:0x40000010)")
    }
    #expect(throws: ExpressionError.self) { try session.value(of: "guest:(guest[cpu 1]:0x10)") }
    let own = try session.value(of: "ipa[vcpu 1]:(guest[vcpu 1]:0x40000010)")
    #expect(own.addressSpace == AddressSpace(.intermediatePhysical, of: .vcpu(1)))
    #expect(try session.value(of: "pa:(guest[vcpu 1]:0x40000010)").bits == 0x4200_0010)
  }

  @Test(
    arguments: [
      ("guest[vcpu 5]", "vCPU 5 is on no CPU now (there is 0 on CPU 0, 1 on CPU 1)"),
      ("guest[cpu 2]", "there is no CPU 2: the target has 2, counted from 0"),
    ])
  func nobodysMemory(prefix: String, reason: String) throws {
    try addCPU(vmid: 7)
    let error = #expect(throws: DebugError.self) { try session.value(of: "*\(prefix):0x40000010") }
    #expect(error?.description == "cannot access \(prefix):0x40000010: \(reason)")
  }

  @Test(arguments: [
    "pa[cpu 1]:0", "hv[vm 1]:0", "guest[cpu]:0", "guest[who 1]:0", "guest[cpu x]:0",
  ])
  func notASpace(text: String) {
    #expect(throws: ExpressionError.self) { try session.value(of: text) }
  }

  /// EL0 has its host's tables while HCR_EL2.{E2H, TGE} are 1.
  @Test func theProgramOfAHost() throws {
    target["HCR_EL2"] = 1 << 34 | 1 << 27 | 1 << 31
    try enterGuest()
    #expect(try session.registers.selectedSpace() == .program)
    #expect(try session.memory.read(.program, 0x4020_0010, byteCount: 4) == Self.store)
    let error = #expect(throws: DebugError.self) {
      try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    }
    #expect(error?.description.contains("which runs its host (HCR_EL2.TGE is 1)") == true)
  }
}
