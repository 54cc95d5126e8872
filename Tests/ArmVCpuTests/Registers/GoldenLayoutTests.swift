import GoldenText
import Testing

@testable import ArmVCpu

/// The layouts of all registers in `Golden/registers.txt`, reviewed against the Arm ARM: every field with its bits,
/// and what each of its values means. The other tests check some values; this one notices any change to a bit range
/// or a text.
@Suite struct GoldenLayoutTests {
  /// Values that select between the forms of a register: by M[4], F, HW, Valid, IDS, or the nibbles of an attribute.
  private static let bases: [UInt64] = [
    0, 1, 3, 0x10, 1 << 24, 1 << 61, 0x11_1111_1111, .max,
  ]

  @Test func everyLayoutIsAsReviewed() throws {
    var text = ""
    var owners: [[String]: StaticString] = [:]
    for register in DecodableRegister.all where !register.name.description.hasPrefix("ESR_") {
      let lines = Self.lines(register)
      text += "\(register.name)\n"
      if let owner = owners[lines] {
        text += "  as \(owner)\n\n"
      } else {
        owners[lines] = register.name
        text += lines.map { $0 + "\n" }.joined() + "\n"
      }
    }
    try GoldenText.expect(text, "registers")
  }

  /// The fields of each form, each field once.
  private static func lines(_ register: DecodableRegister) -> [String] {
    var seen: Set<String> = []
    var lines: [String] = []
    for base in bases {
      let fields = register.fields(of: base).filter { $0.name.description != "RES0" }
      for line in fields.map({ self.line($0, of: register, base) })
      where seen.insert(line).inserted {
        lines.append(line)
      }
    }
    return lines
  }

  /// A field: its bits and its name, then its values with their texts; adjacent values with the same text are
  /// combined.
  private static func line(
    _ field: Field, of register: DecodableRegister, _ base: UInt64
  ) -> String {
    let indent = String(repeating: "  ", count: Int(field.depth) + 1)
    let bits = field.bitWidth == 1 ? "\(field.highBit)" : "\(field.highBit):\(field.lowBit)"
    let head = "\(indent)\(bits) \(field.name)"
    let mask = (UInt64.max >> UInt64(64 - field.bitWidth)) << UInt64(field.lowBit)
    if field.address != nil {
      let all = register.fields(of: base | mask).first { same($0, field) }?.address
      return head + "  address up to 0x" + String(all ?? 0, radix: 16)
    }
    guard field.bitWidth <= 8 else {
      return head + (field.meaning.utf8CodeUnitCount == 0 ? "" : "  \(field.meaning)")
    }
    var runs: [(first: UInt64, last: UInt64, words: String)] = []
    for value in 0..<(UInt64(1) << UInt64(field.bitWidth)) {
      let fields = register.fields(of: base & ~mask | value << UInt64(field.lowBit))
      guard let words = fields.first(where: { same($0, field) })?.meaning.description,
        !words.isEmpty
      else { continue }
      if let run = runs.last, run.words == words, run.last + 1 == value {
        runs[runs.count - 1].last = value
      } else {
        runs.append((value, value, words))
      }
    }
    let start = runs.count > 2 ? "\n\(indent)    " : "  "
    return head
      + runs.map { run in
        let values = run.first == run.last ? "\(run.first)" : "\(run.first)-\(run.last)"
        return "\(start)\(values): \(run.words)"
      }.joined()
  }

  private static func same(_ left: Field, _ right: Field) -> Bool {
    left.name.description == right.name.description && left.highBit == right.highBit
      && left.lowBit == right.lowBit
  }
}
