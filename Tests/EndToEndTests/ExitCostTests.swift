import Testing

extension EndToEnd {
  /// How many instructions a round trip of each kind of exit takes on our hypervisor, in release. The numbers are exact
  /// on any computer: `docs/performance.md`.
  @Suite struct ExitCost {
    /// The bars, by what the names of the exits begin with. Without a bar, an exit is only measured.
    private static let bars: [(prefix: String, instructions: Int, count: Int)] = [
      ("hypercall", 200, 3), ("PSCI_VERSION", 250, 2), ("MMIO read, ", 350, 15),
      ("read of ", 250, 12),
    ]

    @Test(arguments: ["cortex-a57", "max"])
    func isWithinTheBars(cpu: String) throws {
      let output = try Programs.run(
        Built.file("Tests/Benchmarks/Exits/measure"), Built.image("vcpu-image"), cpu)
      let lines = output.split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
      for (prefix, instructions, count) in Self.bars {
        let measured = lines.filter { $0[0].hasPrefix(prefix) }
        #expect(measured.count == count, "\(prefix)")
        for line in measured {
          // No exit is cheaper than saving and loading the guest's registers.
          let number = try #require(Int(line[1]))
          #expect((80...instructions).contains(number), "\(line)")
          #expect(line[3] == "<= \(instructions)")
        }
      }
    }

    /// What watching an exit adds: the recorder, and a filter that doesn't look at the exit.
    @Test(arguments: [(1, 37...40), (2, 6...10)])
    func watchingAddsFewInstructions(flags: Int, bounds: ClosedRange<Int>) throws {
      let counts = try [0, flags].map { flags in
        try Programs.run(
          Built.file("Tests/Benchmarks/Exits/measure"), Built.image("vcpu-image"), "cortex-a57",
          "\(flags)"
        ).split(separator: "\n").map {
          try #require(Int($0.split(separator: "\t", omittingEmptySubsequences: false)[1]))
        }
      }
      #expect(counts[0].count == counts[1].count && counts[0].count > 40)
      for (off, on) in zip(counts[0], counts[1]) {
        #expect(bounds.contains(on - off), "\(off) became \(on)")
      }
    }
  }
}
