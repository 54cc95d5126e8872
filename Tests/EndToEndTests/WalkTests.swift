import Foundation
import Testing

extension EndToEnd {
  /// Walks of the tables of real guests and hypervisors, held against the CPU's own translation by AT instructions.
  @Suite struct Walks {
    /// Lines that walk addresses around some of the guest's, in steps that reach other entries of each level.
    private static let around = """
      set $base = ($guest.pc)
      set $i = 0
      while $i < 24
        walk --hardware guest:($base + ($i - 6) * 0x5000)
        walk --hardware guest:($base ^ (1 << (12 + $i))) for write
        walk --hardware guest:($guest.sp + ($i - 6) * 0x400) for write
        walk --hardware guest:($guest.sp ^ (1 << (12 + $i))) for read at el0
        set $i += 1
      end
      walk --hardware guest:0
      walk --hardware guest:0xdead00000000 for write at el0
      walk --hardware hv:$hv.pc for read
      walk --hardware hv:$hv.pc for write
      walk --hardware hv:$hv.sp for write
      walk --hardware hv:0x123456789000
      """

    /// - Parameters:
    ///   - times: how often the lines above were run.
    ///   - mappedCount: how many of the addresses lead somewhere, at least.
    private func expectAgreement(in run: ShellRun, times: Int, mappedCount: Int) {
      expectSuccess(run)
      let agreed = run.lines.filter { $0.hasPrefix("the CPU agrees, AT ") }
      #expect(agreed.count == times * (24 * 4 + 6), "\(run.description)")
      #expect(!run.output.contains("the CPU disagrees"), "\(run.description)")
      #expect(agreed.count { $0.contains(": pa:0x") } >= mappedCount)
      #expect(agreed.count { $0.contains(": a fault") } > 10)
    }

    @Test(
      .enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"),
      arguments: ["cortex-a57", "max"])
    func linux(cpu: String) throws {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        tcatch exit mmio
        continue
        \(Self.around)
        tcatch exit wfi
        continue
        \(Self.around)
        walk guest:$guest.pc for exec
        """)
      let run = try ShellRun(
        [
          "launch", "linux", "--append", "vcpu.poweroff quiet", "--cpu", cpu, "--batch", "-x",
          script,
        ], environment: ["VCPU_SHELL_IMAGES": Built.images(.release)], within: .seconds(120))
      // At EL0, with the kernel's and the program's tables, and in the kernel.
      expectAgreement(in: run, times: 2, mappedCount: 60)
      expect(
        run, prints: "stage 1: TTBR0_EL1, 4 KiB pages, 48 bits",
        "stage 1: TTBR1_EL1, 4 KiB pages, 48 bits", "stage 2: VTTBR_EL2, 4 KiB pages",
        "stage 1: TTBR0_EL2, 4 KiB pages",
        "\n  EL1 r-x, EL0 ---; normal, write-back, inner shareable\n")
    }

    /// The kernel's translation held against QEMU's own, by `gva2gpa` with the CPU's present registers, and the memory there
    /// against that of `xp`: 1,000 addresses.
    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func linuxByTheMonitor() throws {
      // The kernel's code, its stack, the linear map of memory, a program, and where the kernel maps as it likes: there may
      // be devices, which are not read.
      let bases = [
        "$pc + ($i - 100) * 0x11000", "$sp + ($i - 100) * 0x418",
        "0xffff000000000000 + $i * 0x31f0e8",
        "0x400000 + $i * 0x808", "0xffff800000000000 + $i * 0x10f0438",
      ]
      let loops = bases.enumerated().map { index, base in
        """
        set $i = 0
        while $i < 200
          set $a = (\(base)) & ~7
          try
            printf "walk %lx %lx\\n", $a, pa:(guest:$a)
          catch
            printf "walk %lx none\\n", $a
          end
          eval "monitor gva2gpa 0x%lx", $a
          \(index == 4 ? "" : Self.comparedMemory)
          set $i += 1
        end
        """
      }
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        tcatch exit wfi
        continue
        tbreak *guest:($guest.pc + 4)
        continue
        \(loops.joined(separator: "\n"))
        """)
      // Without PAN, which hides a program's memory from gva2gpa.
      let run = try ShellRun(
        [
          "launch", "linux", "--append", "vcpu.poweroff quiet", "--cpu", "cortex-a57", "--batch",
          "-x", script,
        ], environment: ["VCPU_SHELL_IMAGES": Built.images(.release)], within: .seconds(180))
      expectSuccess(run)
      let lines = run.lines.drop { !$0.hasPrefix("walk ") }
      var (count, mappedCount, readCount) = (0, 0, 0)
      var (address, output, monitored) = (Substring(), Substring(), Substring())
      for line in lines {
        let words = line.split(separator: " ")
        if words.count == 3, words[0] == "walk" {
          (address, output) = (words[1], words[2])
          count += 1
        } else if words.count == 2, words[0] == "gpa:" {
          #expect(words[1] == "0x" + output, "\(address): \(line)")
          mappedCount += 1
        } else if line.contains("nmapped") {
          #expect(output == "none", "\(address): \(line)")
        } else if let value = line.firstMatch(of: #/^[0-9a-f]+: 0x0*([0-9a-f]+)$/#) {
          monitored = value.1
        } else if words.count == 2, words[0] == "memory" {
          #expect(words[1] == monitored, "\(address)")
          readCount += 1
        }
      }
      let comment = Comment(
        rawValue: "\(count) \(mappedCount) \(readCount)\n\(run.output.suffix(2000))")
      #expect(count == 1000 && mappedCount > 400 && readCount > 300, comment)
      #expect(mappedCount < 950, comment)
    }

    /// Reads the memory at an address in both ways.
    private static let comparedMemory = """
      try
        eval "monitor xp /1gx 0x%lx", pa:(guest:$a)
        printf "memory %lx\\n", *(uint64_t *)(guest:$a)
      end
      """

    /// A hypervisor that isn't ours, without any symbols: its guest's stage 2, and EL2's own tables.
    @Test(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
    func kvm() throws {
      let machine = try KVM.start(KVM.Run(guest: .loop, wait: 0), model: .max, isStopped: false)
      try machine.expect("READY")
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", "tcatch exit\ncontinue\n" + Self.around)
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", script], within: .seconds(240))
      try machine.end()
      expectAgreement(in: run, times: 1, mappedCount: 2)
      expect(
        run, prints: "stage 1 is off", "stage 2: VTTBR_EL2, 4 KiB pages, 40 bits",
        "stage 1: TTBR1_EL2, 4 KiB pages, 48 bits")
    }
  }
}
