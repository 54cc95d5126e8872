import Foundation
import Testing

extension EndToEnd {
  /// Steps, runs to a location, and commands for each CPU, with our hypervisor.
  @Suite struct Stepping {
    @Test func aStepSaysWhatItTook() throws {
      let run = try ShellRun.tour(
        script:
          """
          tbreak guest:tour_el0_load
          continue
          stepi 100
          tbreak *guest:tour_el0_load + 4
          continue
          set step-irq on
          stepi
          """)
      expectSuccess(run)
      expect(
        run, prints: "the guest took an exception to EL2: data abort from a lower EL: read into x0",
        "  in step 1 of 100", "interrupts and timers come while a CPU steps",
        "the guest took an exception to EL1: SVC #0x0", "  from guest:0x", ">:  svc #0x0")
    }

    /// The guest's vectors are where it has no memory, so the fetch of each exits.
    @Test func aVectorThatIsNotThere() throws {
      let run = try ShellRun.tour(
        script:
          """
          tbreak guest:tour_el0_load
          continue
          tcatch exit
          continue
          set $vbar_el1 = 0x70000000
          catch exit iabt
          continue
          continue
          """)
      expectSuccess(run)
      expect(
        run, prints: "iabt: fetch of IPA 0x70000400",
        "  it is the guest's own vector, VBAR_EL1 + 0x400, for: data abort from a lower EL",
        "  ESR_EL1 0x92000010, FAR_EL1 0xc000000, ELR_EL1 0x", "iabt: fetch of IPA 0x70000200",
        "  it is the guest's own vector, VBAR_EL1 + 0x200, for: instruction abort at the same EL")
    }

    @Test func locationsAndCPUs() throws {
      let run = try ShellRun.tour(
        script:
          """
          advance vmexit_trampoline
          until *hv:$hv.pc + 8
          info breakpoints
          tbreak vmexit_trampoline
          jump vmexit_trampoline
          thread apply all -q print $hv.pc
          thread apply 1-2 -s info exit --brief
          -jump *guest:$guest.pc
          """)
      #expect(run.status == 0, "\(run.description)")
      expect(
        run, prints: "<vmexit_trampoline>:  nop", "<vmexit_trampoline+8>:", "No breakpoints",
        "Continuing at hv:0x", "breakpoint 1", "CPU 1 (CPU#0):", "mmio-write")
      #expect(run.errors.contains("warning: no thread number 2"))
      #expect(run.errors.contains("warning: cannot jump: the CPU executes hv: addresses now"))
    }
  }
}
