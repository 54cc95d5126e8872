import Foundation
import Testing

extension EndToEnd {
  /// The prompt at a terminal.
  @Suite struct Prompt {
    private func start(
      _ arguments: String..., home: TemporaryFolder? = nil
    ) throws -> ShellProcess {
      let shell = try ShellProcess(["launch"] + arguments, at: .terminal, home: home)
      try shell.expect("(vcpu) ")
      return shell
    }

    private func end(_ shell: ShellProcess) throws {
      try shell.leave()
      #expect(try shell.end() == 0, "\(shell.output)")
    }

    @Test func aSessionBeginsWithAGreetingAndEndsWithControlD() throws {
      let shell = try start("tour")
      #expect(shell.output.contains("'help' lists the commands"))
      #expect(shell.output.contains("EL2 0x40200000 <_start>:"), "\(shell.output)")
      try shell.press(.endOfFile)
      try shell.expect("quit\r\n")
      #expect(try shell.end() == 0)
    }

    @Test func tabCompletes() throws {
      let shell = try start("-q")
      try shell.type("conti")
      try shell.press(.tab)
      try shell.expect("continue ")
      try shell.press(.interrupt)
      try shell.expect("(vcpu) ")
      try shell.type("catch exit mm")
      try shell.press(.tab)
      // A bell may occur in the middle of the word.
      try shell.expect("io")
      try shell.press(.tab, .tab)
      try shell.expect("mmio-read")
      try shell.expect("mmio-write")
      try shell.type("-wr")
      try shell.press(.tab, .enter)
      try shell.expect("Catchpoint 1: exit mmio-write\r\n")
      try shell.expect("(vcpu) ")
      try shell.type("print $esr_e")
      try shell.press(.tab)
      try shell.expect("l")
      try shell.enter("2 == $esr_el2")
      try shell.expect("\r\n1\r\n(vcpu) ")
      try shell.type("break vmexit_tr")
      try shell.press(.tab, .enter)
      try shell.expect("<vmexit_trampoline>")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func historyIsKept() throws {
      let home = try TemporaryFolder()
      let first = try start("-q", home: home)
      try first.enter("print 6*7")
      try first.expect("0x2a (42)")
      try first.expect("(vcpu) ")
      try first.press(.up)
      try first.expect("print 6*7")
      try first.press(.enter)
      try first.expect("0x2a (42)")
      try first.expect("(vcpu) ")
      try end(first)

      let second = try start("-q", home: home)
      try second.press(.up)
      try second.expect("print 6*7")
      try second.press(.enter)
      try second.expect("0x2a (42)")
      try second.expect("(vcpu) ")
      try end(second)

      let third = try start("-q", "--no-history", home: home)
      try third.press(.up)
      try third.enter("print 5*5")
      // There was no output before it.
      #expect(!(try third.expect("0x19 (25)")).contains("6*7"))
      try third.expect("(vcpu) ")
      try end(third)
    }

    @Test func anEmptyLineRepeatsAStep() throws {
      let shell = try start("-q", "-ex", "catch exit", "-ex", "continue")
      try shell.enter("stepi")
      try shell.expect("<vmexit_trampoline+4>")
      for offset in ["8", "12"] {
        try shell.expect("(vcpu) ")
        try shell.press(.enter)
        try shell.expect("<vmexit_trampoline+\(offset)>")
      }
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func controlCStopsARunningGuest() throws {
      let folder = try TemporaryFolder()
      let shell = try start(try GuestProgram.endless.write(to: folder), "-q")
      for _ in 1...3 {
        try shell.enter("continue")
        // The line is accepted, and the hypervisor has started its guest or continues with it.
        try shell.expect("\r\n")
        try shell.press(.interrupt)
        try shell.expect("interrupted", within: .seconds(6))
        try shell.expect("EL")
        try shell.expect("(vcpu) ")
      }
      try shell.enter("tbreak *guest:0x40200000")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("EL1 0x40200000")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("\r\n")
      try shell.press(.interrupt)
      try shell.expect("interrupted", within: .seconds(6))
      try shell.expect("EL1 0x40200000:  b 0x40200000")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func controlCStopsALoopOfCommands() throws {
      let folder = try TemporaryFolder()
      let shell = try start(try GuestProgram.hypercalls.write(to: folder), "-q")
      for line in ["catch exit", "commands", "silent", "info exit -b", "continue", "end"] {
        try shell.enter(line)
        try shell.expect(["catch exit", "end"].contains(line) ? "(vcpu) " : "> ")
      }
      try shell.enter("continue")
      try shell.expect("#20 ")
      try shell.press(.interrupt)
      // A silent catchpoint still shows where the guest is.
      try shell.expect("interrupted", within: .seconds(6))
      try shell.expect("0x402")
      try shell.expect("(vcpu) ")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    /// The target stops at each exit, and the stop isn't shown.
    @Test func controlCStopsAmongExitsThatNobodyWants() throws {
      let folder = try TemporaryFolder()
      let shell = try start(
        try GuestProgram.hypercalls.write(to: folder), "-q", "-ex", "catch exit if $exit.count == 0"
      )
      try shell.enter("continue")
      try shell.expect("hypervisor: EL2")
      try shell.press(.interrupt)
      try shell.expect("interrupted", within: .seconds(6))
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func anEmptyLineShowsFurtherMemory() throws {
      let shell = try start("-q")
      try shell.enter("x/2i hv:vmexit_trampoline")
      try shell.expect("<vmexit_trampoline+4>:")
      try shell.expect("(vcpu) ")
      try shell.press(.enter)
      try shell.expect("<vmexit_trampoline+8>:")
      try shell.expect("<vmexit_trampoline+12>:")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    /// The files are read further at the prompt, until nothing is left; then the shell sleeps.
    /// A file with so many names of Swift that they take seconds. What is read of it is wiped away.
    @Test func controlCStopsAReading() throws {
      let folder = try TemporaryFolder()
      let object = folder.path + "/names.o"
      let names = (10_000..<90_000).map { "\"$s4main7fn\($0)yyF\": nop\n" }
      let source = try folder.file("names.s", names.joined())
      try Programs.run("clang", "--target=aarch64-none-elf", "-c", source, "-o", object)
      let shell = try start("-q")
      try shell.type("add-symbol-file \(object) 0x50000000 in guest\rbreak nosuch\r")
      try shell.expect("reading names.o, ")
      try shell.press(.interrupt)
      try shell.expect("  \rerror: interrupted\r\n", within: .seconds(2))
      try shell.expect("(vcpu) ")
      try shell.enter("break guest:main.fn10000")
      try shell.expect("reading names.o, ")
      // The line is empty again before the answer.
      try shell.expect("  \rBreakpoint 1 at guest:0x50000000", within: .seconds(40))
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func aPromptWithNothingToDoSleeps() throws {
      let shell = try start("-q", "tour")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      var (before, now) = (-1, try ticks(of: shell))
      for _ in 0..<60 where before != now {
        usleep(500_000)
        (before, now) = (now, try ticks(of: shell))
      }
      #expect(before == now)
      try shell.enter("break vmexit_trampoline")
      try shell.expect("<vmexit_trampoline>")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    /// The CPU time of a shell, in the system's ticks (proc(5)).
    private func ticks(of shell: ShellProcess) throws -> Int {
      let text = try String(contentsOfFile: "/proc/\(shell.process)/stat", encoding: .utf8)
      let fields = text.split(separator: " ")
      return (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0)
    }

    @Test func controlCDiscardsTheLine() throws {
      let shell = try start("-q")
      try shell.type("kill")
      try shell.expect("kill")
      try shell.press(.interrupt)
      try shell.expect("^C")
      try shell.expect("(vcpu) ")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      #expect(!shell.output.contains("The machine is off."))
      try end(shell)
    }

    @Test func anotherWidthDoesNotBreakTheLine() throws {
      let shell = try start("-q")
      try shell.type("print 1000000 + 2000000 +")
      try shell.expect("2000000 +")
      shell.resize(rows: 20, columns: 22)
      try shell.type(" 4000000 +")
      shell.resize(rows: 50, columns: 200)
      try shell.enter(" 500")
      try shell.expect("0x6ad1b4 (7000500)")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    /// After `detach` the guest of a launched machine keeps running while the prompt is shown.
    @Test func theGuestsConsoleLeavesTheLineAlone() throws {
      let folder = try TemporaryFolder()
      let shell = try start(try GuestProgram.ticker.write(to: folder), "-q", "-ex", "detach")
      try shell.expect("tk\r\n")
      try shell.type("help q")
      try shell.expect("(vcpu) help q")
      for _ in 1...3 {
        // The input line is removed, the console's line printed, and the prompt shown again below.
        try shell.expect("tk\r\n(vcpu) help q")
      }
      try shell.enter("uit")
      try shell.expect("Leave the shell")
      // The manual's transcript.
      try shell.expect("(vcpu) quit\r\n")
      try shell.expect("(vcpu) ")
      try end(shell)
    }

    @Test func aMistakeKeepsTheSession() throws {
      let shell = try start("-q", "-ex", "zork")
      #expect(shell.output.contains("error: no command 'zork'"))
      try shell.enter("prnt 1")
      try shell.expect("error: no command 'prnt'")
      try shell.expect("(vcpu) ")
      try shell.enter("catch exit hvc")
      try shell.expect("Catchpoint 1")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("exit 20, vcpu 0: hvc")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      // An error in the command line's command wasn't typed.
      #expect(try shell.end() == 1)
    }

    /// The shell asks once before it discards the machine, or all breakpoints.
    @Test func itIsAskedBeforeSomethingIsLost() throws {
      let shell = try start("-q")
      try shell.enter("catch exit hvc")
      try shell.expect("Catchpoint 1")
      try shell.expect("(vcpu) ")
      try shell.enter("delete")
      try shell.expect("Delete all breakpoints and catchpoints? (y or n) ")
      try shell.enter("n")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("exit 20, vcpu 0: hvc")
      try shell.expect("(vcpu) ")
      try shell.press(.endOfFile)
      try shell.expect("The machine ends with the shell. Leave anyway? (y or n) ")
      try shell.enter("n")
      try shell.expect("(vcpu) ")
      try shell.enter("delete")
      try shell.expect("(y or n) ")
      try shell.enter("y")
      try shell.expect("(vcpu) ")
      try shell.enter("info breakpoints")
      try shell.expect("No breakpoints or catchpoints.")
      try shell.expect("(vcpu) ")
      try shell.press(.endOfFile)
      try shell.expect("(y or n) ")
      try shell.press(.endOfFile)
      try shell.expect("quit\r\n")
      #expect(try shell.end() == 0)
    }

    @Test func theGuestsEndKeepsTheSession() throws {
      let shell = try start("-q")
      try shell.enter("continue")
      try shell.expect("the guest has powered off")
      try shell.expect("(vcpu) ")
      try shell.enter("info registers")
      try shell.expect("error: the machine has powered off")
      try shell.expect("(vcpu) ")
      try shell.enter("help quit")
      try shell.expect("Leave the shell")
      // The manual's transcript, then the prompt: a Ctrl-D before the prompt is lost.
      try shell.expect("(vcpu) quit\r\n")
      try shell.expect("(vcpu) ")
      try shell.press(.endOfFile)
      try shell.end()
    }
  }
}
