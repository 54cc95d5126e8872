import Foundation
import Testing

extension EndToEnd {
  /// The scripts of docs/examples: each does what it says, and those that check something fail if it is wrong.
  @Suite struct Examples {
    private static let patience = Duration.seconds(240)

    /// The files, each with its test.
    private static let tested = [
      "ci.vcpu": "theNewcomersTestsFindBugs", "compare-exits.vcpu": "exitsAreCompared",
      "counts.vcpu": "exitsAreCounted", "first-exit.vcpu": "theFirstExitOfLinux",
      "hvc-pc.vcpu": "aSkippedInstructionIsFound", "hypercalls.vcpu": "hypercallsAreLogged",
      "linux-boot.vcpu": "linuxBoots", "psci-allowed.vcpu": "callsNotOnTheListFail",
      "third-read.vcpu": "theThirdReadIsAnswered", "vcpu_shell.py": "PythonClientTests",
    ]

    private static func path(_ name: String) -> String { Built.file("docs/examples/" + name) }

    private static func text(_ name: String) throws -> String {
      try String(contentsOfFile: path(name), encoding: .utf8)
    }

    private func tour(_ name: String) throws -> ShellRun {
      try ShellRun(["launch", "tour", "--batch", "-x", Self.path(name)])
    }

    private func attach(
      _ name: String, _ hypervisor: ForeignHypervisor, _ options: [ForeignHypervisor.Option] = [],
      junit: String? = nil
    ) throws -> ShellRun {
      let machine = try ForeignMachine(
        boot: ["-m", "128M", "-kernel", hypervisor.image(options).path])
      return try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", Self.path(name)]
          + (junit.map { ["--junit", $0] } ?? []))
    }

    @Test func eachFileHasATest() throws {
      let files = try FileManager.default.contentsOfDirectory(
        atPath: Built.file("docs/examples")
      ).filter { !$0.hasPrefix(".") && $0 != "__pycache__" }
      #expect(Set(files) == Set(Self.tested.keys))
      let source = try String(contentsOfFile: #filePath, encoding: .utf8)
      for test in Self.tested.values where test != "PythonClientTests" {
        #expect(source.contains("func \(test)("), "\(test)")
      }
    }

    // MARK: The tour

    @Test func hypercallsAreLogged() throws {
      let run = try tour("hypercalls.vcpu")
      expectSuccess(run)
      expect(
        run, prints: "\n  1  vcpu 0  hvc   0xc6000002(0x1, 0x14, 0x12c, 0xfa0) from 0x",
        "  hvc   0xc6000001(0x1234, ", "  psci  0x84000000(", "  smc   0xc2001234(",
        "tour: done, 76 ok, 0 failed", "\n 23  vcpu 0  psci  0x84000008(", "\n23 hypercalls\n")
      #expect(run.lines.count { $0.contains("  vcpu 0  ") } == 23)
      let folder = try TemporaryFolder()
      let file = folder.path + "/calls.log"
      let logged = try ShellRun([
        "launch", "tour", "--batch", "-ex", "source \(Self.path("hypercalls.vcpu")) \(file)",
      ])
      expectSuccess(logged)
      let log = try String(contentsOfFile: file, encoding: .utf8)
      #expect(
        log.split(separator: "\n").count { $0.contains("  vcpu 0  ") } == 23, Comment(rawValue: log)
      )
    }

    @Test func exitsAreCounted() throws {
      let run = try tour("counts.vcpu")
      expectSuccess(run)
      // The lines of `info exit --brief`, counted here.
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "brief.vcpu", "on exit any\n  info exit --brief\nend\ncontinue\n")
      let exits = try ShellRun(["launch", "tour", "--batch", "-x", script])
        .lines(beginning: "#")
      func count(_ text: String) -> Int { exits.count { $0.contains(text) } }
      let expected = [
        ("mmio-read", count("  mmio-read of ")), ("mmio-write", count("  mmio-write of ")),
        ("sysreg", count("  sysreg-")), ("wfi", count("  wfi: ")), ("psci", count("  psci by ")),
        ("all", exits.count),
      ]
      for (name, number) in expected {
        #expect(number > 0, "\(name)")
        let line = run.lines.first { $0.hasPrefix(name) && !$0.hasPrefix("mmio-readw") } ?? ""
        #expect(
          line.dropFirst(10).trimmingCharacters(in: .whitespaces) == "\(number)", "\(name): \(line)"
        )
      }
      let scratch = run.lines.first { $0.hasPrefix("scratch ") }?.split(separator: " ")
      let read = count("mmio-read") - count(" from IPA 0xc000000 ")
      #expect(scratch?[1] == "\(read)", Comment(rawValue: run.description))
    }

    /// A guest may end before the shell stops it at what was expected before.
    @Test func anEndThatHasAlreadyComeIsExpected() throws {
      let run = try ShellRun([
        "launch", "tour", "--batch", "-ex", "expect stop end", "-ex", "expect stop end",
      ])
      expectSuccess(run)
      #expect(run.lines.filter { $0.hasPrefix("expected: stop end") }.count == 2)
      let other = try ShellRun([
        "launch", "tour", "--batch", "-ex", "expect stop end", "-ex", "expect stop fault",
      ])
      #expect(other.status != 0, "\(other.description)")
    }

    @Test func theThirdReadIsAnswered() throws {
      let run = try tour("third-read.vcpu")
      expectSuccess(run)
      expect(
        run, prints: "completed: mmio-read, x2 0xffffffffffffffff -> 0x0",
        "7 mmio read 4 bytes FAIL got 0x0 want 0xcafebabe", "tour: done, 75 ok, 1 failed",
        "ok 1 - the guest notices the third read, and goes on\n")
      #expect(run.lines(beginning: "completed: ").count == 1)
      // Without the fault the guest notices nothing, and the test fails.
      let without = try Self.text("third-read.vcpu").replacing("    complete 0\n", with: "")
      let folder = try TemporaryFolder()
      let failed = try ShellRun([
        "launch", "tour", "--batch", "-x", folder.file("script.vcpu", without),
      ])
      #expect(failed.status == 3, Comment(rawValue: failed.description))
      expect(failed, prints: "not ok 1 - the guest notices the third read")
    }

    @Test func exitsAreCompared() throws {
      let folder = try TemporaryFolder()
      let script = Self.path("compare-exits.vcpu")
      func record(_ arguments: String, before: String = "echo") throws -> ShellRun {
        try ShellRun([
          "launch", "tour", "--batch", "-ex", before, "-ex",
          "source '\(script)' \(arguments)",
        ])
      }
      let (first, second) = (folder.path + "/first.txt", folder.path + "/second.txt")
      expectSuccess(try record(first))
      expectSuccess(try record("\(second) \(first)"))
      #expect(try String(contentsOfFile: first, encoding: .utf8).hasPrefix("#1   vcpu 0  0x"))
      // A call that the debugger answers is not the same.
      let other = folder.path + "/other.txt"
      try Self.editLastLine(of: first, to: other)
      let differs = try record("\(second) \(other)")
      #expect(differs.status == 3, Comment(rawValue: differs.description))
      expect(differs, prints: "\n< #", "\n> #")
      #expect(differs.errors.contains("the exits are those of the other run"))
      let without = try record("")
      #expect(without.status == 2, Comment(rawValue: without.description))
    }

    private static func editLastLine(of path: String, to other: String) throws {
      var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      lines[lines.count - 1] += ", another"
      try (lines.joined(separator: "\n") + "\n").write(
        toFile: other, atomically: true, encoding: .utf8)
    }

    // MARK: Linux

    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func theFirstExitOfLinux() throws {
      let run = try ShellRun(
        ["launch", "linux", "--batch", "-x", Self.path("first-exit.vcpu")], within: Self.patience)
      expectSuccess(run)
      expect(
        run, prints: "exit 1, vcpu 0: sysreg-write of MDSCR_EL1", "ESR_EL2    0x",
        "EC            0x18", "exit 1 of vCPU 0: sysreg-write at 0x")
    }

    /// The acceptance criterion: it passes; with one assertion inverted the results name that one, with its values.
    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func linuxBoots() throws {
      let folder = try TemporaryFolder()
      let results = folder.path + "/out.xml"
      func boot(_ script: String) throws -> ShellRun {
        try ShellRun(
          ["launch", "linux", "--batch", "-x", script, "--junit", results], within: Self.patience)
      }
      let run = try boot(Self.path("linux-boot.vcpu"))
      expectSuccess(run)
      expect(run, prints: "\nok 1 - ", "\nok 2 - ", "\nok 3 - ", "\nok 4 - ")
      let passed = try String(contentsOfFile: results, encoding: .utf8)
      #expect(passed.contains("tests=\"4\"") && !passed.contains("<failure"), "\(passed)")

      let inverted = try Self.text("linux-boot.vcpu")
        .replacing("assert $exit.width == 4", with: "assert $exit.width != 4")
      let failed = try boot(try folder.file("inverted.vcpu", inverted))
      #expect(failed.status == 3, Comment(rawValue: failed.description))
      expect(failed, prints: "\nok 1 - ", "\nok 2 - ", "\nnot ok 3 - ", "\nok 4 - ")
      let xml = try String(contentsOfFile: results, encoding: .utf8)
      for text in ["failures=\"1\"", "$exit.width != 4", "$exit.width = 4", "inverted.vcpu"] {
        #expect(xml.contains(text), "\(text): \(xml)")
      }
    }

    @Test(
      .enabled(
        if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
    func callsNotOnTheListFail() throws {
      // The fixtures' guest makes only SYSTEM_OFF and PSCI_VERSION calls; the tour also tries functions that PSCI
      // doesn't have.
      expectSuccess(try attach("psci-allowed.vcpu", .armVCpuContract))
      let run = try tour("psci-allowed.vcpu")
      #expect(run.status == 3, Comment(rawValue: run.description))
      #expect(run.errors.contains("$refused = 0xc4000000"), Comment(rawValue: run.description))
      #expect(run.errors.contains("psci-allowed.vcpu:16"), Comment(rawValue: run.description))
      guard Built.hasLinux else { return }
      let linux = try ShellRun(
        [
          "launch", "linux", "--append", "quiet vcpu.poweroff", "--batch", "-x",
          Self.path("psci-allowed.vcpu"),
        ], within: Self.patience)
      expectSuccess(linux)
    }

    // MARK: Hypervisors with bugs

    @Test(
      .enabled(
        if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")),
      arguments: ForeignHypervisor.allCases)
    func aSkippedInstructionIsFound(hypervisor: ForeignHypervisor) throws {
      expectSuccess(try attach("hvc-pc.vcpu", hypervisor))
      let run = try attach("hvc-pc.vcpu", hypervisor, [.skipsAfterHVC])
      #expect(run.status == 3, Comment(rawValue: run.description))
      expect(run, prints: "not ok 1 - ", "$guest.pc = guest:0x40200048", "$next = guest:0x40200044")
    }

    /// The manual's script, verbatim, on a hypervisor without and with each of its bugs.
    @Test(
      .enabled(
        if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
    func theNewcomersTestsFindBugs() throws {
      let manual = try String(contentsOfFile: Built.file("docs/scripting.md"), encoding: .utf8)
      let script = try Self.text("ci.vcpu")
      #expect(manual.contains("```vcpu\n" + script + "```\n"))
      let folder = try TemporaryFolder()
      let results = folder.path + "/results.xml"
      expectSuccess(try attach("ci.vcpu", .armVCpuContract, junit: results))
      #expect(try String(contentsOfFile: results, encoding: .utf8).contains("failures=\"0\""))
      let bugs: [(ForeignHypervisor.Option, test: Int, status: Int32)] = [
        (.skipsAfterHVC, 1, 3), (.retriesFaults, 3, 3), (.faults(after: 3), 2, 5),
      ]
      for (bug, number, status) in bugs {
        let run = try attach("ci.vcpu", .armVCpuContract, [bug], junit: results)
        #expect(run.status == status, Comment(rawValue: run.description))
        #expect(run.lines(beginning: "not ok \(number) - ").count == 1)
        #expect(run.lines(beginning: "not ok ").count == 1, Comment(rawValue: run.description))
        #expect(try String(contentsOfFile: results, encoding: .utf8).contains("failures=\"1\""))
      }
    }
  }
}
