import Testing

@testable import ArmVCpu

/// Values whose fields were decoded by hand, using the manual.
@Suite struct RegisterMeaningTests {
  /// Register, value, and the decoded values of some fields.
  struct Known: CustomTestStringConvertible, Sendable {
    let register: String
    let value: UInt64
    let readings: [String: String]
    var testDescription: String { "\(register) 0x\(String(value, radix: 16))" }

    init(_ register: String, _ value: UInt64, _ readings: [String: String]) {
      self.register = register
      self.value = value
      self.readings = readings
    }
  }

  private static let all =
    exceptions + control + translation + identity + others + fineGrainedTraps + monitor + memory
    + interrupts + extensions

  @Test(arguments: all)
  func fieldsMeanWhatTheManualSays(known: Known) throws {
    let register = try #require(DecodableRegister.named(known.register))
    for (field, wanted) in known.readings {
      #expect(register.reading(field, of: known.value) == wanted, "\(field)")
    }
  }

  @Test func everyRegisterHasAKnownValue() {
    let known = Set(Self.all.map(\.register))
    let missing = DecodableRegister.all.map(\.name.description).filter { !known.contains($0) }
    #expect(missing == [])
  }
}
