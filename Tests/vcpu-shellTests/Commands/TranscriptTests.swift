import Foundation
import GDBRemote
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// The transcript in each command's manual is the command's real output. `RECORD_GOLDEN=1` writes those that differ
/// into the commands' sources, and fails that one time.
@Suite struct TranscriptTests {
  /// What is typed for a command's transcript.
  struct Session: Sendable {
    /// The exit that the machine is at; nil for the hypervisor's own code.
    var exit: FakeExit?
    let lines: [String]
    /// The changes to the machine.
    var events: @Sendable () -> [FakeTarget.Event] = { [] }
    /// Lines that are run before, and not shown.
    var before: [String] = []
    /// The lines after a command that takes lines.
    var following: [String] = []
    /// The contents of the file that `source` runs.
    var file: [String] = []
    /// The changes to the shell before it.
    var prepare: @Sendable (ShellFixture) throws -> Void = { _ in }
    /// Whether the target is a program.
    var isProgram = false
  }

  /// One for each command.
  static let sessions: [String: Session] = [
    "catch exit": Session(
      lines: ["catch exit mmio-write", "continue"], events: { [.exit(.wfi), .exit(.mmioWrite)] }),
    "tcatch exit": Session(
      lines: ["tcatch exit hvc if $x1 == 0x11", "continue"], events: { [.exit(.hypercall)] }),
    "catch entry": Session(
      lines: ["catch entry", "continue"], events: { [.exit(.mmioRead), entry(loaded)] }),
    "tcatch entry": Session(
      lines: ["tcatch entry", "continue"], events: { [.exit(.mmioRead), entry(loaded)] }),
    "catch fault": Session(lines: ["catch fault if $esr_el2.ec == 0x25"]),
    "tcatch fault": Session(lines: ["tcatch fault"]),
    "info exit": Session(exit: .mmioWrite, lines: ["info exit"]),
    "info hypervisor": Session(lines: ["info hypervisor"]),
    "info interrupts": Session(exit: .wfi, lines: ["info interrupts"]),
    "exits": Session(lines: ["exits 4", "exits psci"], prepare: recorded),
    "exits stat": Session(lines: ["exits stat", "exits stat function"], prepare: recorded),
    "exits histogram": Session(lines: ["exits histogram mmio"], prepare: recorded),
    "exits mark": Session(lines: ["exits mark", "exits diff"], prepare: recorded),
    "exits diff": Session(lines: ["exits diff"], prepare: recorded),
    "exits repeats": Session(lines: ["exits repeats"], prepare: recorded),
    "exits export": Session(lines: ["exits export --as csv exits.vcpu"], prepare: recorded),
    "exits report": Session(lines: ["exits report exits.vcpu"], prepare: recorded),
    "skip": Session(exit: .wfi, lines: ["skip"]),
    "complete": Session(exit: .mmioRead, lines: ["complete 0x80"]),
    "inject": Session(exit: .hypercall, lines: ["inject undef"]),
    "walk": Session(exit: .mmioWrite, lines: ["walk guest:$guest.pc"]),
    "info mappings": Session(
      exit: .mmioWrite, lines: ["info mappings", "info mappings s2 0x40400800"]),
    "continue": Session(
      lines: ["continue", "continue 2"], events: { [.exit(.wfi), .exit(.irq), .exit(.hypercall)] },
      before: ["catch exit"]),
    "interrupt": Session(
      lines: ["interrupt"],
      prepare: {
        let wait = FixtureImages.guestAddress("wait")
        $0.target.script = [.untilInterrupt { $0.stand(at: wait, level: 1) }]
        try $0.session.resume()
      }),
    "signal": Session(
      lines: ["signal SIGINT"], events: { [.terminated(signal: 2)] },
      isProgram: true),
    "stepi": Session(
      lines: ["stepi", "stepi 2"],
      events: {
        [4, 8, 12].map { .at(FixtureImages.handler + $0, level: 2) }
      }),
    "step": Session(
      lines: ["step"], events: { [.at(FixtureImages.handler + 4, level: 2)] },
      prepare: { try stand($0, at: FixtureImages.handler) }),
    "next": Session(
      lines: ["next"], events: { [call, .at(FixtureImages.handler + 8, level: 2)] },
      prepare: { try stand($0, at: FixtureImages.handler + 4) }),
    "nexti": Session(
      lines: ["nexti"], events: { [call, .at(FixtureImages.handler + 8, level: 2)] },
      prepare: { try stand($0, at: FixtureImages.handler + 4) }),
    "finish": Session(
      lines: ["finish", "print $1"],
      events: {
        [
          .stop {
            $0["pc"] = $0["x30"]
            $0["x0"] = 3
          }
        ]
      }, prepare: inCode),
    "return": Session(
      lines: ["return 0"], prepare: { try stand($0, at: FixtureImages.handler + 12) }),
    "set step-irq": Session(lines: ["set step-irq on"]),
    "until": Session(
      lines: ["until *$pc + 8"], events: { [.at(FixtureImages.handler + 8, level: 2)] },
      prepare: { $0.target.stand(at: FixtureImages.handler, level: 2) }),
    "advance": Session(
      lines: ["advance handle_exit"], events: { [.at(FixtureImages.handler, level: 2)] }),
    "jump": Session(
      lines: ["tbreak handle_exit", "jump handle_exit"],
      events: { [.at(FixtureImages.handler, level: 2)] }),
    "thread apply": Session(
      exit: .mmioWrite, lines: ["thread apply all print $pc"],
      prepare: {
        let second = ThreadID(process: 1, thread: 2)
        $0.target.cpus.append((second, "CPU#1 [running]"))
        $0.target["pc", of: second] = FixtureImages.handler
      }),
    "print": Session(
      exit: .mmioWrite,
      lines: ["print $exit.kind", "print $x1", "print /t $esr_el2.ec", "print $pc"]),
    "set": Session(
      exit: .mmioWrite,
      lines: [
        "set $x1 = 0x2a", "print $x1", "set $esr_el2.srt = 3", "print $exit.reg",
        "set /w guest:0x40300000 = 1",
      ]),
    "set catch-way": Session(lines: ["set catch-way vectors"]),
    "x": Session(exit: .mmioWrite, lines: ["x/2i $pc", "x/2xg hv:0x40404000"]),
    "disassemble": Session(exit: .mmioWrite, lines: ["disassemble", "disassemble /r $pc, +8"]),
    "find": Session(exit: .mmioWrite, lines: ["find guest:0x40200000, +64, 0xb9000001", "x/i $_"]),
    "dump": Session(exit: .mmioWrite, lines: ["dump memory ram.bin guest:0x40200000 +64"]),
    "append": Session(exit: .mmioWrite, lines: ["append memory ram.bin guest:0x40200040 +64"]),
    "restore": Session(
      exit: .mmioWrite, lines: ["restore ram.bin binary guest:0x40300000", "x/s guest:0x40300000"],
      file: ["a guest's text"]),
    "info registers": Session(exit: .mmioWrite, lines: ["info registers pc esr_el2"]),
    "decode": Session(
      exit: .mmioWrite, lines: ["decode smccc 0x84000000", "decode sysreg SCTLR_EL1"]),
    "break": Session(
      lines: ["break handle_exit", "continue"], events: { [.at(FixtureImages.handler, level: 2)] },
      before: ["stepi"]),
    "tbreak": Session(lines: ["tbreak guest:store32 if $x1 == 0x41"]),
    "hbreak": Session(lines: ["hbreak handle_exit"]),
    "commands": Session(
      lines: ["commands", "continue"], events: { [.exit(.wfi), .exit(.irq), .ended(status: 0)] },
      before: ["catch exit"],
      following: ["silent", "info exit --brief", "continue", "end"]),
    "condition": Session(
      lines: ["condition 1 $x0 == 2", "info breakpoints", "condition 1"], before: ["catch exit hvc"]
    ),
    "ignore": Session(lines: ["ignore 1 2"], before: ["catch exit hvc"]),
    "enable": Session(lines: ["enable 1", "info breakpoints"], before: ["catch exit", "disable"]),
    "disable": Session(lines: ["disable 1", "info breakpoints"], before: ["catch exit"]),
    "delete": Session(lines: ["delete 1", "info breakpoints"], before: ["catch exit"]),
    "info breakpoints": Session(
      lines: ["info breakpoints"], before: ["catch exit hvc smc if $x0 == 1", "tbreak handle_exit"]),
    "info catch": Session(
      lines: ["info catch"], before: ["catch exit hvc smc if $x0 == 1"]),
    "save breakpoints": Session(
      lines: ["save breakpoints exits.vcpu"],
      before: ["catch exit hvc if $x0 == 1", "tbreak handle_exit"]),
    "watch": Session(lines: ["watch *(uint32_t *)hv:0x40404000"]),
    "rwatch": Session(lines: ["rwatch *(uint32_t *)hv:0x40404000"]),
    "awatch": Session(lines: ["awatch guest:0x40200000, 8"]),
    "backtrace": Session(lines: ["backtrace"], prepare: inCode),
    "frame": Session(lines: ["frame 1", "frame"], prepare: inCode),
    "up": Session(lines: ["up"], prepare: inCode),
    "down": Session(lines: ["up", "down"], prepare: inCode),
    "display": Session(
      exit: .mmioWrite, lines: ["display $exit.count", "display /x $x1", "display"]),
    "undisplay": Session(lines: ["display $x0", "undisplay 1", "info display"]),
    "info display": Session(lines: ["display /x $x0", "info display"]),
    "clear": Session(lines: ["clear handle_exit"], before: ["break handle_exit"]),
    "rbreak": Session(lines: ["rbreak ^(handle|count)"]),
    "info frame": Session(lines: ["info frame"], prepare: inCode),
    "info locals": Session(lines: ["info locals"], prepare: inCode),
    "info args": Session(lines: ["info args"], prepare: inCode),
    "symbol-file": Session(lines: ["symbol-file hypervisor.elf"]),
    "add-symbol-file": Session(lines: ["add-symbol-file guest.elf in guest"]),
    "unload": Session(lines: ["unload 2", "info modules"]),
    "info modules": Session(exit: .mmioWrite, lines: ["info modules"]),
    "info symbol": Session(lines: ["info symbol 0x40205004"]),
    "info address": Session(lines: ["info address handle_exit"]),
    "info functions": Session(lines: ["info functions ^handle|^store"]),
    "info variables": Session(lines: ["info variables vcpu$"]),
    "list": Session(lines: ["list count_exits", "list 1,3"]),
    "info source": Session(lines: ["info source"], prepare: inCode),
    "info line": Session(lines: ["info line handle_exit"]),
    "directory": Session(lines: ["directory /usr/src"]),
    "set substitute-path": Session(lines: ["set substitute-path /build /usr/src"]),
    "unset substitute-path": Session(lines: ["unset substitute-path"]),
    "set debug-file-directory": Session(
      lines: ["set debug-file-directory /srv/debug:/usr/lib/debug", "show debug-file-directory"]),
    "show debug-file-directory": Session(lines: ["show debug-file-directory"]),
    "ptype": Session(lines: ["ptype struct vcpu", "ptype /o struct vcpu"]),
    "whatis": Session(lines: ["whatis boot_vcpu.gpr"]),
    "info guest": Session(
      exit: .mmioWrite, lines: ["info guest", "info guest task", "info guest log"],
      prepare: {
        $0.target.installKernel()
        try $0.session.refresh()
      }),
    "info vms": Session(exit: .mmioWrite, lines: ["info vms"]),
    "vm add": Session(exit: .mmioWrite, lines: ["vm add linux vttbr $vttbr_el2", "info vms"]),
    "vm delete": Session(
      exit: .mmioWrite, lines: ["vm add linux vttbr $vttbr_el2", "vm delete linux"]),
    "info threads": Session(exit: .mmioWrite, lines: ["info threads"]),
    "thread": Session(exit: .mmioWrite, lines: ["thread"]),
    "snapshot save": Session(exit: .mmioWrite, lines: ["snapshot save stuck.snapshot"]),
    "source": Session(
      exit: .mmioWrite, lines: ["source exits.vcpu"],
      file: ["# which exit is it?", "print $exit.kind"]),
    "pipe": Session(
      exit: .mmioWrite, lines: ["pipe info exit | grep ISV", "info exit | head -n 1"]),
    "log": Session(lines: ["log exits.vcpu", "print 6 * 7", "log off"]),
    "set pagination": Session(lines: ["set pagination off"]),
    "set style": Session(lines: ["set style enabled off"]),
    "context": Session(lines: ["context code source"], prepare: inCode),
    "set context": Session(lines: ["set context code", "context"], prepare: inCode),
    "tui": Session(lines: ["tui"]),
    "layout": Session(lines: ["layout src"]),
    "refresh": Session(lines: ["refresh"]),
    "set width": Session(exit: .mmioWrite, lines: ["set width 60", "info exit --brief"]),
    "echo": Session(lines: ["echo the first exit:"]),
    "test": Session(
      lines: ["test \"the sum is right\""], following: ["assert 1 + 1 == 2", "end"]),
    "assert": Session(
      exit: .mmioWrite,
      lines: ["assert $exit.width == 4", "assert $x1 == 0x42 \"the character is B\""]),
    "expect exit": Session(
      lines: ["expect exit hvc within 2 exits"], events: { [.exit(.wfi), .exit(.hypercall)] }),
    "expect no": Session(
      lines: ["expect no exit smc until exit hvc"], events: { [.exit(.wfi), .exit(.hypercall)] }),
    "expect console": Session(
      lines: ["expect console /hello/"],
      prepare: { $0.shell.consoleWatch.receive(Array("tour: hello from EL1\n".utf8)) }),
    "expect stop": Session(
      lines: ["expect stop end"], events: { [.ended(status: 0)] }),
    "timeout": Session(lines: ["timeout 30 s", "timeout off"]),
    "on exit": Session(lines: ["on exit hvc"], following: ["print $x0", "end"]),
    "on console": Session(lines: ["on console /panic/"], following: ["quit 3", "end"]),
    "on end": Session(lines: ["on end"], following: ["echo done", "end"]),
    "if": Session(
      exit: .mmioWrite, lines: ["if $x1 > 1"],
      following: ["echo more than one", "else", "echo one", "end"]),
    "while": Session(
      lines: ["set $n = 0", "while $n < 3"], following: ["print $n", "set $n += 1", "end"]),
    "for": Session(lines: ["for $i in 1..2 0x10"], following: ["echo once more", "end"]),
    "loop_break": Session(lines: ["while 1"], following: ["echo round", "loop_break", "end"]),
    "loop_continue": Session(
      lines: ["for $i in 1..2"], following: ["loop_continue", "echo never", "end"]),
    "try": Session(
      lines: ["try"],
      following: ["print 1 / 0", "catch", "printf \"no: %s\\n\", $_error", "end"]),
    "define": Session(lines: ["define twice", "twice 21"], following: ["print $arg0 * 2", "end"]),
    "document": Session(
      lines: ["document twice", "help twice"], before: ["define twice"],
      following: ["print $arg0 * 2", "end", "Show a number twice as large.", "end"]),
    "alias": Session(lines: ["alias px = print /x", "px 42"]),
    "eval": Session(exit: .mmioWrite, lines: ["set $n = 1", "eval \"print $x%d\", $n"]),
    "printf": Session(
      exit: .mmioWrite,
      lines: [
        "printf \"%s of %d bytes to %#x\\n\", $exit.kind, $exit.width, $exit.ipa"
      ]),
    "shell": Session(lines: ["shell exit 3", "print $_shell_exitcode"]),
    "record commands": Session(lines: ["record commands exits.vcpu", "record commands off"]),
    "monitor": Session(lines: ["monitor info name"]),
    "detach": Session(lines: ["detach"]),
    "disconnect": Session(lines: ["disconnect"]),
    "kill": Session(lines: ["kill"]),
    "quit": Session(lines: ["quit"]),
    "help": Session(lines: ["help skip"]),
    "apropos": Session(lines: ["apropos pagination"]),
  ]

  /// The hypervisor has recorded some exits.
  private static let recorded: @Sendable (ShellFixture) throws -> Void = { fixture in
    try fixture.session.recorder.read(from: FakeExitLog(), ticksPerSecond: 62_500_000)
  }

  private static let loaded = FakeExit.mmioRead.with {
    $0.x[3] = 0x5a
    $0.pc += 4
  }

  /// The CPU is in C code.
  private static let inCode: @Sendable (ShellFixture) throws -> Void = { fixture in
    try fixture.target.standInCode()
    try fixture.session.refresh()
  }

  /// Puts the CPU into the hypervisor's code, called from the third line of `handle_exit`.
  private static func stand(_ fixture: ShellFixture, at pc: UInt64) throws {
    fixture.target.stand(at: pc, level: 2)
    fixture.target["x30"] = FixtureImages.handler + 8
    try fixture.session.refresh()
  }

  /// A call from the second line of `handle_exit`.
  private static var call: FakeTarget.Event {
    .stop {
      $0.stand(at: FixtureImages.handler + 12, level: 2)
      $0["x30"] = FixtureImages.handler + 8
    }
  }

  /// The next stop is before an entry with our context.
  private static func entry(_ exit: FakeExit) -> FakeTarget.Event {
    .stop {
      $0.stand(at: exit)
      $0.stand(at: FixtureImages.entry, level: 2)
      $0["x0"] = FakeTarget.context
    }
  }

  @Test func eachIsWhatTheCommandPrints() throws {
    let isRecording = ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil
    // Only a machine that the shell has launched can be restarted: EndToEndTests have these.
    let live: Set = ["run", "start", "starti", "send console", "exits top"]
    for command in CommandTable.standard.commands where !live.contains(command.name) {
      let session = try #require(Self.sessions[command.name], "\(command.name) has no session")
      let text = try Self.transcript(session)
      guard command.transcript != text else { continue }
      Issue.record("the transcript of '\(command.name)' differs:\n\(text)")
      if isRecording { try Self.record(text, of: command.name) }
    }
  }

  /// A session's output, its lines after prompts.
  ///
  /// - Parameter rendering: makes the renderer of events.
  static func transcript(
    _ session: Session, rendering: (Output) -> any EventRenderer = TextRenderer.init
  ) throws -> String {
    let fixture =
      try session.isProgram
      ? ShellFixture(FakeTarget(.aarch64Program), rendering: rendering)
      : ShellFixture(at: session.exit, rendering: rendering)
    fixture.target.monitorAnswer = "vcpu\n"
    var following = session.following[...]
    fixture.loop.inputs = [ScriptInput(name: "lines", hasPlaces: false) { following.popFirst() }]
    for line in session.before { fixture.run(line) }
    try session.prepare(fixture)
    fixture.target.script += session.events()
    let path = FixtureImages.folder.appendingPathComponent("\(UUID())").path
    try FileManager.default.createDirectory(
      at: FixtureImages.folder, withIntermediateDirectories: true)
    try session.file.joined(separator: "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return session.lines.map { line in
      let taken = following.count
      let name = ["stuck.snapshot", "ram.bin"].first { line.contains($0) } ?? "exits.vcpu"
      var typedLine = line.replacingOccurrences(of: name, with: path)
      for file in ["hypervisor.elf", "guest.elf"] {
        typedLine = typedLine.replacingOccurrences(
          of: file, with: FixtureImages.folder.appendingPathComponent(file).path)
      }
      let text = fixture.run(typedLine)
        .replacingOccurrences(of: path, with: name)
        .replacingOccurrences(of: FixtureImages.folder.path + "/", with: "")
      fixture.shell.renderer.finishLine()
      let typed = session.following.suffix(taken).prefix(taken - following.count)
      return "(vcpu) \(line)\n" + typed.map { "> \($0)\n" }.joined() + text
    }.joined().trimmed
  }

  /// Writes a transcript into the file that declares a command.
  private static func record(_ text: String, of name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../Sources/vcpu-shell/Commands").standardizedFileURL
    for file in try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    {
      var source = try String(contentsOf: file, encoding: .utf8)
      guard let start = source.range(of: "static let name = \"\(name)\"\n"),
        let open = source.range(
          of: "static let transcript = \"\"\"\n", range: start.upperBound..<source.endIndex),
        let close = source.range(of: "\n    \"\"\"\n", range: open.upperBound..<source.endIndex)
      else { continue }
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.isEmpty ? "" : "    " + line.replacingOccurrences(of: "\\", with: "\\\\")
      }
      source.replaceSubrange(
        open.upperBound..<close.lowerBound, with: lines.joined(separator: "\n"))
      try source.write(to: file, atomically: true, encoding: .utf8)
    }
  }
}
