import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// Exits of KVM's guests, caught from outside of a kernel without its symbols, and compared with the kernel's own
  /// trace.
  @Suite(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
  struct KVMExits {
    /// The part of an exit that both record: its class, 0 for an interrupt, and the guest's PC.
    private struct Event: Hashable {
      let exceptionClass: UInt64
      let pc: UInt64
    }

    /// The acceptance criterion: exits are caught, registers are set at a hypercall, and the guest runs to its end.
    @Test(
      arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57], isSoak ? [1, 2] : [1])
    func stopsAgreeWithTheKernelsTrace(model: ForeignMachine.Model, vcpuCount: Int) throws {
      let machine = try KVM.start(
        KVM.Run(vcpuCount: vcpuCount, wait: 1), model: model, isStopped: false)
      try machine.expect("READY")
      let run = try CaughtRun(
        machine, guestSymbols: KVM.symbols(of: .everything),
        before: ["catch exit hvc if $x0 == 0xc6000001 && $exit.vcpu == 0"],
        last: [
          "info exit", "set $x1 = 0x4321", "set $x0 = 0x84000000", "print /x $guest.x1", "delete 1",
          "continue",
        ],
        within: .seconds(240))
      try machine.end()
      expectSuccess(run.shell)
      expect(
        run.shell, prints: "hvc #0x0: function 0xc6000001, x1 0x1234", "<body+",
        "ESR_EL2    0x000000005a000000", "\n0x4321\n", "the machine has powered off")
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))

      // An unknown call is changed to PSCI_VERSION; the other vCPU makes it unchanged.
      let answers = KVM.reports(of: machine).filter { $0.step == 2 }.sorted { $0.cpu < $1.cpu }
      let expected: [UInt64] = [0x10001, 0xff_ffff_ffff_ffff]
      #expect(answers.map(\.value) == Array(expected.prefix(vcpuCount)))

      let trace = try KVM.trace(of: machine)
      for (vcpu, thread) in Set(trace.map(\.thread)).sorted().enumerated() {
        let stops = run.caught(ofCPU: vcpu).map {
          Event(exceptionClass: $0.exit.exceptionClass ?? 0, pc: $0.exit.elr)
        }
        let lines = trace.filter { $0.thread == thread }.map {
          Event(exceptionClass: $0.cause == "TRAP" ? $0.exceptionClass : 0, pc: $0.pc)
        }
        let others = Self.stopsWithoutLines(stops, lines)
        // The world switch handles the first use of SIMD, and again if an interrupt came before the guest could
        // continue. On a CPU with erratum 834220 it occasionally sends an abort back to be taken again.
        let simd: UInt64 = 0x07
        #expect(
          Set(others.filter { $0.exceptionClass == simd }).count == 1, "vCPU \(vcpu): \(others)")
        let rest = others.filter { other in
          let isRepeated = zip(stops, stops.dropFirst()).contains { $0 == other && $1 == other }
          return other.exceptionClass != simd && !(other.exceptionClass == 0x24 && isRepeated)
        }
        #expect(others.count <= 4, "vCPU \(vcpu): \(others)")
        // The last exit of a vCPU that doesn't end the VM itself may come after the end of the trace.
        #expect(
          rest.isEmpty || vcpu > 0 && rest == [stops[stops.count - 1]],
          Comment(rawValue: "vCPU \(vcpu): \(rest)\n\(run.shell.description)"))
      }
      #expect(Set(run.caught.map(\.exit.cpu)) == Set(0..<vcpuCount))
      #expect(Set(run.caught.map(\.vm)).count == 1)
    }

    /// From before the kernel's first instruction: its vectors are found as it sets them, here and in its hypervisor.
    @Test(.enabled(if: isSoak), arguments: [1, 2])
    func exitsAreCaughtFromReset(vcpuCount: Int) throws {
      let machine = try KVM.start(KVM.Run(vcpuCount: vcpuCount, wait: 0))
      let run = try ShellRun(
        [
          "attach", machine.endpoint, "--guest-symbols", KVM.symbols(of: .everything), "--batch",
          "-ex",
          "catch exit hvc smc", "-ex", "continue", "-ex", "continue", "-ex", "continue", "-ex",
          "info exit", "-ex", "delete", "-ex",
          "catch exit hvc if $x0 == 0xc6000001 && $x1 == 0x1234",
          "-ex", "continue", "-ex", "set $x0 = 0x84000000", "-ex", "delete", "-ex", "continue",
        ], within: .seconds(240))
      try machine.end()
      // The first virtual machine runs another program, and the shell says so.
      let warnings = run.errors.split(separator: "\n")
      #expect(
        run.status == 0 && warnings.count == 1
          && warnings.allSatisfy {
            $0.hasPrefix("warning: ") && $0.contains("isn't what is in memory")
          },
        Comment(rawValue: run.description))
      expect(run, prints: "hvc #0x0: function 0xc6000001", "ESR_EL2", "the machine has powered off")
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))
      #expect(KVM.reports(of: machine).count { $0.step == 2 && $0.value == 0x10001 } == 1)
    }

    /// The stops that aren't in the trace. Both are in the same order; the trace also has interrupts for entries that
    /// were given up before the guest ran.
    private static func stopsWithoutLines(_ stops: [Event], _ lines: [Event]) -> [Event] {
      var rest = lines[...]
      return stops.filter { stop in
        let next = rest.prefix { $0 != stop && $0.exceptionClass == 0 }.endIndex
        guard next < rest.endIndex, rest[next] == stop else { return true }
        rest = rest[(next + 1)...]
        return false
      }
    }
  }
}

extension EndToEnd {
  /// The same for Xen, whose dom0 is its guest.
  @Suite(
    .enabled(if: isSoak && Xen.problem == nil, Comment(rawValue: Xen.problem ?? "it takes long")))
  struct XenExits {
    /// The acceptance criterion, and dom0's hypercalls counted during its boot. From reset, with Xen's file as its
    /// symbols.
    @Test(arguments: [1, 2])
    func dom0BootsWithItsCallsCounted(cpuCount: Int) throws {
      let machine = try Xen.start(cpuCount: cpuCount, wait: 0)
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        catch exit
        continue
        continue
        continue
        info exit
        delete
        catch exit hvc
        commands
        silent
        print /d $exit.count
        continue
        end
        continue

        """)
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", script], within: .seconds(280))
      try machine.end()
      expectSuccess(run)
      expect(run, prints: "exit 3 seen", "guest pc ", "PSTATE", "the machine has powered off")
      let lines = machine.lines
      #expect(lines.contains("READY") && lines.contains("END"))
      // Console output alone is hundreds of calls.
      let counts = run.lines.compactMap { Int($0) }
      #expect(counts.count > 100, Comment(rawValue: run.description))
    }
  }
}
