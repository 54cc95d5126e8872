import Foundation
import Testing
import VCpuDebug

extension EndToEnd {
  /// The hypervisor's recorder, read by the shell.
  @Suite struct RecordedExits {
    private static func csv(_ path: String) throws -> [[Substring]] {
      try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\r\n")
        .dropFirst().dropLast().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }

    /// Every exit of the tour is recorded and counted, and its records can be read after the machine has ended.
    @Test func theWholeTourIsRecorded() throws {
      let folder = try TemporaryFolder()
      let plain = try ShellRun.launch(
        "continue", "exits 1", "exits stat", "exits export \(folder.path)/tour.csv")
      expectSuccess(plain)
      expect(plain, prints: "psci by hvc: SYSTEM_OFF, guest at", "since the machine started")
      let rows = try Self.csv(folder.path + "/tour.csv")
      #expect(rows.map { $0[1] } == (1...rows.count).map { "\($0)" })
      // The last exit isn't over, and isn't counted.
      let count = try #require(plain.output.firstMatch(of: #/(\d+) exits since/#)?.1)
      #expect(Int(count) == rows.count - 1)
      let classes = Set(rows.map { String($0[7]) })
      for name in ["mmio-read", "mmio-write", "hvc", "smc", "psci", "sysreg-read", "wfi", "dabt"] {
        #expect(classes.contains(name), "\(name)")
      }
    }

    /// The stub and the shared RAM give the same.
    @Test func aStoppedMachinesRecordsAreTheSameEitherWay() throws {
      let folder = try TemporaryFolder()
      let notShared = [
        "-object", "memory-backend-ram,id=mine,size=85M", "-M", "memory-backend=mine",
      ]
      for (index, options) in [[], notShared.flatMap { ["--qemu-arg", $0] }].enumerated() {
        let run = try ShellRun.launch(
          options: options, "tcatch exit hvc", "continue", "exits 3",
          "exits export \(folder.path)/\(index).csv")
        expectSuccess(run)
      }
      // The times differ, as these are two machines.
      let rows = try (0..<2).map {
        try Self.csv(folder.path + "/\($0).csv").map { [$0[1], $0[7], $0[8]] }
      }
      #expect(rows[0] == rows[1] && rows[0].count == 20)
    }

    /// Through the stub each table of `exits top` is a stop, which is said.
    @Test(arguments: [true, false])
    func topIsLive(isShared: Bool) throws {
      let notShared = [
        "-object", "memory-backend-ram,id=mine,size=85M", "-M", "memory-backend=mine",
      ]
      let folder = try TemporaryFolder()
      let run = try ShellRun.launch(
        guest: try GuestProgram.hypercalls.write(to: folder),
        options: isShared ? [] : notShared.flatMap { ["--qemu-arg", $0] },
        "exits top 2", "info threads")
      expectSuccess(run)
      #expect(run.output.components(separatedBy: "in a second").count == 3)
      #expect(run.output.contains("the target stops for each table") == !isShared)
      expect(run, prints: "interrupted")
    }

  }
}
