import Foundation
import Testing

extension EndToEnd {
  /// A person's session at a terminal with Linux as the guest: from the kernel's first write to its console through both
  /// programs' stacks to an oops.
  @Suite(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
  struct LinuxSession {
    private static let patience = Duration.seconds(120)

    /// The kernel's early console is the emulated device, so that a write to it is an exit. Its later console is the PL011.
    private static let append =
      "earlycon=pl011,0xb000000 keep_bootcon oops=panic panic=-1 vcpu.poweroff"

    private func start() throws -> ShellProcess {
      let shell = try ShellProcess(
        ["launch", "linux", "--cpu", "max", "--append", Self.append, "-q"], at: .terminal,
        environment: ["VCPU_SHELL_IMAGES": Built.images(.debug)])
      try shell.expect("(vcpu) ")
      return shell
    }

    /// Types a line, and returns what it prints.
    @discardableResult
    private func run(_ line: String, in shell: ShellProcess) throws -> String {
      try shell.enter(line)
      try shell.expect(line + "\r\n", within: Self.patience)
      return try shell.expect("(vcpu) ", within: Self.patience)
    }

    /// The functions of a backtrace from the frame after the exit on: `pl011_putc`, `uart_console_write`, …
    private func guestFunctions(_ backtrace: String) -> [String] {
      backtrace.split(whereSeparator: \.isNewline).compactMap { line in
        guard line.contains(" guest:0x") else { return nil }
        return line.firstMatch(of: /\ in ([^ ]+) \(/).map { String($0.1) }
      }
    }

    /// The acceptance criterion.
    @Test func fromTheFirstConsoleWriteToAnOops() throws {
      let shell = try start()
      try run("set pagination off", in: shell)
      try run("catch exit mmio-write", in: shell)
      #expect(
        try run("continue", in: shell).contains(
          "mmio-write of 1 byte: 0x5b from w1 to IPA 0xb000000"), "[ begins a line of the log")

      // The kernel's stack, with names from its memory.
      let stack = try run("bt", in: shell)
      let functions = guestFunctions(stack)
      #expect(functions.starts(with: ["pl011_putc", "uart_console_write", "pl011_early_write"]))
      #expect(functions.contains("register_console") && functions.contains("start_kernel"))
      #expect(stack.contains("— exit: mmio-write —"))
      #expect(stack.contains("in VCpu.run ("))
      #expect(try run("up", in: shell).contains("in uart_console_write ()"))

      // The hypervisor's, with its lines.
      try run("frame hv", in: shell)
      #expect(try run("bt 3", in: shell).contains("EL2Machine.swift:"))
      #expect(try run("up", in: shell).contains("EL2Machine.run (context=0x"))
      let listed = try run("list", in: shell)
      #expect(listed.contains("avcpu_run_guest(context)") && listed.contains("=>"))

      // A typed field is the guest's X1, which the exit's value is from.
      #expect(try run("print context->frame.gpr[1]", in: shell).hasPrefix("91\r\n"))
      try run("set var context->frame.gpr[1] = 0x2a", in: shell)
      #expect(try run("print context.pointee.frame.gpr[1]", in: shell).contains("42"))
      #expect(try run("info exit", in: shell).contains("register w1, value 0x2a"))

      // On through the hypervisor.
      try run("frame 0", in: shell)
      #expect(try run("next", in: shell).contains("<vmexit_debug_hook+4>"))
      #expect(try run("finish", in: shell).contains("EL2Machine.swift:"))
      #expect(try run("finish", in: shell).contains("VCpu.swift:"))
      for _ in 1...8 {
        if try run("next", in: shell).contains("return reason") { break }
      }
      let locals = try run("info locals", in: shell)
      #expect(locals.contains("reason = ") && locals.contains("translationFailed = "), "\(locals)")

      // The console that the kernel has later shows what becomes of it.
      try run("delete 1", in: shell)
      try run("expect console /console .ttyAMA0. enabled/ within 100 s", in: shell)
      try run("tcatch exit mmio-write", in: shell)
      try run("continue", in: shell)
      let last = guestFunctions(try run("bt", in: shell))
      #expect(try run("inject undef", in: shell).contains("injected: undefined instruction"))
      try shell.enter("expect console /---.* end trace/ within 100 s")
      try shell.expect(
        "Internal error: Oops - Undefined instruction: 0000000002000000", within: Self.patience)
      try shell.expect("Call trace:", within: Self.patience)
      let trace = try shell.expect("(vcpu) ", within: Self.patience)
      // The kernel has unwound its stack itself, and agrees. Its way misses the caller of a function without a frame
      // record, which it prints as lr.
      let names = trace.matches(of: /\]  ([a-zA-Z0-9_.]+)\+0x/).map { String($0.1) }
      #expect(names.count > 10 && names == [last[0]] + last.dropFirst(2), "\(names) isn't \(last)")
      try run("kill", in: shell)
      try shell.leave()
      _ = try shell.end()
    }
  }
}
