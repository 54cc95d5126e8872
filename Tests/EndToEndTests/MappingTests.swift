import ArmVCpu
import Foundation
import Testing
import VCpuDebug

extension EndToEnd {
  /// 'info mappings' of real guests and hypervisors, held against the CPU's own translation by AT instructions.
  @Suite struct Mappings {
    /// A stage 2 with the bug that is looked for: two blocks after the guest's memory lead to the hypervisor's.
    @Test func aStage2ThatMapsTheHypervisorIsFound() throws {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        tcatch exit mmio
        continue
        info mappings s2 --check
        assert $_findings == 0
        set $table = *(uint64_t *)pa:(($vttbr_el2 & 0xfffffffff000) + 8) & 0xfffffffff000
        set *(uint64_t *)pa:($table + 0x100) = 0x402007fd
        set *(uint64_t *)pa:($table + 0x108) = 0x404007fd
        info mappings s2 --check
        assert $_findings == 4
        info mappings el2 --check
        assert $_findings == 0
        """)
      let run = try ShellRun(
        ["launch", "tour", "--batch", "-x", script],
        environment: ["VCPU_SHELL_IMAGES": Built.images(.release)])
      expectSuccess(run)
      expect(
        run, prints: "stage 2: VTTBR_EL2, VMID 1, 4 KiB pages, 39 bits, tables at pa:0x404",
        "\n  0x0040000000-0x0043ffffff  64 MiB  pa:0x41000000  EL1 rwx, EL0 rwx  normal wb ish\n",
        "\nnothing found of: hypervisor's memory, EL2's tables, stage 2's own tables, cached device,",
        "\n  0x0044000000-0x00443fffff   4 MiB  pa:0x40200000  EL1 rwx, EL0 rwx  normal wb ish\n",
        "\nhypervisor's memory: ipa:0x44000000-0x44",
        "leads to the hypervisor's code at pa:0x40200000",
        "\nhypervisor's memory: ipa:0x442", "leads to the hypervisor's data at pa:0x404",
        "\nEL2's tables: ipa:0x442", "\nstage 2's own tables: ipa:0x442",
        "\nstage 1: TTBR0_EL2, 4 KiB pages, 39 bits, tables at pa:0x404",
        "\nnothing found of: writable and executable, cached device, RAM as a device,")
    }

    /// A row of the answer.
    private struct Row {
      let first: String
      let last: String
      let output: UInt64
      let byteCount: UInt64

      /// Reads `  0x…-0x…  4 KiB  ipa:0x…  …`; nil for another line.
      init?(_ line: Substring) {
        guard
          let match = line.prefixMatch(
            of: #/  (0x[0-9a-f]+)-(0x[0-9a-f]+) .*? i?pa:0x([0-9a-f]+) /#),
          let output = UInt64(match.3, radix: 16),
          let start = UInt64(match.1.dropFirst(2), radix: 16),
          let end = UInt64(match.2.dropFirst(2), radix: 16)
        else { return nil }
        first = String(match.1)
        last = String(match.2)
        self.output = output
        byteCount = end - start + 1
      }
    }

    /// Both ends of ranges of each stage lead where the CPU says that they do, and a table of 4 KiB pages of Linux is
    /// listed whole.
    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func linux() throws {
      let shell = try ShellProcess(
        ["launch", "linux", "--append", "vcpu.poweroff quiet", "-q"], at: .terminal,
        environment: ["VCPU_SHELL_IMAGES": Built.images(.release)])
      func run(_ line: String) throws -> [Substring] {
        try shell.enter(line)
        return try shell.expect("(vcpu) ", within: .seconds(60)).split(whereSeparator: \.isNewline)
      }
      try shell.expect("(vcpu) ")
      _ = try run("set pagination off")
      _ = try run("tcatch exit mmio")
      _ = try run("continue")
      for (stage, space, count) in [("s1", "guest", 100_000), ("s2", "ipa", 200), ("el2", "hv", 1)]
      {
        let lines = try run("info mappings \(stage) --check")
        #expect(lines.contains { $0.hasPrefix("nothing found of: ") })
        let counts = lines.compactMap {
          $0.firstMatch(of: #/ranges: (\d+) entr/#).flatMap { Int($0.1) }
        }
        #expect(counts.reduce(0, +) >= count, "\(lines)")
        let rows = lines.compactMap { Row($0) }
        #expect(rows.count > (stage == "s1" ? 50 : 1))
        for row in stride(from: 0, to: rows.count, by: max(1, rows.count / 12)).map({ rows[$0] }) {
          for (address, output) in [
            (row.first, row.output), (row.last, row.output + row.byteCount - 1),
          ] {
            let walk = try run("print \(stage == "s1" ? "ipa" : "pa"):(\(space):\(address))")
            #expect(walk.contains { $0.hasSuffix("0x" + String(output, radix: 16)) }, "\(walk)")
            guard space != "ipa" else { continue }
            let hardware = try run("walk --hardware \(space):\(address)")
            #expect(hardware.contains { $0.hasPrefix("the CPU agrees") }, "\(hardware)")
          }
        }
      }
      // The page of the program's instruction, and no other.
      let program = try run("info mappings s1 user executable guest:$guest.pc")
      #expect(program.compactMap { Row($0) }.count == 1, "\(program)")
      _ = try run("kill")
      try shell.leave()
      #expect(try shell.end() == 0)
    }

    /// KVM's own tables, without any symbol: a Linux kernel's that runs at EL2, and its guest's stage 2.
    @Test(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
    func kvm() throws {
      let machine = try KVM.start(KVM.Run(guest: .loop, wait: 0), model: .max, isStopped: false)
      try machine.expect("READY")
      let live = try LiveSession(machine)
      let session = live.session
      _ = try session.points.addCatchpoint(.exit([.hvc]))
      try live.continueToExit()
      let exit = try session.exits.require()
      let stage2 = try session.walks.mappings(of: .stage2)
      #expect(stage2.count == 1 && stage2[0].listing.obstacle == nil)
      #expect(stage2[0].mappings.contains { $0.start <= exit.pc && exit.pc <= $0.last })
      var own: [StageMappings] = []
      let count = try live.roundTrips { own = try session.walks.mappings(of: .hypervisor) }
      // 279 tables, in two packets each of which many are under way together, and the registers.
      #expect(count < 150, "\(count) round trips")
      #expect(own.map(\.listing.tables) == [.lower, .upper])
      #expect(own.flatMap(\.mappings).reduce(0) { $0 + $1.entryCount } > 100_000)
      for mapping in own[1].mappings {
        let found = try session.agent.translation(
          of: mapping.last, in: .hypervisor, isWrite: false, isEL0: false)
        let isReadable = mapping.permissions.contains(.read)
        #expect(
          found.output(of: found.steps[0])
            == (isReadable ? mapping.output + mapping.byteCount - 1 : nil))
      }
      try session.detach()
      try machine.end(within: .seconds(120))
    }
  }
}
