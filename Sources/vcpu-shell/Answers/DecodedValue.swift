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
  var tree: [Node] { Self.tree(fields) }

  /// Fields in the order of a description, each with its own.
  static func tree(_ fields: [Field]) -> [Node] {
    var rest = fields[...]
    return nodes(&rest, depth: 0)
  }

  private static func nodes(_ rest: inout ArraySlice<Field>, depth: UInt8) -> [Node] {
    var nodes: [Node] = []
    while let field = rest.first, field.depth >= depth {
      rest.removeFirst()
      nodes.append(Node(field: field, children: Self.nodes(&rest, depth: depth + 1)))
    }
    return nodes
  }

  /// The fields that a diagram has boxes for, from bit 63 down: the register's fields, except that a field of more than
  /// 16 bits, such as a syndrome, is replaced by its own fields.
  var boxes: [Field] { tree.flatMap(Self.boxes) }

  private static func boxes(_ node: Node) -> [Field] {
    guard node.field.bitWidth > 16, !node.children.isEmpty else { return [node.field] }
    return node.children.flatMap(boxes)
  }
}
