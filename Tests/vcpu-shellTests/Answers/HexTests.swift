import Foundation
import Testing

@testable import vcpu_shell

@Suite struct HexTests {
  @Test(arguments: [0, 1, 0x2a, 1 << 63, UInt64.max] as [UInt64])
  func aNumberComesBackFromItsText(value: UInt64) throws {
    #expect(Hex("0x" + String(value, radix: 16)) == Hex(value))
    let data = try JSONEncoder().encode([Hex(value)])
    #expect(String(decoding: data, as: UTF8.self) == "[\"0x\(String(value, radix: 16))\"]")
    #expect(try JSONDecoder().decode([Hex].self, from: data) == [Hex(value)])
    let pattern = try Regex(Hex.pattern)
    #expect(Hex(value).description.wholeMatch(of: pattern) != nil)
  }

  @Test(arguments: [
    "", "0", "0x", "2a", "0x2A", "0X2a", "0x02a", "0x00", "-0x1", "0x 1", "0x1 ",
    "0x10000000000000000",
    "0xg", "0x1\n", "0x/", "0x:", "0x`",
  ])
  func anotherTextIsRefused(text: String) throws {
    #expect(Hex(text) == nil)
    let data = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Hex].self, from: data) }
  }
}
