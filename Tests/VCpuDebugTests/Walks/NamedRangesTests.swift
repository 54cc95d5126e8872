import Testing

@testable import VCpuDebug

/// Ranges with names, and the machine's regions of which they are made.
@Suite struct NamedRangesTests {
  private func words(_ ranges: [NamedRanges.Part]) -> [String] {
    ranges.map { "\($0.name) \($0.range.lowerBound)..<\($0.range.upperBound)" }
  }

  @Test func neighboursAreJoinedAndTheFirstCounts() {
    let ranges = NamedRanges([
      .init(range: 30..<40, name: "b"), .init(range: 0..<10, name: "a"),
      .init(range: 10..<20, name: "a"), .init(range: 15..<25, name: "b"),
      .init(range: 32..<35, name: "a"), .init(range: 50..<50, name: "a"),
      .init(range: 25..<30, name: "b"),
    ])
    #expect(words(ranges.parts) == ["a 0..<20", "b 20..<40"])
    #expect(words(ranges.parts(in: 5..<22)) == ["a 5..<20", "b 20..<22"])
    #expect(words(ranges.parts(in: 40..<60)) == [])
    #expect(words(ranges.parts(in: 39..<60)) == ["b 39..<40"])
    #expect(words(NamedRanges([.init(range: 0..<0, name: "a")]).parts) == [])
    #expect(ranges.gaps(in: 0..<50) == [40..<50] && ranges.gaps(in: 3..<40) == [])
    let two = NamedRanges([.init(range: 5..<10, name: ""), .init(range: 20..<30, name: "")])
    #expect(two.gaps(in: 0..<40) == [0..<5, 10..<20, 30..<40])
    #expect(two.gaps(in: 7..<25) == [10..<20] && two.gaps(in: 12..<15) == [12..<15])
  }

  @Test func theMachinesOwnViewOfMemory() throws {
    let text = """
      FlatView #0
       AS "I/O", root: io
       Root memory region: io
        0000000000000000-000000000000ffff (prio 0, i/o): io

      FlatView #1
       AS "memory", root: system
       Root memory region: system
        0000000000000000-0000000003ffffff (prio 0, romd): virt.flash0
        0000000009000000-0000000009000fff (prio 0, i/o): pl011
        000000000a000000-000000000a0001ff (prio 0, i/o): virtio-mmio [disabled]
        0000000040000000-0000000047ffffff (prio 0, ram): mach-virt.ram @0000000000000000 KVM

      FlatView #2
       AS "other", root: other
        0000000050000000-0000000050000fff (prio 0, i/o): other

      """
    let regions = try #require(MachineRegion.regions(ofFlatMemory: text))
    #expect(regions.map(\.name) == ["virt.flash0", "pl011", "mach-virt.ram"])
    #expect(regions.map(\.kind) == ["romd", "i/o", "ram"])
    #expect(regions[2].range == 0x4000_0000..<0x4800_0000)
    for text in ["", "unknown command", "FlatView #0\n AS \"memory\", root: system\n"] {
      #expect(MachineRegion.regions(ofFlatMemory: text) == nil)
    }
  }

  /// Lines that only look like regions, and numbers that are none.
  @Test func linesThatAreNoRegions() {
    for line in [
      "", "(prio 0, ram): a", "0-0 (prio 0, ram): a", "5-1 (prio 0, ram): a", "0-10 (prio 0): a",
      "0-ffffffffffffffff (prio 0, ram): a", "0-1ffffffffffffffff (prio 0, ram): a",
      "0-1 (prio 0, ram) a", "x-y (prio 0, ram): a",
    ] {
      #expect(MachineRegion(treeLine: line[...]) == nil, "\(line)")
    }
  }
}
