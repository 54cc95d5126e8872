import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// Targets without a hypervisor: programs, and machines of other architectures.
  @Suite struct OtherStubs {
    private static let hasGDBServer = Programs.path(of: "gdbserver") != nil

    private func attach(
      _ server: HostServer, symbols: String?, _ commands: [String]
    ) throws -> ShellRun {
      try ShellRun(
        ["attach", server.endpoint] + (symbols.map { ["--symbols", $0] } ?? [])
          + commands.flatMap { ["-ex", $0] } + ["--batch"])
    }

    private func attach(_ server: HostServer, _ commands: String...) throws -> ShellRun {
      try attach(server, symbols: try TestProgram.path.get(), commands)
    }

    /// What has to work with every program server.
    private func debugsAProgram(_ server: HostServer) throws {
      let run = try attach(
        server, "info registers", "break *here", "continue", "print $pc == here", "x/2i $pc",
        "print /d *&counter", "stepi", "print $pc > here", "info breakpoints", "continue",
        "print /d *&counter", "set $rdi = 0x29", "print $edi + 1", "print $di",
        "info registers rdi", "set *&watched = 5", "print /d *&watched", "delete", "continue")
      // It exits with status 3, which isn't success.
      #expect(run.status == 5 && run.errors.isEmpty, Comment(rawValue: run.description))
      expect(
        run, prints: "rip ", "Breakpoint 1 at 0x", "<here", "breakpoint 1\n  0x",
        "<here>:  pushq %rbp    program.c:", "\n1\n=> 0x", "<here>:\tpushq %rbp", "movq %rsp, %rbp",
        "\n0\n", "<here+1>:  movq %rsp, %rbp", "\n1\n", "keep  y    1     0x", "breakpoint 1\n",
        "\n1\n0x2a (42)\n0x29 (41)\nrdi         0x0000000000000029  41\n5\n",
        "the program exited with status 3")
      #expect(!run.output.contains("EL"), Comment(rawValue: run.description))
    }

    private func handlesSignals(_ serve: (String) throws -> HostServer) throws {
      let passed = try attach(try serve("signal"), "continue", "continue")
      expectSuccess(passed)
      expect(
        passed, prints: "the program received SIGUSR1\n", "the program exited with status 0")
      #expect(!passed.output.contains("SIGALRM"))
      let withheld = try attach(try serve("signal"), "continue", "signal 0")
      #expect(withheld.status == 5, Comment(rawValue: withheld.description))
      expect(withheld, prints: "received SIGUSR1", "the program exited with status 4")
      let dead = try attach(try serve("abort"), "continue", "continue", "info registers")
      #expect(dead.status == 5, Comment(rawValue: dead.description))
      expect(dead, prints: "received SIGABRT", "the program was killed by SIGABRT")
      #expect(dead.errors.contains("the program has ended"), Comment(rawValue: dead.description))
    }

    private func showsThreads(_ server: HostServer) throws {
      let run = try attach(
        server, "break *all_ready", "continue", "info threads", "thread 2", "thread",
        "print $sp != 0",
        "thread select 1", "print $pc == all_ready", "delete", "set /w &going = 0", "continue")
      #expect(run.status == 5 && run.errors.isEmpty, Comment(rawValue: run.description))
      expect(
        run, prints: "breakpoint 1", "\n* 1  thread ", "<all_ready>\n  2  thread ",
        "\n  3  thread ",
        "[thread 2]", "[thread 2]", "\n1\n[thread 1]", "\n1\n", "the program exited with status 3")
      let unknown = try attach(try HostServer.gdbserver("count"), "thread 99")
      expectOneError(unknown, "no thread number 99", "info threads")
    }

    #if arch(x86_64)
      @Test(.enabled(if: hasGDBServer, "gdbserver is not installed"))
      func gdbserverDebugsAProgram() throws {
        try debugsAProgram(try .gdbserver("count"))
        try handlesSignals { try HostServer.gdbserver($0) }
        try showsThreads(try .gdbserver("threads"))
      }

      /// It is found by its auxiliary vector while its dynamic linker runs, and stepped by ranges.
      @Test(.enabled(if: hasGDBServer, "gdbserver is not installed"))
      func aProgramThatCanBeAnywhere() throws {
        let folder = try TemporaryFolder()
        let log = folder.path + "/packets"
        let program = try TestProgram.movable.get()
        let server = try HostServer.gdbserver("count", program: program)
        let run = try ShellRun([
          "attach", server.endpoint, "--symbols", program, "--rsp-log", log, "-ex", "break main",
          "-ex", "continue", "-ex", "next", "-ex", "next", "-ex", "backtrace", "--batch",
        ])
        #expect(run.errors.isEmpty, Comment(rawValue: run.description))
        expect(
          run, prints: "bytes up from its addresses", "breakpoint 1\n", "program.c:", "#0  main (")
        // The text of the lines is shown.
        #expect(run.output.contains("RLIMIT_CPU"), Comment(rawValue: run.description))
        let packets = try String(contentsOfFile: log, encoding: .utf8)
        #expect(packets.contains("$vCont;r"))
      }

      @Test(.enabled(if: HostServer.lldbServerPath != nil, "the toolchain has no lldb-server"))
      func lldbServerDebugsAProgram() throws {
        try debugsAProgram(try .lldbServer("count"))
        try handlesSignals(HostServer.lldbServer)
      }

      /// valgrind has no `p`, and refuses to select all threads. (It shows values that are written to its registers
      /// but doesn't use them: GDB sees the same.)
      @Test(
        .enabled(
          if: Programs.path(of: "valgrind") != nil && Programs.path(of: "vgdb") != nil,
          "valgrind is not installed"))
      func valgrindDebugsAProgram() throws {
        let folder = try TemporaryFolder()
        let servers = try HostServer.valgrind(
          "count", prefix: folder.path + "/vgdb", port: try Listener.freePort())
        let run = try attach(
          servers[0], "info threads", "break *here", "continue", "print $pc == here",
          "print /d *&counter", "stepi", "set $rdi = 0x29", "print $edi + 1",
          "info registers rdi", "continue", "print /d *&counter", "delete", "continue")
        #expect(run.status == 5 && run.errors.isEmpty, Comment(rawValue: run.description))
        expect(
          run, prints: "* 1  thread ", "Breakpoint 1 at 0x", "breakpoint 1\n", "<here>", "\n1\n0\n",
          "<here+1>", "0x2a (42)\n", "rdi         0x0000000000000029  41\n", "breakpoint 1\n",
          "\n1\n", "the program exited with status 3")
      }

      @Test(
        .enabled(if: hasGDBServer, "gdbserver is not installed"),
        arguments: [
          "catch exit", "tcatch exit hvc", "info exit", "info registers guest", "info registers hv",
          "print $exit.kind", "print $guest.rax", "x hv:0x400000", "print *(ipa:0x1000)",
          "break *guest:0x400000",
        ])
      func hypervisorCommandsSayWhyNot(command: String) throws {
        let run = try attach(try .gdbserver("count"), command)
        expectOneError(run, "this target is x86-64 without a hypervisor")
      }

      @Test(.enabled(if: hasGDBServer, "gdbserver is not installed"))
      func symbolsOfAnotherArchitectureAreRefused() throws {
        let run = try attach(
          try .gdbserver("count"), symbols: Built.image("vcpu-image"), ["info registers"])
        expectOneError(run, "AArch64", "not for x86-64")
        let stripped = try attach(
          try .gdbserver("count"), symbols: nil, ["break *here"])
        expectOneError(stripped, "here", hasMark: true)
      }

      @Test(.enabled(if: hasGDBServer, "gdbserver is not installed"))
      func theServerIsAskedToKillDetachAndDisconnect() throws {
        let killed = try attach(try .gdbserver("threads"), "kill")
        expectSuccess(killed)
        expect(killed, prints: "The program was killed.")
        // A program that the shell leaves running runs to its end.
        let detached = try attach(try .gdbserver("count"), "detach")
        expectSuccess(detached)
        expect(detached, prints: "Detached; the program runs on.")
        let help = try attach(try .gdbserver("count"), "monitor help", "disconnect")
        expectSuccess(help)
        expect(help, prints: "monitor commands", "Disconnected; the program stays as it is.")
      }

      /// A user at the terminal: Ctrl-C, threads, typing errors, and the end of the server.
      @Test(.enabled(if: hasGDBServer, "gdbserver is not installed"))
      func aPersonInterruptsAProgram() throws {
        let server = try HostServer.gdbserver("threads")
        let shell = try ShellProcess(
          ["attach", server.endpoint, "--symbols", try TestProgram.path.get()], at: .terminal)
        try shell.expect("(vcpu) ")
        try shell.enter("tbreak all_ready")
        try shell.enter("continue")
        try shell.expect("breakpoint 1\r\n")
        try shell.expect("(vcpu) ")
        try shell.enter("continue")
        try shell.expect("continue\r\n")
        // Two threads count until the program is interrupted.
        try shell.press(.interrupt)
        try shell.expect("interrupted")
        try shell.expect("(vcpu) ")
        try shell.enter("info threads")
        try shell.expect("<count")
        try shell.expect("(vcpu) ")
        try shell.enter("thread 4")
        try shell.expect("no thread number 4")
        try shell.enter("thread two")
        try shell.expect("'two' is not a thread number")
        try shell.enter("stpi")
        try shell.expect("no command 'stpi'")
        server.kill()
        try shell.expect("the target is lost")
        try shell.leave()
        #expect(try shell.end() == 4)
      }
    #endif

    @Test(
      .enabled(
        if: Programs.path(of: "qemu-system-x86_64") != nil, "qemu-system-x86_64 is not installed"))
    func anX86MachineAtItsReset() throws {
      let folder = try TemporaryFolder()
      let server = try HostServer.qemu(
        "qemu-system-x86_64", ["-M", "pc", "-smp", "2"], at: folder.path + "/stub")
      let run = try attach(
        server, symbols: nil,
        [
          "info registers", "x/i $pc", "stepi", "x/2i $pc", "info threads", "thread 2", "thread 1",
          "set $ax = 0x1234", "print $eax", "print $rip", "tbreak *0xfe066", "continue",
          "info registers all", "monitor info status", "catch exit",
        ])
      expectOneError(run, "this target is x86-64 without a hypervisor")
      // The first instruction of every PC, in real mode: the segment is added to the address.
      expect(
        run, prints: "rip        0x000000000000fff0", "cr0 ", "[ CD NW ET ]",
        "=> 0xffff0:\tljmpw $0xf000:$0xe05b", "\n  0xfe05b:  ", "=> 0xfe05b:\t",
        "* 1  CPU#0  0xfe05b",
        "\n  2  CPU#1  0xffff0", "[CPU 2]\n  0xffff0:", "[CPU 1]", "0x1234 (4660)", "0xe05b",
        "Temporary breakpoint 1 at 0xfe066", "breakpoint 1\n  0xfe066:  ", "xmm0 ",
        "VM status: paused")
    }

    @Test(
      .enabled(
        if: Programs.path(of: "qemu-system-riscv64") != nil, "qemu-system-riscv64 is not installed")
    )
    func aRISCVMachine() throws {
      let folder = try TemporaryFolder()
      let server = try HostServer.qemu(
        "qemu-system-riscv64", ["-M", "virt", "-bios", "none"], at: folder.path + "/stub")
      let run = try attach(
        server, symbols: nil,
        [
          "x/i $pc", "stepi 3", "print /x $pc", "set $a0 = 7", "print $x10", "print $x29",
          "break *0x100c", "info breakpoints", "info registers mhartid", "info exit",
        ])
      expectOneError(run, "this target is RISC-V (64 bits) without a hypervisor")
      // With and without a disassembler.
      expect(
        run, prints: "=> 0x1000:\t", "\n  0x100c:  ", "0x100c\n7\n0\n", "Breakpoint 1 at 0x100c",
        "mhartid     0x0000000000000000")
    }

    /// The second cluster is a process that the stub wasn't attached to.
    @Test func aMachineWithClustersListsThemAll() throws {
      let folder = try TemporaryFolder()
      let server = try HostServer.qemu(
        "qemu-system-aarch64", ["-M", "xlnx-zcu102", "-smp", "6", "-audiodev", "none,id=none"],
        at: folder.path + "/stub")
      // Breakpoints that are in the target survive the list.
      let run = try attach(
        server, symbols: nil,
        [
          "set /w *0x1000 = 0xd503201f", "set $pc = 0x1000", "break *0x1004", "stepi",
          "info threads", "delete", "stepi", "thread 2", "info threads", "thread 5",
        ])
      expectOneError(run, "CPU 2.5 belongs to another cluster")
      expect(
        run, prints: "* 1  cortex-a53", "\n  4  cortex-a53",
        "\n  2.5  cortex-r5f-arm-cpu rpu-cpu[0]  another cluster (arm)  waits for an interrupt",
        "\n  2.6  cortex-r5f", "the CPUs of other clusters run and stop with these",
        "\n* 2  cortex")
    }

    @Test func aHostThatHasNoAddressIsNoMatterOfAStub() throws {
      let run = try ShellRun(["attach", "no-such-host.invalid:1234", "--batch"])
      expectOneError(run, "'no-such-host.invalid' cannot be resolved", status: 4)
      #expect(!run.errors.contains("listening there"), Comment(rawValue: run.description))
    }

    @Test func anAArch64MachineWithoutEL2() throws {
      let folder = try TemporaryFolder()
      let server = try HostServer.qemu(
        "qemu-system-aarch64", ["-M", "virt", "-cpu", "cortex-a57"], at: folder.path + "/stub")
      let run = try attach(
        server, symbols: nil,
        [
          "set /w *0x40000000 = 0xd2800540", "set $pc = 0x40000000", "x/i $pc", "stepi",
          "print $x0",
          "print $w0", "print $pc", "break *0x40000002",
        ])
      expectOneError(run, "0x40000002", "multiple of 4")
      expect(
        run, prints: "=> 0x40000000:\tmov x0, #0x2a", "\n  EL1 0x40000004:  ",
        "0x2a (42)\n0x2a (42)\n0x40000004\n")
      let exits = try attach(server, symbols: nil, ["catch exit"])
      expectOneError(exits, "this target is AArch64 without a hypervisor")
    }
  }
}
