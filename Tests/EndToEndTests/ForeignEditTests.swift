import Foundation
import Testing

extension EndToEnd {
  /// What can be done at an exit of another hypervisor.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignEdits {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func attach(
      _ machine: ForeignMachine, symbols: String?, options: [String] = [], _ script: String
    ) throws -> ShellRun {
      try ShellRun(
        ["attach", machine.endpoint] + (symbols.map { ["--symbols", $0] } ?? []) + options + [
          "--batch", "-x", folder.file("script.vcpu", script + "\n"),
        ])
    }

    /// The acceptance criterion: the hypervisor, and so the guest, gets a register's value that was set at a
    /// hypercall.
    @Test(arguments: ForeignHypervisor.allCases, [1, 2])
    func aRegisterIsSet(hypervisor: ForeignHypervisor, cpuCount: Int) throws {
      for symbols in [try hypervisor.image().path, nil] {
        let machine = try hypervisor.start(cpuCount: cpuCount)
        let run = try attach(
          machine, symbols: symbols,
          """
          catch exit
          continue 3
          info exit
          delete
          catch exit hvc if $x0 == 0xc6000001 && $x2 == 2
          continue
          set $x1 = 0x4321
          set $x3 = 0
          print /x $guest.x1
          print /x $exit.vcpu
          delete
          continue
          """)
        try machine.end()
        expectSuccess(run)
        expect(
          run, prints: "exit ", "ESR_EL2    0x00000000", "0x4321\n", "the machine has powered off")
        let changed = run.lines.contains("0x1") ? 1 : 0
        let printed = try machine.printed
        for cpu in 0..<cpuCount {
          let call = printed.exits(ofCPU: cpu).first {
            $0.esr == 0x5a00_0001 && $0.x[2] == 2
          }
          #expect(
            call?.x == [
              0xc600_0001, cpu == changed ? 0x4321 : UInt64(cpu), 2, cpu == changed ? 0 : 0xbeef,
            ])
          // x1, x2 and x3 determine the answer.
          let got: UInt64 =
            cpu == changed ? 0x4321_0002_0000 : (UInt64(cpu) << 32 | 2 << 16) ^ 0xbeef
          #expect(printed.reports(ofCPU: cpu).filter { $0.step == 1 }.last?.value == got)
          #expect(printed.exits(ofCPU: cpu).count == 58)
        }
      }
    }

    /// The guest's PC and PSTATE are in the frame.
    @Test func thePCIsSetInTheFrame() throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let machine = try hypervisor.start()
      let run = try attach(
        machine, symbols: hypervisor.image().path,
        """
        catch exit wfi
        continue
        set $pc = $pc + 4
        set $cpsr = 0x3c4
        print /x $guest.pc
        delete
        continue
        """)
      try machine.end()
      expectSuccess(run)
      let exits = try machine.printed.exits
      let index = try #require(exits.firstIndex { $0.exceptionClass == 1 })
      // The hypervisor steps over the instruction too, so the `mov` after it is never executed.
      #expect(exits[index].elr == exits[index - 1].elr + 8 && exits[index].spsr == 0x3c4)
      #expect(exits[index + 1].esr == 0x5e00_0003 && exits[index + 1].x[0] == 0xc600_0002)
    }

    /// The CPU itself writes what is in the CPU and not in a frame: the hypervisor sees another exit.
    @Test(arguments: ForeignHypervisor.allCases)
    func theSyndromeIsSetInTheCPU(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start()
      let run = try attach(
        machine, symbols: hypervisor.image().path,
        """
        catch exit mmio-write if $exit.width == 2
        continue
        set $far_el2 = $far_el2 + 0x10
        set $esr_el2.srt = 31
        info exit -b
        delete
        continue
        """)
      try machine.end()
      expectSuccess(run)
      let exits = try machine.printed.exits
      #expect(exits.count == 58)
      // SAS is 1: a halfword. SRT, bits 20:16, is XZR now.
      let syndromes = exits.filter { $0.exceptionClass == 0x24 }.compactMap(\.esr)
      let changed = try #require(syndromes.first { $0 >> 22 & 3 == 1 && $0 >> 6 & 1 == 1 })
      #expect(changed >> 16 & 31 == 31)
    }

    @Test func whatIsDecodedIsNotSet() throws {
      for hypervisor in ForeignHypervisor.allCases {
        let machine = try hypervisor.start()
        let run = try attach(
          machine, symbols: hypervisor.image().path,
          """
          catch exit mmio-write
          continue
          set $exit.pc = 0
          """)
        expectOneError(run, "cannot", "$exit.pc")
        // After the shell has ended it runs on as it would have without it.
        try machine.end()
        #expect(try machine.printed.exits.count == 58)
      }
    }

    /// The exit lasts: one instruction later, in the hypervisor's handler, and wherever EL2 stops.
    @Test(arguments: ForeignHypervisor.allCases)
    func itLastsAfterAStep(hypervisor: ForeignHypervisor) throws {
      for symbols in [try hypervisor.image().path, nil] {
        let machine = try hypervisor.start()
        let run = try attach(
          machine, symbols: symbols,
          """
          catch exit mmio-write if $exit.width == 2
          continue
          print /x $exit.ipa
          print /x $x1
          stepi
          info exit
          print /x $exit.ipa
          print /x $guest.x1
          print /x $guest.pc
          print $exit.kind
          stepi 20
          print /x $exit.ipa
          print $guest.x1 == $hv.x1
          set $guest.x1 = 0
          """)
        expectOneError(run, "cannot set $guest.x1", "this was read at the exit")
        expect(
          run,
          prints:
            "exit 6 seen, vmid 7, vcpu 0: mmio-write of 2 bytes: 0x0 from wzr to IPA 0xb000102",
          "0xb000102\n0x5f\n  EL2 0x", "exit 6 seen", "as it was at the exit",
          "0xb000102\n0x5f\n0x40200084\nmmio-write\n", "0xb000102\n")
        try machine.end()
        #expect(try machine.printed.exits.count == 58)
      }
    }

    /// A breakpoint in the handler, where the symbols name it.
    @Test(arguments: ForeignHypervisor.allCases)
    func itLastsInTheHandler(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start()
      let run = try attach(
        machine, symbols: hypervisor.image().path,
        """
        catch exit if $x0 == 0
        break interrupts_take
        continue
        print $exit.kind
        print /x $guest.pc
        info exit -b
        delete
        continue
        """)
      try machine.end()
      // At its first instruction the second hypervisor isn't yet at its symbols' addresses.
      let isMoved = hypervisor == .vectorsOnly
      #expect(run.status == 0, Comment(rawValue: run.description))
      #expect(run.errors.hasPrefix("warning: the memory at hv:0x") == isMoved)
      expect(
        run, prints: "breakpoint 2", "irq\n0x40200118\n", "irq: a physical interrupt is pending",
        "the machine has powered off")
    }

    /// In the vectors the next exit has occurred, so the previous one has ended, although no catchpoint has reported
    /// it yet.
    @Test func theNextExitIsNotTheOneBefore() throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let machine = try hypervisor.start()
      let run = try attach(
        machine, symbols: hypervisor.image().path,
        """
        tcatch exit
        continue
        catch exit if $exit.count == 0
        tbreak *hv:exception_vector_base_vcpu + 0x408
        continue
        info exit
        """)
      expectOneError(run, "the exit is being saved")
      try machine.end()
      #expect(try machine.printed.exits.count == 58)
    }

    /// Classes, conditions, temporary catchpoints and ignore counts work as with our hypervisor.
    @Test(arguments: ForeignHypervisor.allCases)
    func catchpointsHaveAllThatTheyHave(hypervisor: ForeignHypervisor) throws {
      for symbols in [try hypervisor.image().path, nil] {
        let machine = try hypervisor.start()
        let run = try attach(
          machine, symbols: symbols,
          """
          tcatch exit mmio-read
          continue
          print $exit.kind
          info breakpoints
          catch exit hvc if $x2 == 7
          ignore 2 1
          continue
          print /x $guest.x21
          print /x $exit.number
          delete
          catch exit smc sysreg-write
          continue
          print $exit.kind
          print /x $guest.x21
          continue
          print $exit.kind
          condition 3 $exit.count > 100
          continue
          """)
        try machine.end()
        expectSuccess(run)
        expect(
          run, prints: "Temporary catchpoint 1: exit mmio-read\n",
          "exit 4 seen, vmid 7, vcpu 0: mmio-read of 1 byte",
          "\nmmio-read\nNo breakpoints or catchpoints.\n",
          "Will ignore the next stop of breakpoint 2.\n",
          "0x1\n0xc6000002\n", "\nsysreg-write\n0x2\n", "\nsmc\n",
          "the machine has powered off")
        #expect(try machine.printed.exits.count == 58)
      }
    }

    /// What follows arm_vcpu's 272 bytes differs in each of its versions: it is neither read nor written.
    @Test func nothingAfterTheFrameIsTouched() throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let machine = try hypervisor.start(cpuCount: 2)
      let log = folder.path + "/log"
      let run = try attach(
        machine, symbols: hypervisor.image().path, options: ["--rsp-log", log],
        """
        tcatch exit
        continue
        print /x $hv.sp
        catch exit hvc if $x2 == 2
        continue
        info exit
        print /x $sp
        set $x30 = $x30
        set $sp_el0 = $sp_el0
        set $pc = $pc
        set $cpsr = $cpsr
        continue
        info exit
        stepi
        info exit
        delete
        continue
        """)
      try machine.end()
      expectSuccess(run)
      let frame = try #require(
        run.lines.first { $0.hasPrefix("0x") }.flatMap { UInt64($0.dropFirst(2), radix: 16) })
      let size: UInt64 = 336  // struct vcpu
      let frames = [frame - size, frame, frame + size].map { $0..<$0 + 272 }
      let rests = frames.map { $0.upperBound..<$0.upperBound + size - 272 }
      let packets = try String(contentsOfFile: log, encoding: .utf8).matches(
        of: #/\$(?<kind>[mM])(?<address>[0-9a-f]+),(?<count>[0-9a-f]+)/#)
      let accesses = try packets.map { match in
        let address = try #require(UInt64(match.address, radix: 16))
        let count = try #require(UInt64(match.count, radix: 16))
        return (isWrite: match.kind == "M", range: address..<address + count)
      }
      // Before the first exit the search for instructions reads whole pages.
      let first = try #require(accesses.firstIndex { $0.range == frames[1] })
      #expect(accesses[first...].count { frames.contains($0.range) } >= 4)
      for access in accesses[first...] {
        #expect(!rests.contains { $0.overlaps(access.range) }, "\(access)")
      }
      let writes = accesses.filter(\.isWrite).map(\.range)
      #expect(writes.count == 4)
      #expect(writes.allSatisfy { range in frames.contains { $0.contains(range) } }, "\(writes)")
    }
  }
}
