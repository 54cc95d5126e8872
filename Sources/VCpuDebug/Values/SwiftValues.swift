internal import Foundation

/// Swift's values, as far as its debug information tells: hosted Swift writes no members, but the linker's name of a
/// type says what the standard library's are.
struct SwiftValues {
  let reader: AggregateReader

  /// Nil if the type's members say more.
  func node(
    _ value: ProgramValue, _ type: DebugType, _ aggregate: AggregateType
  ) throws -> ValueNode? {
    // A variable of a generic type has a wrapper without a name.
    if type.ownName == nil, aggregate.members.count == 1, let size = aggregate.byteCount,
      case .aggregate = aggregate.members[0].type.stripped.kind
    {
      return try known(value, aggregate.members[0].type.stripped, size)
    }
    guard aggregate.members.isEmpty, let size = aggregate.byteCount else { return nil }
    return try known(value, type, size)
  }

  private func known(_ value: ProgramValue, _ type: DebugType, _ size: UInt64) throws -> ValueNode {
    let mangled = type.entry?.linkageName ?? type.ownName ?? ""
    let name = Self.typeName(mangled)
    let bytes = try value.storage.bytes(size, in: value.scope.context, layout: value.layout)
    return scalar(name, bytes, value)
      ?? .opaque(type: "Swift type \(Self.short(name))", bytes: bytes)
  }

  private func scalar(_ name: String, _ bytes: [UInt8], _ value: ProgramValue) -> ValueNode? {
    if let payload = Self.optionalPayload(name) {
      guard let size = Self.size(payload, value), size + 1 == bytes.count else { return nil }
      // A number has no spare value for `nil`: a byte after it says so.
      if bytes[size] == 1 { return .record(.init(style: .name, name: "nil", fields: [])) }
      return scalar(payload, Array(bytes.prefix(size)), value)
    }
    guard let size = Self.size(name, value), size == bytes.count else { return nil }
    let (encoding, _) = Self.scalars[name] ?? (.unsigned, 0)
    let type = DebugType(.base(BaseType(encoding: encoding, byteCount: size)), layout: value.layout)
    return reader.reader.node(
      ProgramValue(type: type, location: .value(bytes), scope: value.scope), depth: reader.depth,
      reader.budget)
  }

  /// `Swift.Optional<T>` and `T?`: T.
  private static func optionalPayload(_ name: String) -> String? {
    let prefix = "Swift.Optional<"
    if name.hasPrefix(prefix), name.hasSuffix(">") {
      return String(name.dropFirst(prefix.count).dropLast())
    }
    return name.hasSuffix("?") ? String(name.dropLast()) : nil
  }

  private static func size(_ name: String, _ value: ProgramValue) -> Int? {
    guard let (_, size) = scalars[name] else { return nil }
    return size == 0 ? value.layout.addressByteCount : size
  }

  /// The demangled name of a type's mangled one.
  static func typeName(_ mangled: String) -> String { SwiftDemangler.declaration(of: mangled) }

  /// Without modules.
  private static func short(_ name: String) -> String {
    name.replacingOccurrences(of: "Swift.", with: "")
  }

  /// The standard library's numbers; 0 for the size of an address.
  private static let scalars: [String: (BaseType.Encoding, Int)] = [
    "Swift.Int": (.signed, 0), "Swift.UInt": (.unsigned, 0), "Swift.Bool": (.boolean, 1),
    "Swift.Int8": (.signed, 1), "Swift.Int16": (.signed, 2), "Swift.Int32": (.signed, 4),
    "Swift.Int64": (.signed, 8), "Swift.UInt8": (.unsigned, 1), "Swift.UInt16": (.unsigned, 2),
    "Swift.UInt32": (.unsigned, 4), "Swift.UInt64": (.unsigned, 8), "Swift.Float": (.float, 4),
    "Swift.Double": (.float, 8), "Swift.Int128": (.signed, 16), "Swift.UInt128": (.unsigned, 16),
    "Builtin.Int1": (.boolean, 1), "Builtin.Int8": (.unsigned, 1), "Builtin.Int16": (.unsigned, 2),
    "Builtin.Int32": (.unsigned, 4), "Builtin.Int64": (.unsigned, 8),
    "Builtin.Word": (.unsigned, 0),
  ]
}
