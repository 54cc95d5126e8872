import ArmVCpu
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Tab completion for each command in the table: its name in parts, what each of its parameters promises, and
/// options.
@Suite struct CommandCompletionTests {
  /// A parameter's promise, in the order of the command's usage, and the text there before the next parameter.
  struct Slot {
    enum Offer {
      /// These words and no others.
      case words([String])
      /// These, and others of the same kind.
      case among([String])
      /// The names of files.
      case files
    }

    let offer: Offer
    let sample: String
    /// Whether a completion is accepted as it is, and needn't be part of something.
    var isWhole = true

    init(_ offer: Offer, _ sample: String, isWhole: Bool = true) {
      self.offer = offer
      self.sample = sample
      self.isWhole = isWhole
    }

    static func words(_ words: String...) -> Slot { Slot(.words(words), words[0]) }
    /// Something that can't be completed: a number, a text.
    static func nothing(_ sample: String) -> Slot { Slot(.words([]), sample) }
    static let breakpoint = Slot(.words(["1", "2"]), "1")
    static let symbols = ["handle_exit", "hv:vmexit_trampoline", "guest:store32"]
    static let location = Slot(.among(symbols), "handle_exit")
    static let expression = Slot(
      .among(
        ["$x0", "$pc", "$esr_el2", "$exit.count", "$guest.", "$hv.", "mmio-write"] + symbols), "1",
      isWhole: false)
    static let condition = Slot(.words(["if"]), "", isWhole: false)
    static let owner = Slot(.words(["cpu", "vcpu", "vm"]), "cpu 0", isWhole: false)
    static let file = Slot(.files, "name")
    static let classes = Slot(.words(ExitClass.allCases.map(\.word)), "hvc")
    static let format = nothing("/x")
    static let count = nothing("1")
    static let text = nothing("text")
    static let isOn = words("on", "off")
  }

  /// A new command has to be added here.
  private static let slots: [String: [Slot]] = [
    "catch exit": [.classes, .condition], "tcatch exit": [.classes, .condition],
    "catch entry": [.condition], "tcatch entry": [.condition], "catch fault": [.condition],
    "tcatch fault": [.condition], "info exit": [.words("--brief")], "info hypervisor": [],
    "exits": [.classes],
    "exits stat": [.words("class", "cpu", "vcpu", "address", "function")],
    "exits histogram": [.classes], "exits mark": [], "exits diff": [], "exits repeats": [],
    "exits top": [.count], "exits export": [.file], "exits report": [.file],
    "info interrupts": [], "skip": [], "complete": [.expression],
    "inject": [.words("undef", "dabt", "iabt", "serror", "irq", "fiq"), .expression],
    "walk": [
      .words("--hardware"), .words("s1", "s2", "all"), .expression,
      .words("for read", "for write", "for exec", "at el0"),
    ],
    "disassemble": [.nothing("/r"), .expression], "find": [.nothing("/w3"), .expression],
    "dump": [
      .words("binary", "ihex", "srec", "verilog"), .words("memory", "value"), .file, .expression,
    ],
    "append": [.words("binary"), .words("memory", "value"), .file, .expression],
    "restore": [.file, .words("binary"), .expression],
    "info mappings": [
      .words("--check"), .words("--unreached"), .words("s1", "s2", "el2"),
      .owner,
      Slot(
        .among(["readable", "writable", "executable", "user", "kernel", "device", "normal", "$x0"]),
        "writable", isWhole: false),
    ],
    "run": [], "starti": [], "continue": [.count], "interrupt": [],
    "signal": [Slot(.among(["SIGINT", "SIGUSR1", "SIG64"]), "SIGINT")], "stepi": [.count],
    "start": [], "step": [.count], "next": [.count], "nexti": [.count], "finish": [],
    "return": [.expression],
    "print": [.words("-pretty"), .format, .expression],
    "set": [.format, Slot(Slot.expression.offer, "$x0 = 1", isWhole: false)],
    "set catch-way": [.words("auto", "context", "trampoline", "vectors")],
    "set pagination": [.isOn], "set style": [.words("enabled"), .isOn],
    "tui": [.words("enable", "disable")],
    "layout": [.words("src", "asm", "split", "regs", "exit", "console", "next", "prev")],
    "refresh": [],
    "context": [.words("exit", "registers", "code", "stack", "source")],
    "set context": [.words("exit", "registers", "code", "stack", "source", "off")],
    "set width": [.words("unlimited")], "x": [.format, .expression],
    "info registers": [
      Slot(.among(["x0", "pc", "vttbr_el2", "all", "guest", "hv", "gic", "el2"]), "x0")
    ],
    "decode": [Slot(.among(["esr_el2", "hcr_el2", "s2desc", "sysreg"]), "esr_el2"), .expression],
    "break": [.location, .owner, .condition], "tbreak": [.location, .owner, .condition],
    "hbreak": [.location, .owner, .condition],
    "watch": [.words("-l", "--spare", "--stage2"), .expression, .condition],
    "rwatch": [.words("-l", "--spare", "--stage2"), .expression, .condition],
    "awatch": [.words("-l", "--spare", "--stage2"), .expression, .condition],
    "commands": [.breakpoint],
    "backtrace": [Slot(.among(["full"]), "2")], "frame": [.words("guest", "hv")], "up": [.count],
    "down": [.count], "info frame": [], "info locals": [], "info args": [],
    "symbol-file": [.file], "add-symbol-file": [.file], "unload": [.nothing("all")],
    "info modules": [], "info symbol": [.expression], "info address": [.location],
    "info functions": [.text], "info variables": [.text],
    "list": [Slot(.among(["-"] + Slot.symbols), "handle_exit")], "info source": [],
    "info line": [.location], "directory": [.file], "set substitute-path": [.text],
    "unset substitute-path": [.text], "set debug-file-directory": [.file],
    "show debug-file-directory": [], "ptype": [.nothing("/o"), .expression],
    "whatis": [.expression], "info guest": [.words("log", "task", "in")],
    "display": [.format, .expression], "undisplay": [.nothing("1")], "info display": [],
    "clear": [.location], "rbreak": [.text],
    "condition": [.breakpoint, .expression], "ignore": [.breakpoint, .count],
    "enable": [.breakpoint], "disable": [.breakpoint], "delete": [.breakpoint],
    "save breakpoints": [.file], "info breakpoints": [], "info catch": [], "info threads": [],
    "info vms": [],
    "vm add": [.nothing("name"), .text], "vm delete": [.nothing("name")],
    "until": [.location], "advance": [.location], "jump": [.location], "set step-irq": [.isOn],
    "thread": [.words("list", "select")],
    "thread apply": [
      .words("all"), .words("-ascending", "-q", "-c", "-s"),
      Slot(.among(["print", "info", "thread"]), "print"),
    ],
    "snapshot save": [.file], "source": [.file], "pipe": [.text], "log": [.file], "echo": [.text],
    "test": [.text], "assert": [.expression], "expect exit": [.expression],
    "expect no": [.expression], "expect console": [.text], "expect stop": [.text],
    "send console": [.text], "timeout": [.text], "on exit": [.classes, .condition],
    "on console": [.text], "on end": [], "if": [.expression], "while": [.expression],
    "for": [.expression], "loop_break": [], "loop_continue": [], "try": [],
    "define": [.nothing("name")], "document": [.nothing("name")], "alias": [.text],
    "eval": [.expression], "printf": [.expression], "shell": [.text], "record commands": [.file],
    "monitor": [.text], "detach": [], "disconnect": [], "kill": [], "quit": [.expression],
    "help": [
      Slot(
        .words(
          CommandTable.standard.topics.map(\.name) + ["all", "exit-fields"]
            + CommandTable.standard.commands.map { $0.name }), "print")
    ],
    "apropos": [Slot(.words([]), "word")],
  ]

  /// A shell with two breakpoints.
  private static func shell(for command: any ShellCommand.Type) throws -> Shell {
    let isForPrograms = command.name == "signal"
    let fixture =
      try isForPrograms ? ShellFixture(FakeTarget(.aarch64Program)) : ShellFixture(at: .mmioWrite)
    if !isForPrograms { for line in ["catch exit", "break handle_exit"] { fixture.run(line) } }
    return fixture.shell
  }

  /// The completions at the end of a line; words that don't begin with its last word are left out, as readline does.
  private static func tab(_ line: String, _ shell: Shell) -> Completion {
    let word = CompletionWord(endOf: line)
    let completion = Completer(shell: shell).completion(of: line, at: word.start, word: word.text)
    guard case .words(let words) = completion else { return completion }
    return .words(words.filter { $0.hasPrefix(word.text) })
  }

  private static func words(_ line: String, _ shell: Shell) -> [String] {
    if case .words(let words) = tab(line, shell) { words } else { [] }
  }

  @Test func eachCommandHasAnEntry() {
    let names = CommandTable.standard.commands.map { $0.name }
    #expect(Set(names) == Set(Self.slots.keys))
    for command in CommandTable.standard.commands {
      #expect(command.parameters.count == Self.slots[command.name]?.count, "\(command.name)")
    }
  }

  /// From one letter on; the second word of a family also after each unique beginning of the first.
  @Test func eachNameIsCompletedWordByWord() throws {
    let shell = try ShellFixture().shell
    let table = CommandTable.standard
    for command in table.commands {
      let parts = command.name.split(separator: " ").map(String.init)
      for count in 0...parts[0].count {
        let line = String(parts[0].prefix(count))
        #expect(Self.words(line, shell).contains(parts[0]), "\(line)")
      }
      guard parts.count == 2 else { continue }
      for first in 1...parts[0].count {
        let family = String(parts[0].prefix(first))
        let isUnique = table.firstWords.filter { $0.hasPrefix(family) } == [parts[0]]
        guard isUnique || family == parts[0] || family == "i" else { continue }
        // `exit` is another command, not the beginning of `exits`.
        if family != parts[0], table.commands.contains(where: { $0.aliases.contains(family) }) {
          continue
        }
        for count in 0...parts[1].count {
          let line = "\(family) \(parts[1].prefix(count))"
          #expect(Self.words(line, shell).contains(parts[1]), "\(line)")
        }
      }
    }
  }

  @Test(arguments: CommandTable.standard.commands.map { $0.name })
  func eachParameterOffersWhatItPromises(name: String) throws {
    let command = try CommandTable.standard.command(named: name)
    let shell = try Self.shell(for: command)
    let slots = try #require(Self.slots[name])
    var line = name
    for (parameter, slot) in zip(command.parameters, slots) {
      switch (slot.offer, parameter.completion(in: shell)) {
      case (.files, .fileNames): #expect(Self.tab(line + " ", shell) == .fileNames)
      case (.words(let wanted), .words(let offered)):
        #expect(Set(offered) == Set(wanted) && offered.count == wanted.count, "\(line): \(offered)")
        try expect(wanted, after: line, slot, parameter, command, shell)
      case (.among(let wanted), .words), (.among(let wanted), .wordsAndSymbols):
        #expect(Set(Self.words(line + " ", shell)).isSuperset(of: wanted), "\(line)")
        try expect(wanted, after: line, slot, parameter, command, shell)
      case (_, let other): Issue.record("after '\(line)' come \(other)")
      }
      if parameter.place == .condition {
        let offered = Self.words(line + " if $x", shell)
        #expect(Set(offered).isSuperset(of: ["$x0", "$x30"]), "\(line): \(offered)")
      }
      line += parameter.place == .format ? slot.sample : " " + slot.sample
    }
  }

  /// Each word is offered after each of its beginnings, and the command accepts the completion.
  private func expect(
    _ words: [String], after line: String, _ slot: Slot, _ parameter: any AnyParameter,
    _ command: any ShellCommand.Type, _ shell: Shell
  ) throws {
    for word in words where !word.contains(" ") {
      for count in 0...word.count {
        let typed = "\(line) \(word.prefix(count))"
        #expect(Self.words(typed, shell).contains(word), "\(typed): \(word)")
      }
      guard slot.isWhole, parameter.place != .flag, parameter.place != .suffix else { continue }
      let before = line.dropFirst(command.name.count)
      // A parameter after it may be missing; the error isn't about this one.
      var scanner = ArgumentScanner(word, of: command.name)
      _ = try parameter.value(&scanner)
      #expect(scanner.rest == "", "\(command.name)\(before) \(word)")
    }
  }

  @Test(arguments: CommandTable.standard.commands.map { $0.name })
  func eachTakesTheOptionsOfTheOutput(name: String) throws {
    let command = try CommandTable.standard.command(named: name)
    let shell = try Self.shell(for: command)
    #expect(Self.words("\(name) --js", shell) == ["--json"])
    #expect(Self.words("\(name) --f", shell) == ["--format"])
    for option in command.options {
      #expect(Self.words("\(name) \(option.prefix(3))", shell).contains(option))
    }
    #expect(try OutputOptions("--json", of: command).isJSON)
  }

  /// Words after a text belong to the text.
  @Test func aTextHasNoOptionsAfterIt() throws {
    let shell = try ShellFixture().shell
    #expect(Self.words("echo text --js", shell) == [])
    #expect(Self.tab("source file --js", shell) == .fileNames)
  }
}
