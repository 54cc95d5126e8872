/// JSON for people to read, which keeps the order of its keys.
indirect enum SchemaNode: Equatable, ExpressibleByStringLiteral {
  case string(String)
  case bool(Bool)
  case array([SchemaNode])
  case object([Member])

  /// A key and its value.
  struct Member: Equatable {
    let key: String
    let value: SchemaNode
  }

  init(stringLiteral text: String) { self = .string(text) }

  /// An object; members whose value is nil are left out.
  static func object(_ members: (String, SchemaNode?)...) -> SchemaNode {
    .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
  }

  static func reference(_ definition: String) -> SchemaNode {
    .object(("$ref", .string("#/$defs/" + definition)))
  }

  /// The maximum length of a line.
  private static let width = 120

  /// The text. A value that fits in a line is written in one.
  func text(indentation: Int = 0, column: Int = 0) -> String {
    let line = line
    if column + line.count <= Self.width { return line }
    let inner = String(repeating: " ", count: indentation + 2)
    let end = "\n" + String(repeating: " ", count: indentation)
    switch self {
    case .string, .bool: return line
    case .array(let elements):
      let texts = elements.map {
        inner + $0.text(indentation: indentation + 2, column: indentation + 3)
      }
      return "[\n" + texts.joined(separator: ",\n") + end + "]"
    case .object(let members):
      let texts = members.map { member in
        let key = inner + Self.quoted(member.key) + ": "
        return key + member.value.text(indentation: indentation + 2, column: key.count + 1)
      }
      return "{\n" + texts.joined(separator: ",\n") + end + "}"
    }
  }

  private var line: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .bool(let bool): bool ? "true" : "false"
    case .array(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
    case .object(let members) where members.isEmpty: "{}"
    case .object(let members):
      "{ " + members.map { Self.quoted($0.key) + ": " + $0.value.line }.joined(separator: ", ")
        + " }"
    }
  }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONString.append(text, to: &bytes)
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }
}
