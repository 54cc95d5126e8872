import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug
@testable import vcpu_shell

/// Which CPU is selected, with a stub that reports little about it.
struct ThreadTextTests {
  private let fixture: ShellFixture
  private static let cpus = [1, 2].map { ThreadID(process: 1, thread: $0) }

  init() throws {
    fixture = try ShellFixture()
    fixture.target.cpus = Self.cpus.map { ($0, "CPU#\($0.thread - 1) [running]") }
  }

  private func marked(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("*") }.map(String.init)
  }

  @Test func theStubNamesIt() throws {
    let text = fixture.run("info threads")
    #expect(marked(text).count == 1 && text.hasPrefix("* 1  CPU#0"))
    #expect(fixture.target.selectedThread == Self.cpus[0])
  }

  /// The registers shown are only those of the second CPU.
  @Test func itsRegistersTellIt() throws {
    let target = fixture.target
    let pc = target["pc"]
    target.forgetThread()
    target.onSelection = { target, thread in
      if thread.isOne { target["pc"] = thread.thread == 2 ? pc : 0x4020_0000 }
    }
    #expect(marked(fixture.run("info threads")).first?.hasPrefix("* 2  CPU#1") == true)
    #expect(target.selectedThread == Self.cpus[1])
    #expect(target["pc"] == pc)
    #expect(fixture.run("thread").hasPrefix("[CPU 2]\n"))
  }

  @Test func nobodyKnowsIt() throws {
    fixture.target.forgetThread()
    // Both have the same registers. Reading them again can't tell them apart.
    for _ in 1...2 { #expect(marked(fixture.run("info threads")).isEmpty) }
    #expect(fixture.run("thread").hasPrefix("[the stub does not say which CPU this is]\n"))
  }

  /// A stub without threads has one CPU, without a number.
  @Test func thereIsOneAlone() throws {
    fixture.target.cpus = [(.any, "")]
    fixture.target.forgetThread()
    let text = fixture.run("info threads")
    #expect(text.hasPrefix("* 1  the only CPU  EL2 0x"))
    #expect(!text.contains("CPU 0") && !text.contains("thread 0"))
  }

  /// If the stub can't describe one CPU, the others are still shown.
  @Test func registersThatCannotBeReadAreNotShown() throws {
    fixture.target.onSelection = { (_, thread) throws(RemoteError) in
      if thread.thread == 2 { throw RemoteError(.stubError(1), "refused") }
    }
    let text = fixture.run("info threads")
    #expect(text.contains("* 1  CPU#0  EL2 0x"))
    #expect(text.contains("  2  CPU#1  (its registers cannot be read)"))
    #expect(fixture.target.selectedThread == Self.cpus[0])
  }

  @Test(arguments: [
    (0, nil), (1, "has 1 more CPU, which cannot"), (2, "has 2 more CPUs, which cannot"),
  ])
  func hiddenCPUsAreMentioned(count: Int, text: String?) throws {
    fixture.target.hiddenCPUCount = count
    let lines = fixture.run("info threads").split(separator: "\n")
    #expect(lines.count == (text == nil ? 2 : 3))
    if let text { #expect(lines.last?.contains(text) == true) }
  }

  /// What they are, and why nothing can be done with them.
  @Test func theCPUsOfOtherClustersAreListed() throws {
    fixture.target.hiddenCPUCount = 2
    fixture.target.others = .success(
      [5, 6].map {
        OtherCPU(
          id: ThreadID(process: 2, thread: $0),
          details: "cortex-r5f-arm-cpu rpu-cpu[\($0 - 5)] [halted ]", architectureName: "arm")
      })
    let text = fixture.run("info threads")
    let rows = text.split(separator: "\n").suffix(3)
    #expect(
      rows.first
        == "  2.5  cortex-r5f-arm-cpu rpu-cpu[0]  another cluster (arm)  waits for an interrupt, or is off"
    )
    #expect(rows.last?.hasPrefix("the CPUs of other clusters run and stop with these") == true)
    for name in ["5", "2.5"] {
      #expect(
        fixture.run("thread \(name)")
          == "error: CPU 2.5 belongs to another cluster, which this session does not debug: 'monitor info registers -a' shows its registers\n"
      )
    }
    #expect(fixture.run("thread 7") == "error: no thread number 7: see 'info threads'\n")
    #expect(fixture.run("thread apply all -q print 1").split(separator: "\n").count == 2)
  }

  /// Without a list there is still their number.
  @Test func aRefusedListOfOtherClusters() throws {
    fixture.target.hiddenCPUCount = 2
    fixture.target.others = .failure(RemoteError(.stubError(0x22), "refused"))
    #expect(fixture.run("info threads").contains("has 2 more CPUs, which cannot"))
  }

  /// Two processes of a stub may have the same thread numbers.
  @Test func numbersAreUnique() throws {
    let other = ThreadID(process: 2, thread: 1)
    fixture.target.cpus.append((other, "CPU#7 [running]"))
    let text = fixture.run("info threads")
    #expect(text.contains("* 1  CPU#0") && text.contains("\n  3  CPU#7"))
    fixture.run("thread 3")
    #expect(fixture.target.selectedThread == other)
  }
}
