import ArmVCpu
import Testing

@testable import vcpu_shell

/// The output for many values is the same as an answer's for one.
@Suite struct DecodedBytesTests {
  /// Values with few bits and with many, and the extremes.
  private static let values: [UInt64] = {
    var random = SystemRandomNumberGenerator()
    let some = (0..<12).map { index in
      index < 6 ? random.next() : random.next() & random.next() & random.next()
    }
    return some + [0, .max, 1, 1 << 63, 0x9388_0047, 0x620c_d3fe, 0x0e00_0461]
  }()

  @Test(arguments: DecodableRegister.all.map(\.name.description))
  func textAndJSON(name: String) throws {
    let register = try #require(DecodableRegister.named(name))
    for value in Self.values {
      var list = FieldList()
      register.describe(value, into: &list)
      let answer = DecodedAnswer(DecodedValue(register, value))

      var text: [UInt8] = []
      DecodedBytes.appendText(register, value, list.fields, to: &text)
      let lines = answer.lines(.full).map { $0.plain + "\n" }.joined()
      #expect(String(decoding: text, as: UTF8.self) == lines, "\(name) \(value)")

      var json: [UInt8] = []
      DecodedBytes.appendJSON(register, value, list.fields, to: &json)
      let wanted = String(decoding: JSONLineEncoder.line(of: answer).dropLast(), as: UTF8.self)
      #expect(String(decoding: json, as: UTF8.self) == wanted, "\(name) \(value)")
    }
  }
}
