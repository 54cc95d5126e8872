/// GDB's text of a value.
public struct ValueText {
  /// Whether each member has a line of its own (`print -pretty`).
  public let isPretty: Bool

  /// Makes a renderer.
  public init(isPretty: Bool = false) { self.isPretty = isPretty }

  /// The text; several lines if it is pretty.
  public func text(_ node: ValueNode) -> String { text(node, level: 0) }

  private func text(_ node: ValueNode, level: Int) -> String {
    switch node {
    case .scalar(let text, _), .string(let text): return text
    case .pointer(let pointer): return Self.text(pointer)
    case .reference(let type, let address, let value):
      return "(\(type)) @0x\(String(address, radix: 16)): \(text(value, level: level))"
    case .record(let record): return text(record, level: level)
    case .array(let elements, let brackets, let isCut):
      let row = text(elements, level: level) + (isCut ? "..." : "")
      return brackets == .curly ? "{\(row)}" : "[\(row)]"
    case .opaque(let type, let bytes):
      let hexadecimal = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
      let values = bytes.isEmpty ? "" : ": " + hexadecimal.joined(separator: " ")
      return "<opaque \(type), \(bytes.count) bytes\(values)>"
    case .error(let message): return "<error: \(message)>"
    case .optimizedOut: return "<optimized out>"
    case .tooDeep: return "{...}"
    }
  }

  private static func text(_ pointer: ValueNode.Pointer) -> String {
    var text = pointer.type.map { "(\($0)) " } ?? ""
    text += pointer.text
    if let symbol = pointer.symbol { text += " <\(symbol)>" }
    if let string = pointer.string { text += " \(string)" }
    return text
  }

  private func text(_ record: ValueNode.Record, level: Int) -> String {
    let separator: String
    let brackets: (String, String)
    switch record.style {
    case .name: return record.name ?? ""
    case .tuple: (separator, brackets) = ("", ("(", ")"))
    case .c: (separator, brackets) = (" = ", ("{", "}"))
    case .rust: (separator, brackets) = (": ", ("{", "}"))
    }
    let gap = record.style == .rust ? " " : ""
    let name = record.name.map { $0 + gap } ?? ""
    let fields = record.fields.map { field in
      let label =
        record.style == .tuple ? "" : field.name.map { $0 + separator } ?? ""
      return label + text(field.value, level: level + 1)
    }
    if fields.isEmpty { return name + brackets.0 + brackets.1 }
    guard isPretty else { return name + brackets.0 + fields.joined(separator: ", ") + brackets.1 }
    let indentation = String(repeating: "  ", count: level + 1)
    let outer = String(repeating: "  ", count: level)
    return name + brackets.0 + "\n" + indentation
      + fields.joined(separator: ",\n" + indentation) + "\n" + outer + brackets.1
  }

  private func text(_ elements: [ValueNode.Element], level: Int) -> String {
    let parts = elements.map { element in
      let one = text(element.value, level: level + 1)
      return element.count > 1 ? "\(one) <repeats \(element.count) times>" : one
    }
    return parts.joined(separator: ", ")
  }
}
