import Testing

extension EndToEnd {
  /// Names of a guest's kernel without a file: from its memory.
  @Suite struct GuestNamesTests {
    @Test(
      .enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"),
      .timeLimit(.minutes(3)))
    func linuxHasNamesWithoutAFile() throws {
      let run = try ShellRun.linux(
        script: """
          catch exit mmio
          continue
          delete
          info guest task
          info modules
          break guest:__arm64_sys_reboot
          info modules
          continue
          backtrace
          info guest
          info guest task
          info guest log
          echo the last one:
          info guest log 1
          up
          info symbol guest:$vbar_el1
          unload 2
          info symbol guest:$vbar_el1
          """, cpu: "max")
      let text = run.output
      #expect(text.contains("are from kallsyms of Linux "))
      #expect(text.contains("Breakpoint 2 at guest:"))
      for name in ["__arm64_sys_reboot", "invoke_syscall", "el0t_64_sync"] {
        #expect(text.contains("in \(name) ()"), "\(text)")
      }
      #expect(text.contains("— exception from EL0 —"))
      // At EL0, and in the kernel.
      #expect(text.contains("devmem  pid "), "\(text)")
      #expect(text.contains("busybox  pid ") || text.contains("poweroff  pid "), "\(text)")
      #expect(text.contains("guest:kallsyms of Linux "))
      #expect(text.contains("\n[    0.000000] Booting Linux on physical CPU 0x0000000000 "))
      #expect(text.contains("] Run /init as init process\n"))
      let last = text.split(separator: "\n").drop { $0 != "the last one:" }.dropFirst().first
      #expect(last?.hasSuffix("     TERM=linux") == true, "\(text)")
      #expect(text.contains("vectors is at guest:0xff") || text.contains("vectors at guest:"))
      #expect(
        run.errors.contains("no symbol is at guest:0xff"), "what was removed isn't found again")
    }

    /// A kernel's file is placed before the kernel executes the first of its instructions at virtual addresses, wherever
    /// it moves to (KASLR): a breakpoint that was set before the machine ran is hit.
    @Test(
      .enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"),
      .enabled(if: BareProgram.problem == nil), .timeLimit(.minutes(3)))
    func aBreakpointOfAMovingKernelIsHit() throws {
      let folder = try TemporaryFolder()
      let file = try kernelFile(in: folder)
      let run = try ShellRun(
        [
          "launch", "linux", "--guest-symbols", file, "--append", "vcpu.poweroff quiet",
          "--cpu", "max", "--batch", "-x",
          try folder.file(
            "script.vcpu",
            """
            break start_kernel
            continue
            backtrace 2
            kill
            """),
        ], environment: ["VCPU_SHELL_IMAGES": Built.images(.release)], within: .seconds(120))
      let text = run.output + run.errors
      #expect(text.contains("breakpoint 1\n"), "\(text)")
      #expect(text.contains("in start_kernel ()"), "\(text)")
      let distance = text.firstMatch(of: /note: .* is 0x([0-9a-f]+) bytes (up|down) from its addr/)
      #expect(distance != nil, "with --cpu max, the kernel takes a random address: \(text)")
    }

    private static let linkAddress: UInt64 = 0xffff_8000_0800_0000

    /// A file like a vmlinux of Debian's kernel: its Image at the addresses that it is linked for, with symbols as the kernel
    /// itself tells them when it isn't moved.
    private func kernelFile(in folder: TemporaryFolder) throws -> String {
      let names = ["__primary_switch", "__primary_switched", "start_kernel", "vectors"]
      let told = try ShellRun.linux(
        script: """
          catch exit mmio
          continue
          symbol-file kallsyms in guest
          \(names.map { "info address \($0)" }.joined(separator: "\n"))
          kill
          """, cpu: "cortex-a57")
      let symbols = try names.map { name in
        let text = told.output
        let match = try #require(
          text.firstMatch(of: try Regex("\\n\(name) is at guest:0x([0-9a-f]+)")))
        let digits = try #require(match.output[1].substring)
        let address = try #require(UInt64(digits, radix: 16))
        return """
          .globl \(name)
          .type \(name), %function
          .size \(name), 128
          .set \(name), image + \(address - Self.linkAddress)
          """
      }
      let source = try folder.file(
        "kernel.s",
        """
        .text
        .globl _start
        _start:
        image: .incbin "\(Built.file(".linux/Image"))"
        \(symbols.joined(separator: "\n"))

        """)
      return try BareProgram.compile(
        source, for: "aarch64",
        ["-Wl,--section-start=.text=0x\(String(Self.linkAddress, radix: 16))"],
        to: folder.path + "/kernel.elf")
    }
  }
}
