internal import VCpuDebug

/// A part of a value of the program: a member, or an element.
struct ValuePart: Codable, Equatable, Sendable {
  /// The member's name; omitted for an element, and for a structure without a name.
  let name: String?
  /// The text of all of it, as it is shown.
  let text: String
  /// The integer that it is; omitted for a part that is none.
  let number: Hex?
  /// How many equal elements in a row it stands for.
  let count: Int
  /// Its own parts, in order; omitted if it has none.
  let parts: [ValuePart]?

  init(_ node: ValueNode, name: String? = nil, count: UInt64 = 1) {
    self.name = name
    self.count = Int(clamping: count)
    text = ValueText().text(node)
    switch node {
    case .scalar(_, let integer): (number, parts) = (integer.map { Hex($0) }, nil)
    case .pointer(let pointer): (number, parts) = (pointer.address.map { Hex($0) }, nil)
    case .record(let record):
      (number, parts) = (nil, record.fields.map { ValuePart($0.value, name: $0.name) })
    case .array(let elements, _, _):
      (number, parts) = (nil, elements.map { ValuePart($0.value, count: $0.count) })
    case .reference(_, _, let value):
      let inner = ValuePart(value)
      (number, parts) = (inner.number, inner.parts)
    case .string, .opaque, .error, .optimizedOut, .tooDeep: (number, parts) = (nil, nil)
    }
  }
}

extension ValueNode {
  /// The symbol that a pointer's address is in.
  var symbol: String? { if case .pointer(let pointer) = self { pointer.symbol } else { nil } }
}
