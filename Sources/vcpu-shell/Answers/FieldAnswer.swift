internal import ArmVCpu
internal import Synchronization
internal import VCpuDebug

/// A field of a register's value, with its own fields.
struct FieldAnswer: Codable, Equatable, Sendable {
  /// The manual's name of the field.
  let name: String
  /// The field's highest bit, 63 to 0.
  let high: Int
  /// The field's lowest bit.
  let low: Int
  /// The field's value, shifted down to bit 0.
  let value: Hex
  /// What the value means; empty if the manual gives it no meaning beyond the number.
  let meaning: String
  /// The address that the field stands for; omitted if it isn't an address.
  let address: Hex?
  /// The field's own fields; empty if it has none.
  let fields: [FieldAnswer]

  init(_ node: DecodedValue.Node) {
    name = node.field.name.description
    high = Int(node.field.highBit)
    low = Int(node.field.lowBit)
    value = Hex(node.field.value)
    meaning = node.field.meaning.description
    address = node.field.address.map { Hex($0) }
    fields = node.children.map(FieldAnswer.init)
  }

  /// The fields of ESR_EL2 or ESR_EL1. A guest has few different values, again and again, so decoded ones are cached.
  static func fields(of esr: ESR_EL2) -> [FieldAnswer] {
    if let known = described.withLock({ $0[esr.rawValue] }) { return known }
    var list = FieldList()
    esr.describe(into: &list)
    let fields = DecodedValue.tree(list.fields).map(FieldAnswer.init)
    described.withLock { described in
      if described.count == describedLimit { described = [:] }
      described[esr.rawValue] = fields
    }
    return fields
  }

  private static let described = Mutex<[UInt64: [FieldAnswer]]>([:])
  private static let describedLimit = 256

  /// The fields of a register's value.
  static func fields(of register: DecodableRegister, _ value: UInt64) -> [FieldAnswer] {
    DecodedValue(register, value).tree.map(FieldAnswer.init)
  }
}
