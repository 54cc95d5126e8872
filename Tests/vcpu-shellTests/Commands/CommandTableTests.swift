import Foundation
import GoldenText
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct CommandTableTests {
  private let table = CommandTable.standard

  @Test(arguments: [
    // Exact, in any case.
    ("continue", "continue", ""), ("CONTINUE 3", "continue", "3"), ("x/4i $pc", "x", "/4i $pc"),
    // Aliases take precedence over prefixes.
    ("c", "continue", ""), ("p $x0", "print", "$x0"), ("b main", "break", "main"),
    ("d 1", "delete", "1"), ("disc", "disconnect", ""), ("k", "kill", ""), ("q", "quit", ""),
    ("h x", "help", "x"),
    ("si 4", "stepi", "4"), ("i b", "info breakpoints", ""), ("?", "help", ""),
    // Unique prefixes.
    ("pr 1", "print", "1"), ("del 1", "delete", "1"), ("dis 2", "disable", "2"),
    ("cond 1", "condition", "1"), ("ig 1 2", "ignore", "1 2"),
    ("tb main", "tbreak", "main"), ("mon x", "monitor", "x"), ("so f", "source", "f"),
    // Families.
    ("info exit", "info exit", ""), ("info e -b", "info exit", "-b"),
    ("i r x0", "info registers", "x0"),
    ("inf thr", "info threads", ""), ("info   b", "info breakpoints", ""),
    ("info h", "info hypervisor", ""), ("catch en", "catch entry", ""),
    ("catch ex", "catch exit", ""), ("i reg x0", "info registers", "x0"),
    ("catch f if 1", "catch fault", "if 1"), ("catch exit wfi", "catch exit", "wfi"),
    ("cat ex", "catch exit", ""),
    ("set wid 80", "set width", "80"), ("set pag off", "set pagination", "off"),
    ("set catch = 1", "set", "catch = 1"), ("set $x0 = 1", "set", "$x0 = 1"),
    ("u main", "until", "main"), ("s 3", "step", "3"), ("n", "next", ""),
    ("ni 2", "nexti", "2"), ("fin", "finish", ""), ("ret 0", "return", "0"), ("sta", "start", ""),
    ("u", "until", ""), ("adv main", "advance", "main"), ("j main", "jump", "main"),
    ("t apply all p 1", "thread apply", "all p 1"), ("thread ap 1 si", "thread apply", "1 si"),
    ("set step-irq off", "set step-irq", "off"),
    ("exits st addr", "exits stat", "addr"), ("exits 5 hvc", "exits", "5 hvc"),
    ("exits", "exits", ""),
    ("exits rep", "exits", "rep"), ("exits mmio", "exits", "mmio"),
    ("tcatch exit", "tcatch exit", ""), ("tc ex hvc", "tcatch exit", "hvc"),
  ])
  func lines(line: String, name: String, text: String) throws {
    let (command, rest) = try table.command(in: line)
    #expect(command.name == name)
    #expect(rest == text)
  }

  @Test(arguments: [
    ("nonsense", "no command 'nonsense': 'help' lists them"),
    ("catchexit", "no command 'catchexit': did you mean catch exit?"),
    ("contineu", "no command 'contineu': did you mean continue?"),
    ("info regsiters", "no command 'info regsiters': did you mean info registers?"),
    ("catch mmio", "no command 'catch mmio': did you mean catch exit mmio?"),
    ("call", "no command 'call': 'print' and 'set' don't run the target's code"),
    ("$n = 1", "no command '$n': 'set $n = …' sets it, and 'print $n' shows it"),
    ("con", "'con' is ambiguous: it may be 'condition', 'context' or 'continue'"),
    ("e", "'e' is ambiguous: it may be 'echo', 'enable', 'eval', 'exits' or 'expect'"),
    ("h'", "no command 'h'': 'help' lists them"),
    ("st", "'st' is ambiguous: it may be 'start', 'starti', 'step' or 'stepi'"),
    (
      "info",
      "'info' needs one of \(HelpTests.members)"
    ),
    (
      "i",
      "'info' needs one of \(HelpTests.members)"
    ),
    ("catch", "'catch' needs one of 'entry', 'exit' or 'fault'"),
    (
      "info x",
      "no command 'info x': 'info' needs one of \(HelpTests.members)"
    ),
    ("catch e", "'catch e' is ambiguous: it may be 'entry' or 'exit'"),
    ("tc E hvc", "'tcatch E' is ambiguous: it may be 'entry' or 'exit'"),
    ("catch load", "no command 'catch load': 'catch' needs one of 'entry', 'exit' or 'fault'"),
  ])
  func errors(line: String, words: String) {
    #expect(throws: ShellError(words)) { try table.command(in: line) }
  }

  /// The stand-in for another debugger's command isn't a command, but the command that it names is.
  @Test(arguments: AbsentCommands.names)
  func absentCommands(name: String) throws {
    let table = CommandTable.standard
    #expect(!table.commands.contains { $0.name == name || $0.aliases.contains(name) })
    let advice = try #require(AbsentCommands.advice(for: name))
    for match in advice.matches(of: #/(?:^|[ (])'([^']+)'/#) {
      let line = String(match.output.1)
      if line.hasPrefix("*(") || line.hasPrefix("vcpu-shell ") || line == name { continue }
      if AbsentCommands.names.contains(line) { continue }
      #expect(throws: Never.self) { try table.command(in: line) }
    }
  }

  @Test func namesAndAliasesAreUnique() {
    let words = table.commands.flatMap { [$0.name] + $0.aliases }
    #expect(Set(words).count == words.count)
  }

  @Test func everyNameFindsItsCommand() throws {
    for command in table.commands {
      for word in [command.name] + command.aliases {
        #expect(try table.command(in: word).0 == command, "\(word)")
      }
    }
  }

  @Test(
    arguments: [
      ("continue", "continue"), ("c 3", "c 3"), ("stepi", "stepi"), ("x/4i $pc", "x/4i"),
      ("x $sp", "x"), ("print 1", nil), ("catch exit", nil), ("nonsense", nil), ("", nil),
    ] as [(String, String?)])
  func whatAnEmptyLineRepeats(line: String, repetition: String?) {
    #expect(table.repetition(of: line) == repetition)
  }
}

@Suite struct HelpTests {
  @Test func theListAndEachManual() throws {
    let fixture = try ShellFixture()
    try GoldenText.expect(
      fixture.transcript([
        "help", "help data", "help exit-fields", "help info", "help catch exit", "h x",
        "help nonsense",
      ]), "help")
  }

  @Test func everyCommandIsDocumented() throws {
    let fixture = try ShellFixture()
    for command in CommandTable.standard.commands {
      #expect(!command.summary.isEmpty, "\(command.name)")
      #expect(command.summary.hasSuffix("."), "\(command.name)")
      let text = fixture.run("help \(command.name)")
      #expect(text.hasPrefix("\(command.name) \(command.usage)".trimmed + "\n"))
      #expect(text.contains("\n  \(command.summary)\n"))
      #expect(
        command.manual.split(separator: "\n").allSatisfy { $0.count <= 108 }, "\(command.name)")
    }
    #expect(fixture.shell.status == .ok)
  }

  /// Examples in manuals have to work: at an exit, against the fixture's images.
  @Test func theExamplesOfTheManualsWork() throws {
    var count = 0
    let folder = FixtureImages.folder.appendingPathComponent("\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = [
      "boot.csv", "boot.trace", "boot.html", "stuck.snapshot", "ram.bin", "stack.bin", "page.hex",
      "x0.bin",
    ]
    for command in CommandTable.standard.commands {
      let examples = command.manual.split(separator: "\n").map(String.init).filter {
        $0.hasPrefix("  ") && $0.trimmed.hasPrefix(command.name)
      }
      // Commands with lines are in the transcripts, those that run the target in end-to-end tests. Only the real
      // images have these symbols and this memory.
      let isSkipped =
        command.block != .none || command.name.hasPrefix("expect")
        || [
          "send console", "source", "record commands", "save breakpoints", "until", "advance",
          "jump", "finish", "exits top",
        ].contains(command.name)
      for example in examples where !isSkipped && command.name != "assert" {
        let known = Self.names.reduce(example.trimmed) {
          $0.replacingOccurrences(of: $1.example, with: $1.fixture)
        }
        let line = files.reduce(known) {
          $0.replacingOccurrences(of: $1, with: folder.appendingPathComponent($1).path)
        }
        // Some of the variables exist only for one kind of exit.
        let exit: FakeExit =
          line.contains("$exit.sysreg")
          ? .sysregRead : command.name == "complete" ? .mmioRead : .mmioWrite
        let fixture = try ShellFixture(at: exit)
        try fixture.session.recorder.read(from: FakeExitLog(), ticksPerSecond: nil)
        if command.name == "clear" { fixture.run("break handle_exit") }
        if command.name == "info guest" { fixture.target.installKernel() }
        if command.name == "list" { fixture.run("list hypervisor.c:1") }
        let text = fixture.run(line)
        #expect(!text.contains("error: "), "\(line): \(text)")
        count += 1
      }
    }
    #expect(count > 20)
  }

  /// What examples name, and what the fixture has in its place.
  private static let names: [(example: String, fixture: String)] = {
    let folder = FixtureImages.folder.path
    return [
      ("avcpu_run_guest", "handle_exit"), ("$sp", "hv:0x40404000"),
      ("struct avcpu_context", "struct vcpu"), ("vcpu->frame.gpr", "boot_vcpu.gpr"),
      ("vcpu->frame", "boot_vcpu"), ("vcpu->exits", "boot_vcpu.number"),
      ("ExitHandler.swift:20", "hypervisor.c:10"), ("vectors.S:40", "hypervisor.S:18"),
      ("list VCpu.run", "list count_exits"), ("10,20", "1,5"), ("^guest_", "^handle"),
      ("axvisor.elf", folder + "/hypervisor.elf"), ("xen-syms", folder + "/hypervisor.elf"),
      ("loader.elf", folder + "/hypervisor.elf"), ("vmlinux", folder + "/guest.elf"),
      ("driver.ko", (try? FixtureImages.object.get()) ?? "driver.ko"),
      ("symbol-file guest.elf", "symbol-file \(folder)/guest.elf"),
    ]
  }()

  /// What may follow `info`, in words.
  static let members: String = {
    let names = CommandTable.standard.commands.map { $0.name }.filter { $0.hasPrefix("info ") }
      .map { "'\($0.dropFirst(5))'" }.sorted()
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }()
}
