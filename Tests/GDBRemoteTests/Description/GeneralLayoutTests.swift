import Testing

@testable import GDBRemote

/// The layout of a `g` packet.
struct GeneralLayoutTests {
  private let map = RegisterMap([
    .init(name: "b", number: 7, bitWidth: 32), .init(name: "a", number: 0, bitWidth: 16),
    .init(name: "wide", number: 9, bitWidth: 128), .init(name: "odd", number: 8, bitWidth: 12),
  ])

  @Test func gapsTakeNoPlace() {
    #expect(map.generalLayout.map(\.name) == ["a", "b", "odd", "wide"])
    // 12 bits take two bytes.
    #expect(map.generalOffsets == [0, 2, 6, 8])
    #expect(
      [0, 2, 5, 6, 7, 8, 23, 24, 99].map { map.generalCount(byteCount: $0) }
        == [0, 1, 1, 2, 2, 3, 3, 4, 4])
  }

  @Test(arguments: [
    (0, 0), (1, 0), (2, 1), (5, 1), (6, 2), (7, 2), (8, 3), (23, 3), (24, 4), (30, 4),
  ])
  func aShortPacketHasFewerAndALongOneNoMore(byteCount: Int, count: Int) {
    let general = GeneralRegisters([UInt8](repeating: 1, count: byteCount), in: map)
    #expect(general.registers.count == count)
    #expect(general.bytes.count == byteCount)
  }

  @Test func wideRegistersAreBytes() {
    let general = GeneralRegisters([UInt8](0..<24), in: map)
    let wide = map["wide"]!
    #expect(general["wide"] == nil)
    #expect(general.bytes(of: wide) == Array(8..<24))
    #expect(
      RegisterDescription.hexadecimal(general.bytes(of: wide)!)
        == "0x17161514131211100f0e0d0c0b0a0908")
    #expect(general.bytes(of: .init(name: "no", number: 8, bitWidth: 8)) == nil)
  }

  @Test func oneMissingByteMakesARegisterUnavailable() throws {
    let raw = try #require(RegisterBytes(parsing: Array("0100xx000000".utf8)))
    let general = GeneralRegisters(raw, in: map)
    #expect(general["a"] == 1)
    #expect(general["b"] == nil)
    #expect(general.unavailable == [1])
    #expect(general.bytes(of: map["b"]!) == nil)
    #expect(general.values == ["a": 1])
  }

  @Test func lldbsPlaces() {
    func register(_ name: String, _ number: Int, _ bitWidth: Int, at offset: Int, part: Int? = nil)
      -> RegisterDescription
    {
      var lldb = RegisterDescription.LLDBAttributes()
      lldb.byteOffset = offset
      lldb.containers = part.map { [$0] } ?? []
      return .init(name: name, number: number, bitWidth: bitWidth, lldb: lldb)
    }
    let map = RegisterMap([
      register("al", 2, 8, at: 8, part: 0), register("rax", 0, 64, at: 8),
      register("rbx", 1, 64, at: 0), register("far", 3, 64, at: 1 << 24),
    ])
    #expect(map.generalLayout.map(\.name) == ["rbx", "rax", "al", "far"])
    let general = GeneralRegisters([UInt8](1...16), in: map)
    #expect(general["al"] == 9)
    #expect(general["rbx"] == 0x0807_0605_0403_0201)
    #expect(general["rax"] == 0x100f_0e0d_0c0b_0a09)
    #expect(general["far"] == nil)
  }
}
