/// A `union`, `struct`, `flags` or `enum` while its fields are read.
struct TypeElement {
  /// As many elements as GDB lets a vector have.
  static let vectorLimit = 1 << 16
  /// Bit fields are parts of integers, and the widest integer has 128 bits.
  static let bitLimit = 128

  let id: String
  let line: Int
  private let element: String
  private let byteCount: Int?
  private var fields: [TypeDescription.Field] = []
  private var values: [TypeDescription.Value] = []

  init(
    _ element: String, _ attributes: [String: String], line: Int
  ) throws(DocumentError) {
    guard let id = attributes["id"], !id.isEmpty else {
      throw DocumentError("has a \(element) without a name")
    }
    self.id = id
    self.line = line
    self.element = element
    guard let text = attributes["size"] else {
      byteCount = nil
      return
    }
    let isInteger = element == "flags" || element == "enum"
    let limit = isInteger ? Self.bitLimit / 8 : RegisterElement.bitWidthLimit / 8
    guard let size = DocumentNumber.integer(text, limit: limit), size > 0 else {
      throw DocumentError("the \(element) \(id) has the malformed size \(text)")
    }
    byteCount = size
  }

  var description: TypeDescription {
    switch element {
    case "union": .union(fields: fields)
    case "struct": .structure(fields: fields, byteCount: byteCount)
    case "flags": .flags(fields: fields, byteCount: byteCount)
    default: .enumeration(values: values, byteCount: byteCount)
    }
  }

  mutating func appendField(_ attributes: [String: String]) throws(DocumentError) {
    guard element != "enum" else { throw DocumentError("the enum \(id) has a field") }
    guard let name = attributes["name"] else {
      throw DocumentError("the \(element) \(id) has a field without a name")
    }
    let bits = try bits(name, attributes)
    if bits == nil, element == "flags" {
      throw DocumentError("the field \(name) of \(id) has no bits")
    }
    if bits == nil, attributes["type"] == nil {
      throw DocumentError("the field \(name) of \(id) has neither bits nor a type")
    }
    fields.append(.init(name: name, typeName: attributes["type"], bits: bits))
  }

  private func bits(
    _ name: String, _ attributes: [String: String]
  ) throws(DocumentError) -> ClosedRange<Int>? {
    guard let startText = attributes["start"] else {
      guard attributes["end"] == nil else {
        throw DocumentError("the field \(name) of \(id) has an end and no start")
      }
      return nil
    }
    let limit = (byteCount.map { $0 * 8 } ?? Self.bitLimit) - 1
    let start = DocumentNumber.integer(startText, limit: limit)
    // A single bit doesn't need an end.
    let end = attributes["end"].map { DocumentNumber.integer($0, limit: limit) } ?? start
    guard let start, let end, start <= end, end < Self.bitLimit else {
      throw DocumentError(
        "the field \(name) of \(id) has the malformed bits "
          + "\(startText) to \(attributes["end"] ?? startText)")
    }
    return start...end
  }

  mutating func appendValue(_ attributes: [String: String]) throws(DocumentError) {
    guard element == "enum" else { throw DocumentError("the \(element) \(id) has an evalue") }
    guard let name = attributes["name"], let value = DocumentNumber.unsigned(attributes["value"])
    else { throw DocumentError("the enum \(id) has a malformed evalue") }
    values.append(.init(name: name, value: value))
  }
}
