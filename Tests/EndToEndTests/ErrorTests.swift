import Foundation
import Testing

extension EndToEnd {
  /// An error is one clear line and a status, and nothing is left running.
  @Suite struct Errors {
    @Test(arguments: [
      ("zork", "no command 'zork'"),
      ("info zork", "no command 'info zork'"),
      ("catch exit zork", "no exit class 'zork'"),
      ("catch exit hvc if", "needs an expression"),
      ("info registers zork", "no register 'zork'"),
      ("info registers guest", "not at a guest exit"),
      ("info exit", "not at a guest exit"),
      ("print $exit.kind", "not at a guest exit"),
      ("print", "needs an expression"),
      ("print /q 1", "not a format"),
      ("print /4xw 1", "only a format letter"),
      ("x", "needs an address"),
      ("x/f $pc", "does not show floating-point"),
      ("x/99999999999xw $pc", "out of range"),
      ("set", "needs an assignment"),
      ("set $exit.kind = 1", "cannot set $exit.kind"),
      ("set $esr_el2.ec = 0xfff", "6 bits"),
      ("break", "needs a location"),
      ("break *ipa:0x40200000", "virtual address"),
      ("delete 9", "no breakpoint or catchpoint number 9"),
      ("disable 9", "no breakpoint or catchpoint number 9"),
      ("delete zork", "not a breakpoint number"),
      ("condition", "needs a breakpoint number"),
      ("condition 9 1", "no breakpoint or catchpoint number 9"),
      ("ignore 1", "a count"),
      ("commands", "no breakpoint"),
      ("continue zork", "a number of at least 1"),
      ("stepi 0", "a number of at least 1"),
      ("source", "needs the path"),
      ("source /nonexistent", "/nonexistent"),
      ("monitor", "needs a command"),
      ("quit 1000", "not an exit status"),
      ("help zork", "no command 'zork'"),
    ])
    func ofCommands(line: String, words: String) throws {
      expectOneError(try ShellRun.launch(line), words)
    }

    @Test(arguments: [
      ("print $esr_el2.zork", "no field 'zork'"), ("print $pc.zork", "no field"),
      ("print 1 +", "expected"), ("print (1", "')'"), ("print 1 2", "operator"),
      ("print 1/0", "division by zero"), ("print \"a\"", "cannot begin"),
      ("print 99999999999999999999999", "64 bits"), ("print $zork", "no register"),
      ("print zork", "no symbol"), ("set $x0", "="), ("set 1 = 2", "assign"),
      ("break zork", "no symbol"),
      ("x/i zork", "no symbol"),
      ("catch exit hvc if $zork ==", "expected"), ("break _start if )", "expected"),
    ])
    func ofExpressionsAreMarked(line: String, words: String) throws {
      expectOneError(try ShellRun.launch(line), words, hasMark: true)
    }

    /// A condition that can't be evaluated when it is tested stops the target there.
    @Test func ofAConditionAtAStop() throws {
      let run = try ShellRun.launch("catch exit if $zork == 1", "continue")
      expectOneError(run, "zork", hasMark: run.errors.contains("^"))
    }

    @Test(arguments: [
      (["--zork"], "--zork", Int32(2)), (["tour", "zork"], "zork", 2),
      (["--cpus", "zork"], "--cpus", 2), (["--memory", "zork"], "--memory", 2),
    ])
    func ofTheCommandLine(options: [String], words: String, status: Int32) throws {
      let run = try ShellRun(["launch"] + options)
      #expect(run.status == status)
      #expect(run.output.isEmpty && run.errors.contains(words), "\(run.description)")
      #expect(run.errors.contains("Usage: vcpu-shell"))
    }

    @Test(arguments: [
      (["--cpus", "0"], "--cpus 0", Int32(2)), (["--cpus", "9"], "1 to 8", 2),
      (["--memory", "3"], "--memory 3", 2), (["--memory", "9999999999"], "--memory", 2),
      (["--cpu", "zork"], "unable to find CPU model 'zork'", 4),
      (["--qemu-arg=-zork"], "-zork: invalid option", 4),
      (["--qemu", "/nonexistent"], "/nonexistent", 1), (["--qemu", "zork"], "zork", 1),
      (["--qemu", "/bin/true"], "ended", 4),
      (["/nonexistent"], "no such file", 1), (["/tmp"], "directory", 1),
      (["/bin/true"], "not for AArch64", 1),
      (["--hypervisor", "/bin/true"], "not for AArch64", 1),
      (["--hypervisor", "/nonexistent"], "/nonexistent", 1),
      (["-x", "/nonexistent"], "/nonexistent", 1), (["-x", "/tmp"], "/tmp", 1),
      (["--console", "/nonexistent/console"], "/nonexistent/console", 1),
      (["--rsp-log", "/nonexistent/log"], "/nonexistent/log", 1),
    ])
    func ofLaunching(options: [String], words: String, status: Int32) throws {
      expectOneError(try ShellRun(["launch"] + options + ["--batch"]), words, status: status)
    }

    @Test func ofMissingImages() throws {
      let run = try ShellRun(
        ["launch", "--batch"], environment: ["VCPU_SHELL_IMAGES": "/nonexistent"])
      expectOneError(run, "scripts/build", "/nonexistent")
    }

    @Test func ofGuests() throws {
      let folder = try TemporaryFolder()
      expectOneError(try ShellRun.launch(guest: folder.file("empty", "")), "nothing to load")
      let big = try folder.file("big", Data(count: 7 << 20))
      expectOneError(
        try ShellRun.launch(guest: big, options: ["--memory", "8"]), "--memory", "0x40200000")
      let far = try GuestProgram.endless.writeELF(to: folder, at: 0x8000_0000)
      expectOneError(try ShellRun.launch(guest: far), "0x80000000", "--memory")
      let truncated = try folder.file("truncated", Data([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]))
      expectOneError(try ShellRun.launch(guest: truncated), "truncated")
    }

    @Test func aGuestWithoutSymbolsRuns() throws {
      let folder = try TemporaryFolder()
      let elf = try GuestProgram.hypercalls.writeELF(to: folder)
      expectSuccess(try ShellRun.launch(guest: elf, "catch exit", "continue", "info exit"))
      let run = try ShellRun.launch(
        guest: GuestProgram.hypercalls.write(to: folder), "catch exit", "continue", "x/i $pc - 4")
      expectSuccess(run)
      expect(run, prints: "exit 1, vcpu 0: hvc", "0x40200008:\thvc #0x0")
    }

    @Test func ofScriptsHaveTheirPlace() throws {
      let folder = try TemporaryFolder()
      let bad = try folder.file("bad.vcpu", "# one\n\necho fine\nzork\necho never\n")
      let outer = try folder.file("outer.vcpu", "echo outer\nsource \(bad)\n")
      for path in [bad, outer] {
        let run = try ShellRun(["launch", "--batch", "-x", path])
        expectOneError(run, "\(bad):4: no command 'zork'")
        expect(run, prints: "fine")
        #expect(!run.output.contains("never"))
      }
      let open = try folder.file("open.vcpu", "catch exit\ncommands\nsilent\n")
      expectOneError(try ShellRun(["launch", "--batch", "-x", open]), "no 'end'", "open.vcpu")
      let endless = try folder.file("endless.vcpu", "source \(folder.path)/endless.vcpu\n")
      expectOneError(try ShellRun(["launch", "--batch", "-x", endless]), "deep")
    }

    @Test func aGuestThatHasEndedIsNoTarget() throws {
      let run = try ShellRun.launch("continue", "continue")
      expectOneError(run, "the machine has powered off", status: 5)
      expect(run, prints: "the guest has powered off")
    }

    /// Whatever is typed, the session continues.
    @Test func nothingTypedEndsTheSession() throws {
      let shell = try ShellProcess(
        ["launch", "-q", "-ex", "catch exit mmio-write", "-ex", "continue"], at: .terminal)
      try shell.expect("(vcpu) ")
      let lines = [
        "x/", "x/xq $pc", "print /", "print /x", "print " + String(repeating: "(", count: 3000),
        "print " + String(repeating: "-", count: 3000) + "1", "print é", "print '", "print \\",
        "set $x0 = $x0 = 1", "set $w99 = 1", "info registers \u{7f}$", "break *0xffffffffffffffff",
        "x/4i 0xfffffffffffffffc", "x/s hv:0xffffffffffffffff", "x/i 1", "tbreak *1 if 1",
        "commands 99", "delete 1-9999999999999999999", "ignore 1 -1", "condition 1 (",
        "continue 99999999999999999999", "stepi -9223372036854775808", "catch exit any any any",
        "monitor zork", "monitor " + String(repeating: "z", count: 3000),
        "help " + String(repeating: "h", count: 3000),
        "echo %s%n", "info", "i", "/", "/x", "#", "?", ";", "!ls", "print $exit", "print $exit.",
        "print $.", "print $hv.", "print guest:", "print hv:guest:1", "print 0x", "print 1 ? 2",
      ]
      for line in lines {
        try shell.enter(line)
        try shell.expect("\n")
        try shell.expect("(vcpu) ")
      }
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      try shell.leave()
      #expect(try shell.end() == 0)
    }
  }
}
