import Foundation
import Testing

extension EndToEnd {
  /// Address spaces, and code of two worlds at the same address.
  @Suite struct Memory {
    /// After the colon of `address:`, without the symbol.
    private func words(_ run: ShellRun, at prefix: String) -> [String]? {
      run.lines.first { $0.hasPrefix(prefix) }?
        .split(separator: "\t").dropFirst().map(String.init)
    }

    @Test func theSameMemoryIsSeenInEachSpace() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-write", "continue", "x/4xw ipa:0x40200000", "x/4xw guest:0x40200000",
        "x/4xw pa:0x41200000", "x/4xw hv:0x41200000", "x/4xw hv:0x40200000")
      expectSuccess(run)
      let ipa = words(run, at: "ipa:0x40200000:")
      #expect(ipa?.count == 4 && ipa?.first?.hasPrefix("0x") == true)
      #expect(words(run, at: "0x40200000 <_start>:") == ipa, Comment(rawValue: run.output))
      #expect(words(run, at: "pa:0x41200000:") == ipa, Comment(rawValue: run.output))
      #expect(words(run, at: "0x41200000:") == ipa, Comment(rawValue: run.output))
      // The hypervisor has other code at the guest's address.
      let last = run.lines.last { $0.hasPrefix("0x40200000") }
      #expect(last?.split(separator: "\t").dropFirst().map(String.init) != ipa)
    }

    @Test func instructionsAreThoseOfTheirWorld() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-write", "continue", "x/i $pc", "x/2i hv:vmexit_trampoline",
        "x/2i guest:tour_at_trampoline_address", "x/i $hv.pc")
      expectSuccess(run)
      expect(
        run, prints: "=> 0x402", "<store8+8>:\tstrb w1, [x8]",
        "0x40201000 <vmexit_trampoline>:\tnop",
        "0x40201004 <vmexit_trampoline+4>:\tldr x10, [sp, #272]",
        "0x40201000 <tour_at_trampoline_address>:\tnop", ":\tret",
        "<vmexit_debug_hook>:\tnop")
    }

    /// QEMU reads zeros from physical addresses without memory (quirk 23); its map says that nothing is there.
    @Test(arguments: [
      "guest:0", "ipa:0", "hv:0xffff000000000000", "ipa:0xffffffffffffff", "pa:0x70000000",
    ])
    func unmappedMemoryIsOneError(address: String) throws {
      let run = try ShellRun.launch("catch exit mmio-write", "continue", "x/xw \(address)")
      expectOneError(run, "cannot access \(address.prefix { $0 != ":" }):")
    }

    @Test func theSessionGoesOnAfterAnError() throws {
      let shell = try ShellProcess(
        ["launch", "tour", "-q", "-ex", "catch exit mmio-write", "-ex", "continue"], at: .terminal)
      for address in ["guest:0", "ipa:0", "hv:0xffff000000000000"] {
        try shell.expect("(vcpu) ")
        try shell.enter("x/xw \(address)")
        try shell.expect("error: cannot access")
      }
      try shell.expect("(vcpu) ")
      try shell.enter("x/i $pc")
      try shell.expect("strb w1, [x8]")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    // MARK: One address, two worlds (quirk 12)

    /// The tour executes code at the trampoline's address at every step: the guest stops there once per step, and
    /// none of these stops is an exit.
    @Test func codeOfTheGuestAtTheTrampolineIsNoExit() throws {
      let all = try script(
        """
        catch exit
        commands
        silent
        print $hv.cpsr & 0xc
        print $hv.pc
        continue
        end
        break *guest:0x40201000
        commands
        silent
        print $cpsr & 0xc
        print $pc
        continue
        end
        continue
        """)
      expectSuccess(all)
      let lines = all.lines
      let exits = lines.count { $0 == "hv:0x40201000 <vmexit_trampoline>" }
      let calls = lines.count { $0 == "guest:0x40201000 <tour_at_trampoline_address>" }
      #expect(calls == Tour.stepCount, Comment(rawValue: all.description))
      #expect(exits >= 30, Comment(rawValue: all.description))
      // The exception level of each stop, in bits 3:2.
      #expect(lines.count { $0 == "8" } == exits)
      #expect(lines.count { $0 == "4" } == calls)
      expect(all, prints: "0 failed", "the guest has powered off")
    }

    @Test func aBreakpointOfTheHypervisorDoesNotStopInTheGuest() throws {
      let run = try script(
        """
        break *hv:0x40201000
        commands
        silent
        print $hv.pc
        continue
        end
        continue
        """)
      expectSuccess(run)
      // In the guest there is no $hv.pc: the print would have failed.
      let stops = run.lines.count { $0 == "hv:0x40201000 <vmexit_trampoline>" }
      #expect(stops >= 30, Comment(rawValue: run.description))
      expect(run, prints: "0 failed")
    }

    private func script(_ text: String) throws -> ShellRun {
      let folder = try TemporaryFolder()
      return try ShellRun(
        ["launch", "tour", "--batch", "-x", folder.file("script.vcpu", text + "\n")])
    }
  }
}
