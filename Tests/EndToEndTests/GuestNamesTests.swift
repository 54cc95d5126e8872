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
  }
}
