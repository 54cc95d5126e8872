import Testing

@testable import ArmVCpu

/// Checks the layouts against the fields and positions in other sources. It finds a field that a layout lacks, has at
/// other bits, or is alone in having.
@Suite struct FieldPositionTests {
  struct Register: CustomTestStringConvertible, Sendable {
    let name: String
    /// The names, in upper case, with their bits.
    var fields: Set<String> = []
    var testDescription: String { name }
  }

  @Test(arguments: registers(traps) + registers(controls))
  func fieldsAreWhereArmHasThem(_ facts: Register) throws {
    let layout = try #require(DecodableRegister.named(facts.name))
    var found: Set<String> = []
    for value: UInt64 in [0, .max] {
      for field in layout.fields(of: value) where field.depth == 0 {
        guard !["RES0", "RES1"].contains(field.name.description) else { continue }
        found.insert(Self.key(field.name.description, field.highBit, field.lowBit))
      }
    }
    #expect(facts.fields.subtracting(found).sorted() == [], "these are missing")
    #expect(found.subtracting(facts.fields).sorted() == [], "these are not Arm's")
  }

  @Test func theFactsAreRead() {
    let names = (Self.registers(Self.traps) + Self.registers(Self.controls)).map(\.name)
    #expect(names.count == 50)
    #expect(Set(names).count == names.count)
    #expect(
      Self.registers("A_EL1\n  X 3:1, y 0\nB_EL2\n  Z 63").map(\.fields) == [
        ["X 3:1", "Y 0:0"], ["Z 63:63"],
      ])
  }

  /// A line without a leading space is a register, the lines after it are its fields.
  private static func registers(_ text: String) -> [Register] {
    var registers: [Register] = []
    for line in text.split(separator: "\n") {
      guard line.first == " " else {
        registers.append(Register(name: String(line)))
        continue
      }
      for item in line.split(separator: ",") {
        let words = item.split(separator: " ")
        guard words.count == 2 else { continue }
        let bits = words[1].split(separator: ":").compactMap { UInt8($0) }
        registers[registers.count - 1].fields.insert(
          key(String(words[0]), bits[0], bits.last ?? 0))
      }
    }
    return registers
  }

  private static func key(_ name: String, _ high: UInt8, _ low: UInt8) -> String {
    "\(name.uppercased()) \(high):\(low)"
  }
}
