import Foundation
import Testing

extension EndToEnd {
  /// Watchpoints on QEMU, and breakpoints of one world.
  @Suite struct Watchpoints {
    /// The tour counts its exceptions: the instruction that does it is named, whichever space the memory is watched in.
    @Test(arguments: ["guest:tour_exception_count", "ipa:(guest:&tour_exception_count), 8"])
    func theStoreIsNamed(memory: String) throws {
      let run = try script(
        """
        tcatch exit
        continue
        watch \(memory)
        continue
        continue
        info breakpoints
        """)
      expectSuccess(run)
      #expect(run.lines.contains("  old 0x0, new 0x1"), "\(run.description)")
      #expect(run.lines.contains("  old 0x1, new 0x2"), "\(run.description)")
      let stores = run.lines.filter { $0.hasPrefix("  by guest:0x") }
      #expect(stores.count == 2 && stores.allSatisfy { $0.contains(" <exception+") })
      #expect(stores.allSatisfy { $0.contains(">:  str x16, [x17") }, "\(run.description)")
      #expect(run.lines.contains { $0.contains("watchpoint  keep  y    2     ") })
    }

    /// EL2 has its own memory at the guest's addresses, and reads its vCPU at each exit.
    @Test func aReadOfTheHypervisors() throws {
      let run = try script(
        """
        tcatch exit
        continue
        rwatch hv:hypervisor_vcpus, 8
        continue
        watch guest:hypervisor_vcpus, 8
        delete 2
        tcatch exit hvc
        continue
        """)
      expectSuccess(run)
      expect(run, prints: "read watchpoint 2: hv:0x", "  by hv:0x", "hvc")
    }

    @Test func aBreakpointOfAnotherVCPUIsPassedOver() throws {
      let run = try script(
        """
        tcatch exit
        continue
        break vmexit_trampoline vcpu 0 if $cpu == 0 && $vmid == 1
        continue
        delete
        break vmexit_trampoline vcpu 5
        tcatch exit hvc
        continue
        info breakpoints
        """)
      #expect(run.status == 0, "\(run.description)")
      expect(run, prints: "breakpoint 2", "hvc")
      let reason = "vCPU 5 is on no CPU now (there is 0 on CPU 0)"
      #expect(run.errors.trimmingCharacters(in: .newlines) == "warning: \(reason)")
      #expect(run.lines.contains { $0.contains("keep  y    0     hv[vcpu 5]:0x") })
      expect(run, prints: "       never reached so far: \(reason)")
    }

    private func script(_ text: String) throws -> ShellRun { try ShellRun.tour(script: text) }

    /// A kernel's and a process's memory at any exit, on a CPU with PAN: nothing of it was readable for a stub with
    /// the CPU's own PSTATE. The watchpoints name the stores of both.
    @Test(
      .enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"),
      arguments: ["cortex-a57", "max"])
    func linux(cpu: String) throws {
      let run = try ShellRun.linux(
        script: """
          tcatch exit sysreg
          continue
          x/2i $guest.pc
          x/2xg guest:$sp_el1
          tcatch exit mmio
          continue
          x/2i $guest.pc
          x/2xg $guest.sp
          x/2xg guest:$vbar_el1
          set $process = *(guest:$guest.sp)
          assert *(pa:(guest:$guest.sp)) == $process
          assert *(ipa:(guest:$guest.sp)) == $process
          info mappings s2
          watch guest:$sp_el1 - 64, 8
          continue
          delete
          watch pa:(guest:$guest.sp - 32), 8
          continue
          """, cpu: cpu)
      expectSuccess(run)
      let stores = run.lines.filter { $0.hasPrefix("  by guest:0x") }
      #expect(stores.count == 2, "\(run.description)")
      #expect(stores.allSatisfy { $0.contains(":  st") }, "\(run.description)")
      expect(run, prints: "stage 2: VTTBR_EL2", "watchpoint", "  old 0x", ", at hv:0x")
    }
  }
}
