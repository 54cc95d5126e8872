import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// A snapshot gives the same answers as the machine that it was saved from, without QEMU.
  @Suite struct Snapshots {
    /// Read-only commands.
    private static let questions =
      [
        "info exit", "info exit --brief", "info registers", "info registers hv",
        "info registers guest", "info registers el1", "info registers el2", "info registers gic",
        "info registers id", "info registers debug", "info registers pmu", "info registers all",
        "info registers esr_el2 spsr_el2", "info threads", "thread", "info breakpoints",
        "info hypervisor", "info interrupts", "info mappings", "info mappings s1 --check",
        "info mappings s2 --check", "info mappings el2 --check", "x/8i $pc", "x/8i hv:$hv.pc",
        "x/16xg hv:$hv.sp",
        "x/8i guest:$guest.pc", "x/4xg guest:$guest.sp",
        "x/2xg hv:$vbar_el2+0x400", "print $x0", "print $guest.x30", "print $hcr_el2.vm",
        "print vmexit_trampoline", "print *guest:tour_main", "decode psci 0x84000000",
      ]
      + [
        "kind", "ec", "ipa", "va", "pc", "width", "write", "reg", "value", "count", "vcpu",
        "vm",
      ]
      .map { "print $exit.\($0)" }

    /// Each command's answer; times are left out.
    private static func answers(_ run: ShellRun) -> [String: [String]] {
      var answers: [String: [String]] = [:]
      var question = ""
      for line in run.lines {
        if line.hasPrefix("? ") {
          question = line
        } else if !["cntpct", "cntvct", "CNTPCT", "CNTVCT", "_tval", "pmccntr", "counter 0x"]
          .contains(where: {
            line.contains($0)
          })
        {
          answers[question, default: []].append(
            line.replacing(#/ (due )?((in|for|since) )?[0-9.]+ [mµn]?s( ago)?/#, with: ""))
        }
      }
      return answers
    }

    private static let asked = questions.flatMap { ["echo ? \($0)", $0] } + ["echo ? end"]

    private func save(
      _ path: String, options: [String], _ commands: [String]
    ) throws -> ShellRun {
      try ShellRun(
        ["launch", "tour"] + options
          + (commands + Self.asked + ["snapshot save \(path)"] + Self.asked)
          .flatMap { ["-ex", $0] } + ["--batch"])
    }

    @Test(arguments: [
      (["catch exit mmio-write", "continue"], ["--cpus", "2"]),
      (["catch exit hvc if $exit.count > 20", "continue"], []),
      (["catch exit sysreg-read", "set catch-way vectors", "continue", "continue"], []),
      (["catch entry", "continue", "continue"], ["--cpu", "max"]),
    ])
    func answersTheSame(commands: [String], options: [String]) throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/a.snapshot"
      let live = try save(path, options: options, commands)
      expectSuccess(live)
      let file = try Data(contentsOf: URL(filePath: path))
      // A few hundred kilobytes of memory, compressed.
      #expect(file.count > 10_000 && file.count < 1_000_000)
      // No emulator can be found, and none is needed.
      let opened = try ShellRun(
        ["open", path] + Self.asked.flatMap { ["-ex", $0] } + ["--batch"],
        environment: ["PATH": "/nowhere"])
      expectSuccess(opened)
      Self.expectSame(Self.questions, live, opened)
    }

    /// Expects from a snapshot what a live session answered, before and after it saved the snapshot.
    private static func expectSame(_ questions: [String], _ live: ShellRun, _ opened: ShellRun) {
      let (wanted, found) = (answers(live), answers(opened))
      for question in questions {
        let key = "? \(question)"
        let both = wanted[key] ?? []
        #expect(Array(both.prefix(both.count / 2)) == Array(both.suffix(both.count / 2)), "\(key)")
        #expect(found[key] == Array(both.prefix(both.count / 2)), "\(key)")
        #expect(found[key]?.isEmpty == false, "\(key)")
      }
    }

    /// A hypervisor without symbols, found by its vectors.
    @Test(
      .enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")),
      arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57])
    func answersTheSameOfKVM(model: ForeignMachine.Model) throws {
      let machine = try KVM.start(KVM.Run(guest: .answers, wait: 1), model: model, isStopped: false)
      try machine.expect("READY")
      let folder = try TemporaryFolder()
      let path = folder.path + "/a.snapshot"
      let isKnown = { (question: String) in
        !["vmexit", "tour_main", "guest.sp"].contains { question.contains($0) }
      }
      let questions = Self.questions.filter(isKnown)
      let asked = questions.flatMap { ["echo ? \($0)", $0] } + ["echo ? end"]
      let live = try ShellRun(
        ["attach", machine.endpoint, "--guest-symbols", KVM.symbols(of: .answers), "--batch"]
          + (["catch exit hvc mmio", "continue", "continue"] + asked + ["snapshot save \(path)"]
          + asked + ["kill"]).flatMap { ["-ex", $0] }, within: .seconds(240))
      expectSuccess(live)
      let opened = try ShellRun(
        ["open", path] + asked.flatMap { ["-ex", $0] } + ["--batch"],
        environment: ["PATH": "/nowhere"])
      expectSuccess(opened)
      Self.expectSame(questions, live, opened)
    }

    @Test func whatActsIsRefused() throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/a.snapshot"
      let live = try ShellRun.launch(
        "catch exit mmio-write", "continue",
        "snapshot save \(path) --memory hv:$hv.sp,+4096 --memory pa:0x9000000,+4")
      expectSuccess(live)
      for line in [
        "continue", "stepi", "set $x0 = 1", "set *$sp = 1", "break tour_main", "catch exit",
        "skip", "complete", "inject undef", "set catch-way vectors", "monitor info version",
        "detach", "disconnect", "kill", "run", "starti", "walk --hardware $pc",
      ] {
        let run = try ShellRun(["open", path, "-ex", line, "--batch"])
        expectOneError(
          run, "this is a snapshot: it cannot run, and cannot be changed")
      }
      let elsewhere = try ShellRun(["open", path, "-ex", "x/4xw pa:0x44000000", "--batch"])
      expectOneError(elsewhere, "pa:0x44000000: it was not saved in the snapshot")
      // A script reads its commands, and a snapshot of a snapshot is still a snapshot.
      let copy = folder.path + "/b.snapshot"
      let script = try folder.file("a.vcpu", "snapshot save \(copy)\ninfo exit --brief\n")
      let first = try ShellRun(["open", path, "-x", script, "--batch"])
      expectSuccess(first)
      let second = try ShellRun(["open", copy], input: "info exit --brief\n")
      expectSuccess(second)
      #expect(first.lines(beginning: "#") == second.lines(beginning: "#"))
    }

    @Test func filesThatAreNone() throws {
      let folder = try TemporaryFolder()
      let text = try folder.file("a.txt", "hello")
      expectOneError(try ShellRun(["open", text, "--batch"]), "the file isn't a snapshot")
      expectOneError(
        try ShellRun(["open", folder.path + "/none", "--batch"]), "No such file or directory")
      let usage = try ShellRun(["open"])
      #expect(usage.status == 2)
    }
  }
}
