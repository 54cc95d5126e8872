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
          info modules
          break guest:__arm64_sys_reboot
          info modules
          continue
          backtrace
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
      #expect(text.contains("vectors is at guest:0xff") || text.contains("vectors at guest:"))
      #expect(
        run.errors.contains("no symbol is at guest:0xff"), "what was removed isn't found again")
    }
  }
}
