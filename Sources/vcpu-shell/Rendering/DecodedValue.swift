internal import ArmVCpu

/// A register's value with its fields as a tree.
struct DecodedValue {
  let register: DecodableRegister
  let value: UInt64
  let fields: [Field]

  /// A field and its own fields.
  struct Node {
    let field: Field
    var children: [Node] = []
  }

  init(_ register: DecodableRegister, _ value: UInt64) {
    var list = FieldList()
    register.describe(value, into: &list)
    self.register = register
    self.value = value
    fields = list.fields
  }

  /// The fields of the register, each with its own.
  var tree: [Node] {
    var rest = fields[...]
    return Self.nodes(&rest, depth: 0)
  }

  private static func nodes(_ rest: inout ArraySlice<Field>, depth: UInt8) -> [Node] {
    var nodes: [Node] = []
    while let field = rest.first, field.depth >= depth {
      rest.removeFirst()
      nodes.append(Node(field: field, children: Self.nodes(&rest, depth: depth + 1)))
    }
    return nodes
  }

  /// The fields without fields of their own, from bit 63 down.
  var leaves: [Field] {
    fields.indices.filter { index in
      index + 1 == fields.count || fields[index + 1].depth <= fields[index].depth
    }.map { fields[$0] }
  }

  /// The name and the value in a line, and below it a line for each field: bits, name, value in
  /// hexadecimal and, up to 16 bits, in binary, and what it means.
  var text: [String] {
    let head = "\(register.name)  \(hexadecimal(value, digits: 16))  \(register.title)"
    return [head] + FieldText.table(fields).map { "  " + $0 }
  }
}
