import GoldenText
import Testing

@testable import ArmVCpu

/// ESR_EL2 decoded in full, in `Golden/esr.txt`: reviewed against the Arm ARM (DDI 0487, "ESR_EL2"), and unchanged
/// since.
@Suite struct GoldenSyndromeTests {
  @Test func everyFieldIsAsReviewed() throws {
    try GoldenText.expect(GoldenSyndromes.all.map(Self.text).joined(separator: "\n"), "esr")
  }

  /// A value with what it is, then its fields: bits, name, value, meaning.
  private static func text(_ entry: GoldenSyndromes.Entry) -> String {
    var list = FieldList()
    ESR_EL2(rawValue: entry.value).describe(into: &list)
    let lines = list.fields.map { field in
      let indent = String(repeating: "  ", count: Int(field.depth) + 1)
      let bits = field.bitWidth == 1 ? "\(field.highBit)" : "\(field.highBit):\(field.lowBit)"
      let parts = [bits, field.name.description, "0x" + String(field.value, radix: 16)]
      let meaning = field.meaning.description
      return indent + parts.joined(separator: " ") + (meaning.isEmpty ? "" : "  \(meaning)")
    }
    let digits = String(entry.value, radix: 16)
    let value = "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    return "\(value)  # \(entry.comment)\n" + lines.map { $0 + "\n" }.joined()
  }

  @Test func everyClassAndEveryFaultStatusIsThere() {
    let values = GoldenSyndromes.all.map { ESR_EL2(rawValue: $0.value) }
    #expect(values.count >= 200)
    #expect(Set(values.map(\.rawValue)).count >= 200)
    #expect(Set(values.map(\.exceptionClass.rawValue)) == Set(0..<64))
    for ec in [ExceptionClass.instructionAbortLower, .dataAbortLower] {
      let codes = Set(values.filter { $0.exceptionClass == ec }.map { $0.iss & 0x3f })
      #expect(codes == Set(0..<64), "\(ec.name)")
    }
  }

  @Test("every field of every class, and every meaning of a field, occurs")
  func everyFieldAndMeaningIsThere() {
    var random = SplitMix64(seed: 200)
    let golden = Set(GoldenSyndromes.all.flatMap { Self.features(of: $0.value) })
    for ec: UInt64 in 0..<64 {
      for _ in 0..<3000 {
        // Values with few bits set find meanings that need other bits to be clear.
        let bits = random.next() & (random.next() | random.next())
        let value = bits & ~(0x3f << 26) | ec << 26
        for feature in Self.features(of: value) where !golden.contains(feature) {
          Issue.record("\(feature) of \(String(value, radix: 16)) is not in the golden file")
          return
        }
      }
    }
  }

  /// The fields of a value with their classes, and with their meanings. Op0, and Opc2 or Opc1, carry a system
  /// register's name, and others a general-purpose register's, of which there are too many.
  private static func features(of value: UInt64) -> [String] {
    var list = FieldList()
    let esr = ESR_EL2(rawValue: value)
    esr.describe(into: &list)
    return list.fields.flatMap { field in
      ["\(esr.exceptionClass.rawValue) \(field.name)"]
        + (Self.isNameOfRegister(field) ? [] : ["\(field.name): \(field.meaning)"])
    }
  }
  private static let registers = Set(
    (0...30).flatMap { ["x\($0)", "w\($0)"] } + ["xzr", "wzr"])

  private static func isNameOfRegister(_ field: Field) -> Bool {
    if ["Op0", "Opc1", "Opc2"].contains(field.name.description) { return true }
    return registers.contains(field.meaning.description)
  }
}
