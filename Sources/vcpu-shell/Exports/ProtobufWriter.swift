/// Writes messages of Protocol Buffers. (protobuf.dev, "Encoding".)
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// An integer or a boolean.
  mutating func add(_ value: UInt64, field: Int) {
    varint(UInt64(field) << 3)
    varint(value)
  }

  /// A text.
  mutating func add(_ text: String, field: Int) { add(Array(text.utf8), field: field) }

  /// A message.
  mutating func add(field: Int, _ body: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    body(&message)
    add(message.bytes, field: field)
  }

  private mutating func add(_ content: [UInt8], field: Int) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
