import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// Watchpoints by permission at stage 2: on our hypervisor with the tour and with Linux.
  @Suite struct Stage2Watchpoints {
    /// The tour counts its exceptions. Its memory is mapped by blocks of 2 MiB.
    @Test func theStoreIsNamedAndTheTablesAreRestored() throws {
      let run = try script(
        """
        tcatch exit
        continue
        info mappings s2
        echo ---\\n
        watch --stage2 guest:tour_exception_count
        walk ipa:(guest:&tour_exception_count) for write
        continue
        continue
        info breakpoints
        tcatch exit
        continue
        delete
        echo ---\\n
        info mappings s2
        continue
        """)
      expectSuccess(run)
      expect(
        run,
        prints: "by stage 2 at ipa:0x", "stage 2 permission fault, level 3", "  old 0x0, new 0x1",
        "  old 0x1, new 0x2", "tour: done, ")
      let stores = run.lines.filter { $0.hasPrefix("  by guest:0x") }
      #expect(stores.count == 2 && stores.allSatisfy { $0.contains(">:  str x16, [x17") })
      #expect(run.lines.contains { $0.contains("watchpoint  keep  y    2     ") })
      // Nothing is left of the table that the block was split into.
      let parts = run.lines.split(separator: "---").map(Array.init)
      let tables = parts.map { lines in
        lines.drop { !$0.hasPrefix("stage 2: VTTBR_EL2,") }.prefix { !$0.contains("ranges: ") }
      }
      #expect(parts.count == 3 && tables.first?.isEmpty == false && tables.first == tables.last)
      expect(run, prints: ", 0 failed")
    }

    /// An exclusive pair, an atomic, a structure load and DC ZVA: the guest executes them itself.
    @Test func whatOnlyTheCPUCanCarryOut() throws {
      let words: [UInt32] = [
        0xc85f_7c20,  // ldxr x0, [x1]
        0x9100_0400,  // add x0, x0, #1
        0xc802_7c20,  // stxr w2, x0, [x1]
        0x35ff_ffa2,  // cbnz w2, -12
        0xf823_0024,  // ldadd x3, x4, [x1]
        0x4c40_7020,  // ld1 {v0.16b}, [x1]
        0xd50b_7421,  // dc zva, x1
        0xd400_0002,  // hvc #0
      ]
      let run = try script(
        """
        tcatch exit
        continue
        \(words.enumerated().map { "set *(uint32_t *)guest:(0x40300000 + \($0 * 4)) = \($1)" }
          .joined(separator: "\n"))
        set $guest.x1 = 0x40401080
        set $guest.x3 = 0x10
        set $guest.pc = 0x40300000
        awatch --stage2 guest:0x40401080, 8
        continue
        assert $pc == 0x4030000c && $x0 == 1 && $x2 == 0
        continue
        assert $pc == 0x40300014 && $x4 == 1
        continue
        assert $pc == 0x40300018
        continue
        tcatch exit hvc
        continue
        assert $guest.pc == 0x40300020 && $x0 == 1 && $x4 == 1
        assert ($mdcr_el2 >> 8 & 1) == 0
        assert *(uint32_t *)guest:0x4030000c == 0x35ffffa2
        """, "--cpu", "max")
      expectSuccess(run)
      let values = run.lines.filter { $0.hasPrefix("  old ") || $0.hasPrefix("  value ") }
      #expect(
        values == [
          "  old 0x0, new 0x1", "  old 0x1, new 0x11", "  value 0x11", "  old 0x11, new 0x0",
        ],
        "\(run.description)")
    }

    @Test(arguments: [
      ["tcatch exit", "continue", "watch --stage2 hv:0x40404000, 8", "isn't a guest's"],
      [
        "tcatch exit", "continue", "watch --stage2 guest:0x90000000, 8",
        "stage 2 doesn't map ipa:0x90000000 now",
      ],
      [
        "tcatch exit", "continue", "watch --stage2 --spare guest:0x40200000 guest:0x40401030, 8",
        "pa:0x41200000 isn't a page of 4 KiB of zeros",
      ],
      ["watch --stage2 guest:0x40401030, 8", "stop at an exit of the guest first"],
      ["watch --spare 0x41000000 hv:0x40404000, 8", "'--spare' is only for '--stage2'"],
    ])
    func whatCannotBeWatched(lines: [String]) throws {
      let run = try script(lines.dropLast().joined(separator: "\n"))
      #expect(run.status != 0 && run.errors.contains(lines[lines.count - 1]), "\(run.description)")
    }

    /// A page of a process, which its kernel clears by an address of its own after the process has ended.
    @Test(
      .enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"),
      arguments: isSoak ? ["cortex-a57", "max"] : ["max"])
    func everyAddressOfAPage(cpu: String) throws {
      let run = try ShellRun.linux(
        script: """
          tcatch exit mmio
          continue
          awatch --stage2 guest:$guest.sp, 8
          continue
          condition 2 ($pc >> 63) == 1
          continue
          info breakpoints
          delete
          continue
          """, cpu: cpu)
      expectSuccess(run)
      let accesses = run.lines.filter { $0.hasPrefix("  by guest:0x") }
      #expect(accesses.count == 2, "\(run.description)")
      #expect(accesses.first?.hasPrefix("  by guest:0xffff") == false)
      #expect(accesses.last?.hasPrefix("  by guest:0xffff") == true, "\(run.description)")
      expect(run, prints: "other accesses to its page", "the guest has powered off")
    }

    /// An exclusive pair of a process: the way back to EL2 doesn't lead through its kernel.
    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func anExclusivePairAtEL0() throws {
      let words: [UInt32] = [
        0xd503_201f,  // nop, for the read that the hypervisor completes
        0xc85f_7fe9,  // ldxr x9, [sp]
        0x9100_0529,  // add x9, x9, #1
        0xc80a_7fe9,  // stxr w10, x9, [sp]
      ]
      let run = try ShellRun.linux(
        script: """
          tcatch exit mmio
          continue
          set $code = $guest.pc + 0x40
          \(words.enumerated().map { "set *(uint32_t *)guest:($code + \($0 * 4)) = \($1)" }
            .joined(separator: "\n"))
          awatch --stage2 guest:$guest.sp, 8
          set $guest.pc = $code
          continue
          assert $pc == $code + 16 && $x10 == 0 && $x9 == *(uint64_t *)guest:$sp
          assert ($cpsr & 0xf) == 0
          """, cpu: "max")
      expectSuccess(run)
      #expect(run.lines.contains { $0.hasSuffix(":  ldxr x9, [sp]") }, "\(run.description)")
    }

    private func script(_ text: String, _ options: String...) throws -> ShellRun {
      let folder = try TemporaryFolder()
      return try ShellRun(
        ["launch", "tour"] + options + ["--batch", "-x", try folder.file("script.vcpu", text)],
        within: .seconds(60))
    }
  }
}
