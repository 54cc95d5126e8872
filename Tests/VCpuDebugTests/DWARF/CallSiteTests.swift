import Testing

@testable import VCpuDebug

/// What callers' debug information says about calls (DWARF 5, 3.4; GNU's extension to DWARF 4).
@Suite struct CallSiteTests {
  private static let source = """
    volatile int shared;
    __attribute__((noinline)) int leaf(int value, int kept) { shared = value; return shared + kept; }
    __attribute__((noinline)) int work(int n) {
      int first = leaf(n + 1, 7);
      return first + leaf(3, n);
    }
    void start(void) { work(shared); for (;;) { } }
    """

  @Test(arguments: ["-gdwarf-4", "-gdwarf-5"]) func values(version: String) throws {
    let file = try CompiledProgram("calls.c", Self.source, ["-O2", version]).file
    let information = try #require(file.debugInformation)
    let work = try #require(information.functions(named: "work").first)
    let leaf = try #require(information.functions(named: "leaf").first)
    let range = try #require(work.ranges.first)
    // BL: 100101 and a distance (Arm ARM DDI 0487, C6.2.34).
    let returns = stride(from: range.lowerBound, to: range.upperBound, by: 4).filter { address in
      let bytes = file.contents(at: address, byteCount: 4) ?? []
      return (bytes.last ?? 0) & 0xfc == 0x94
    }.map { $0 + 4 }
    try #require(returns.count == 2)
    let sites = try returns.map { try #require(information.callSite(returningTo: $0)) }
    #expect(sites.allSatisfy { $0.names(leaf) && !$0.names(work) && $0.target == nil })
    // What the caller keeps over a call is in a register that a function saves.
    var frame = FakeFrame()
    for number in 19...28 { frame.registers[number] = 5 }
    func value(_ site: CallSite, _ register: Int) throws -> UInt64 {
      try LocationEvaluator.number(try #require(site.values[register]), in: frame)
    }
    #expect(try value(sites[0], 1) == 7)
    #expect(try value(sites[1], 0) == 3)
    #expect(try value(sites[1], 1) == 5)
    #expect(information.callSite(returningTo: returns[0] + 4) == nil)
    #expect(information.callSite(returningTo: 0) == nil)
  }
}
