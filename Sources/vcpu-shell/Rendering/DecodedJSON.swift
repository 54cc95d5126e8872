internal import ArmVCpu
internal import Foundation

/// What `decode --format json` prints: an array with an object for each value. Numbers of registers are
/// hexadecimal strings, because 64 bits do not fit a number of JSON.
enum DecodedJSON {
  /// A value of a register.
  struct Value: Encodable {
    let register: String
    let title: String
    let value: String
    let fields: [Field]

    init(_ decoded: DecodedValue) {
      register = decoded.register.name.description
      title = decoded.register.title.description
      value = hexadecimal(decoded.value)
      fields = decoded.tree.map(Field.init)
    }
  }

  /// A field, with its own fields.
  struct Field: Encodable {
    let name: String
    let high: UInt8
    let low: UInt8
    let value: String
    let meaning: String
    /// The address that the field stands for; left out where it is none.
    let address: String?
    let fields: [Field]

    init(_ node: DecodedValue.Node) {
      name = node.field.name.description
      high = node.field.highBit
      low = node.field.lowBit
      value = hexadecimal(node.field.value)
      meaning = node.field.meaning.description
      address = node.field.address.map { hexadecimal($0) }
      fields = node.children.map(Field.init)
    }
  }

  /// A register of the list.
  struct Register: Encodable {
    let register: String
    let aliases: [String]
    let title: String

    init(_ decodable: DecodableRegister) {
      register = decodable.name.description
      aliases = decodable.aliases.map { $0.description.lowercased() }
      title = decodable.title.description
    }
  }

  /// A system register by its encoding.
  struct Encoding: Encodable {
    /// Its name; left out where there is none.
    let register: String?
    /// Its name for writes where that is another one.
    let writeRegister: String?
    let encoding: String
    let op0, op1, crn, crm, op2: UInt32
    let iss: String

    init(_ systemRegister: SystemRegister) {
      let writeName = systemRegister.name(isRead: false)?.description
      register = systemRegister.name?.description
      writeRegister = writeName == register ? nil : writeName
      encoding = systemRegister.encodingName
      op0 = systemRegister.op0
      op1 = systemRegister.op1
      crn = systemRegister.crn
      crm = systemRegister.crm
      op2 = systemRegister.op2
      iss = hexadecimal(systemRegister.rawValue)
    }
  }

  /// The text of an array.
  static func text(_ values: [some Encodable]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(values), as: UTF8.self)
    // The encoder breaks the line in an empty array; a string of JSON has no line break in it.
    return text.replacing(#/\[\s*\n\s*\]/#, with: "[]")
  }
}
