import TestSupport
import Testing

@testable import VCpuDebug

/// A Linux kernel in a guest's memory, by a session.
@Suite struct LinuxStateTests {
  private static func session(
    _ kernel: KernelFixture = KernelFixture.standard, tablesAfter distance: UInt64 = 0,
    level: UInt64 = 1,
    spEL0: UInt64 = KernelFixture.address(KernelFixture.task)
  ) throws -> (session: HypervisorSession, target: FakeTarget) {
    let target = try FakeTarget.booted()
    target.installKernel(kernel, tablesAfter: distance)
    target.stand(
      at: FakeExit.mmioWrite.with {
        $0.pstate = level == 0 ? 0 : 0x3c5
        $0.spEL0 = spEL0
      })
    return (try .fake(target), target)
  }

  private static let records = KernelFixture.records.map(\.text)

  private static func texts(_ session: HypervisorSession) throws -> [String] {
    try session.kernelLog(in: .guest, limit: nil).records.map {
      String(decoding: $0.text, as: UTF8.self)
    }
  }

  @Test func theLogAndTheTaskAreFound() throws {
    let session = try Self.session().session
    #expect(try Self.texts(session) == Self.records)
    let task = try session.kernelTask(in: .guest)
    #expect(task.name == "busybox" && task.thread == 85 && task.process == 84)
    #expect(task.address == KernelFixture.address(KernelFixture.task))
    #expect(task.stack == KernelFixture.address(KernelFixture.stack))
    #expect(!task.isKernelThread)
    #expect(try session.kernelName(in: .guest) == "kallsyms of Linux 6.1.0-test")
  }

  @Test func theTaskOfAProgramIsFoundByTheEntryCode() throws {
    let (session, target) = try Self.session(level: 0, spEL0: 0x1_2340)
    #expect(try session.kernelTask(in: .guest).thread == 85)
    // Also in the first instructions of the kernel, where SP_EL0 is still the program's.
    let (other, _) = try Self.session(level: 1, spEL0: 0x1_2340)
    #expect(try other.kernelTask(in: .guest).thread == 85)
    // Another stack than the task's.
    target["SP_EL1"] = KernelFixture.address(KernelFixture.stack) + 0x10_0000
    try session.refresh()
    #expect(throws: LinuxKernels.Failure.self) { try session.kernelTask(in: .guest) }
  }

  @Test func aKernelThreadHasNoMemory() throws {
    var kernel = KernelFixture.standard
    kernel.writeTask("kworker/0:1", mm: 0)
    let task = try Self.session(kernel).session.kernelTask(in: .guest)
    #expect(task.name == "kworker/0:1" && task.isKernelThread)
  }

  @Test func whatIsNoTaskIsSaid() throws {
    let changes: [(inout KernelFixture) -> Void] = [
      { $0.writeTask("\u{1b}[2J") }, { $0.writeTask("") }, { $0.writeTask("sixteen_is_too_m") },
      { $0.writeTask(mm: 0x1234) }, { $0.put(0x1234, at: KernelFixture.task + 8) },
      { $0.put(1 << 31, at: KernelFixture.task + 16) },
    ]
    for change in changes {
      var kernel = KernelFixture.standard
      change(&kernel)
      let session = try Self.session(kernel).session
      #expect(throws: LinuxKernels.Failure.self) { try session.kernelTask(in: .guest) }
      #expect(try Self.texts(session) == Self.records)
    }
  }

  @Test(arguments: [0, 1, 2, 3] as [UInt64])
  func aKernelThatHidesFromItsProgramIsFound(pages: UInt64) throws {
    let session = try Self.session(tablesAfter: pages << 12, level: 0, spEL0: 0x8000).session
    #expect(try Self.texts(session) == Self.records)
    #expect(try session.kernelTask(in: .guest).name == "busybox")
  }

  @Test func aLogIsFoundByItsContent() throws {
    var kernel = KernelFixture.standard
    // The code that leads to it is other code.
    kernel.put(0, at: 0x1_0000 + 5 * 48)
    kernel.put(0, at: KernelFixture.pointer)
    #expect(try Self.texts(try Self.session(kernel).session) == Self.records)
    kernel.put(0, at: KernelFixture.ring)
    #expect(throws: LinuxKernels.Failure.notFound("the kernel's log wasn't found in its memory")) {
      try Self.session(kernel).session.kernelLog(in: .guest, limit: nil)
    }
  }

  @Test func aKernelWithoutTypesIsSaid() throws {
    var kernel = KernelFixture.standard
    kernel.put(0, at: KernelFixture.btf)
    let session = try Self.session(kernel).session
    for _ in 0..<2 {
      #expect(
        throws: LinuxKernels.Failure.notFound(
          "the kernel has no types in its memory: it was built without BTF, and no file with its debug information is loaded"
        )
      ) { try session.kernelLog(in: .guest, limit: nil) }
    }
  }

  @Test func aGuestThatIsNotLinuxIsSaid() throws {
    let target = try FakeTarget.booted()
    target.stand(at: FakeExit.mmioWrite)
    let session = try HypervisorSession.fake(target)
    #expect(throws: LinuxKernels.Failure.self) { try session.kernelLog(in: .guest, limit: nil) }
    #expect(throws: LinuxKernels.Failure.self) { try session.kernelTask(in: .guest) }
  }

  @Test func aStubMayRefuseAnyRequest() throws {
    let (session, target) = try Self.session(level: 0, spEL0: 0)
    var count = 0
    while count < 400 {
      target.refusesRequest = count
      let isDone =
        (try? session.kernelTask(in: .guest)) != nil && (try? Self.texts(session)) == Self.records
      target.refusesRequest = nil
      count += 1
      if isDone { break }
    }
    #expect(try session.kernelTask(in: .guest).thread == 85)
    #expect(try Self.texts(session) == Self.records)
  }

  @Test func codeSaysWhereDataIs() {
    // `adrp x0, +0x12000; nop; add x1, x0, #0x10; ldr x2, [x0, #8]; adrp x3, -0x1000; ldr x4, [x0]`.
    let words: [UInt32] = [
      0xd000_0080, 0xd503_201f, 0x9100_4001, 0xf940_0402, 0xf0ff_ffe3, 0xf940_0004,
    ]
    let code = KernelCode(
      words.flatMap { littleEndian(UInt64($0)).prefix(4) }, at: 0xffff_0000_0000_5004)
    #expect(
      code.dataAddresses == [0xffff_0000_0001_7010, 0xffff_0000_0001_7008, 0xffff_0000_0001_7000])
    #expect(code.entryTask == nil)
    #expect(KernelCode([1, 2, 3], at: 0).dataAddresses == [])
  }
}
