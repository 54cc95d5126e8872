import Foundation
import Testing

extension EndToEnd {
  /// Steps by source line, in our hypervisor and in the tour.
  @Suite struct SourceStepping {
    @Test func theHypervisor() throws {
      let run = try ShellRun.tour(
        script:
          """
          tbreak FirmwareCalls.handle
          continue
          next
          step
          frame
          finish
          next
          backtrace 1
          """)
      expectSuccess(run)
      // `step` goes into a copy of a function, and `finish` out of it.
      expect(
        run, prints: "<static FirmwareCalls.handle(", "    VCpu+FirmwareCalls.swift:",
        "#0  hv: VCpu.",
        "Run till exit from #0", "<static FirmwareCalls.handle(", "=> #0  hv: ")
    }

    /// `next` goes on where the guest is entered again after an exit; a step into the guest says so.
    @Test func theGuest() throws {
      let run = try ShellRun.tour(
        script:
          """
          tbreak guest:tour_main
          continue
          next
          next
          next
          until
          frame
          """)
      expectSuccess(run)
      expect(run, prints: "EL1 0x", "<tour_main")
    }

    @Test func start() throws {
      let run = try ShellRun.tour(script: "start\nbacktrace 1\ninfo breakpoints\n")
      expectSuccess(run)
      expect(run, prints: "EL2 0x", "<Hypervisor_main", "No breakpoints")
    }
  }
}
