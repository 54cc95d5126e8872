import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Breakpoints of one CPU, one vCPU or one virtual machine, and the numbers of them.
@Suite struct WorldBreakpointTests {
  private static let second = ThreadID(process: 1, thread: 2)
  private static let handler = FixtureImages.handler

  /// Two CPUs: VMID 0 with vCPU 0, VMID 7 with vCPU 1.
  private func fixture() throws -> SessionFixture {
    let target = try FakeTarget.booted()
    target.cpus.append((Self.second, "CPU#1 [running]"))
    target["VTTBR_EL2", of: Self.second] = 7 << 48 | FakeMemory.stage2Root
    target["VMPIDR_EL2", of: Self.second] = 1 << 31 | 1
    return try SessionFixture.symbolised(target)
  }

  @Test(
    arguments: [
      (AddressSpace.Owner.cpu(1), "hv[cpu 1]"), (.vcpu(1), "hv[vcpu 1]"), (.vm("7"), "hv[vm 7]"),
    ])
  func itIsHitByItsOwnAlone(owner: AddressSpace.Owner, prefix: String) throws {
    let fixture = try fixture()
    _ = try fixture.session.memory.guestsOnCPUs()
    let added = try fixture.session.points.add("handle_exit", of: owner)
    guard case .code(let place) = added.kind else { return }
    #expect(place.space.prefix == prefix)
    // The first CPU is passed over.
    let event = try fixture.resume(
      .at(Self.handler, level: 2), .at(Self.handler + 4, level: 2),
      .stop(thread: Self.second) { $0.stand(at: Self.handler, level: 2) })
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.target.selectedThread == Self.second)
    #expect(try fixture.session.value(of: "$cpu").bits == 1)
    #expect(try fixture.session.value(of: "$vcpu").bits == 1)
    #expect(try fixture.session.value(of: "$vmid").bits == 7)
  }

  @Test func aConditionSaysTheSame() throws {
    let fixture = try fixture()
    _ = try fixture.session.points.add("handle_exit", condition: "$cpu == 1 && $vmid == 7")
    let event = try fixture.resume(
      .at(Self.handler, level: 2), .at(Self.handler + 4, level: 2),
      .stop(thread: Self.second) { $0.stand(at: Self.handler, level: 2) })
    #expect(SessionFixture.numbers(event) == [1])
  }

  @Test(
    arguments: [
      ("handle_exit", AddressSpace.Owner.cpu(2), "the target has 2 CPUs, counted from 0"),
      ("*guest[cpu 0]:0x40200010", .cpu(1), "the location is for guest[cpu 0]"),
    ])
  func nobodys(location: String, owner: AddressSpace.Owner, reason: String) throws {
    let fixture = try fixture()
    #expect(throws: DebugError.noSuchOwner(owner.text, reason: reason)) {
      try fixture.session.points.add(location, of: owner)
    }
    #expect(throws: DebugError.noSuchVM("9")) {
      try fixture.session.points.add("handle_exit", of: .vm("9"))
    }
    #expect(fixture.session.breakpoints.all.isEmpty)
  }

  /// A program has none of them, and a variable may have these names.
  @Test func aProgramHasNoSuchNumbers() throws {
    let fixture = try SessionFixture(FakeTarget(.aarch64Program))
    try fixture.session.assign("$cpu = 5")
    #expect(try fixture.session.value(of: "$cpu").bits == 5)
  }
}
