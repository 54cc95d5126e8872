import Testing

@testable import GDBRemote

struct HexTests {
  @Test func bytesSurviveInEveryNumber() {
    for count in 0...70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      var digits = Array("x".utf8)
      Hex.append(bytes, to: &digits)
      let expected = bytes.flatMap { [Hex.digit($0 >> 4), Hex.digit($0 & 15)] }
      #expect(digits == Array("x".utf8) + expected)
      #expect(Hex.bytes(digits, from: 1) == bytes)
      #expect(Hex.bytes(digits[1...]) == bytes)
      var output: [UInt8] = [7]
      #expect(Hex.append(bytesOf: expected, to: &output))
      #expect(output == [7] + bytes)
    }
  }

  /// Whatever the character and wherever it stands: eight are looked at together, the rest in pairs.
  @Test func readsEveryCharacterInEveryPlace() {
    for character in UInt8.min...UInt8.max {
      for place in 0..<22 {
        var digits = Array("0123456789abcdefABCDEF".utf8)
        digits[place] = character
        var output: [UInt8] = [7]
        if let value = Hex.value(of: character) {
          let bytes = Hex.bytes(digits)
          #expect(
            bytes?[place / 2]
              == (place.isMultiple(of: 2)
                ? value << 4 | Hex.value(of: digits[place + 1])!
                : Hex.value(of: digits[place - 1])! << 4 | value))
          #expect(Hex.append(bytesOf: digits, to: &output) && output.dropFirst() == bytes?[...])
        } else {
          #expect(Hex.bytes(digits) == nil)
          #expect(!Hex.append(bytesOf: digits, to: &output) && output == [7])
        }
      }
    }
  }

  @Test func knowsTheDigits() {
    let digits = (UInt8.min...UInt8.max).filter { Hex.value(of: $0) != nil }
    #expect(digits == Array("0123456789ABCDEFabcdef".utf8))
    #expect(Array("0123456789".utf8).map { Hex.value(of: $0) } == Array(0...9))
    #expect(Array("abcdef".utf8).map { Hex.value(of: $0) } == Array(10...15))
    #expect(Array("ABCDEF".utf8).map { Hex.value(of: $0) } == Array(10...15))
  }

  @Test func refusesHalves() {
    #expect(Hex.bytes(Array("0".utf8)) == nil)
    #expect(Hex.bytes(Array("012345678".utf8)) == nil)
    #expect(Hex.bytes(Array("00".utf8), from: 3) == nil)
    #expect(Hex.bytes(Array("00".utf8), from: 2) == [])
    var output: [UInt8] = []
    #expect(!Hex.append(bytesOf: Array("012".utf8), to: &output))
  }
}
