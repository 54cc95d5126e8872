internal import Foundation

/// Swift's values, as far as its debug information tells. Embedded Swift describes members and cases; hosted Swift
/// says nothing but names and sizes, of which those of the standard library are known.
struct SwiftValues {
  let reader: AggregateReader

  /// Nil if the type's members say all.
  func node(
    _ value: ProgramValue, _ type: DebugType, _ aggregate: AggregateType
  ) throws -> ValueNode? {
    guard let size = aggregate.byteCount else { return nil }
    // A variable of a generic type has a wrapper without a name.
    if type.ownName == nil, aggregate.members.count == 1,
      case .aggregate(let inner) = aggregate.members[0].type.stripped.kind, inner.members.isEmpty
    {
      return try unknown(value, aggregate.members[0].type.stripped, size)
    }
    let name = Self.typeName(type)
    if let known = try scalar(name, value, size) { return known }
    if type.ownName == "Optional", let parameter = type.entry?.firstTypeParameter,
      let program = type.program
    {
      let payload = program.typeOf(parameter)
      let cases = [("none", nil), ("some", payload)] as [(String, DebugType?)]
      return try SwiftEnumeration(cases: cases, byteCount: size).node(value, self)
        ?? unknown(value, type, size)
    }
    if let part = aggregate.variants {
      let cases = part.variants.compactMap(\.members.first).map { member -> (String, DebugType?) in
        if case .void = member.type.kind { return (member.name ?? "?", nil) }
        return (member.name ?? "?", member.type)
      }
      return try SwiftEnumeration(cases: cases, byteCount: size).node(value, self)
        ?? unknown(value, type, size)
    }
    if aggregate.members.isEmpty { return try unknown(value, type, size) }
    return nil
  }

  /// A part of a value, for the payload of a case.
  func part(_ value: ProgramValue, _ type: DebugType) -> ValueNode {
    reader.reader.node(value.part(type, at: 0), depth: reader.depth + 1, reader.budget)
  }

  /// A type of which only the name and the size are known.
  private func unknown(_ value: ProgramValue, _ type: DebugType, _ size: UInt64) throws -> ValueNode
  {
    let name = Self.typeName(type)
    if let payload = Self.optionalPayload(name), let count = Self.size(payload, value),
      UInt64(count) + 1 == size
    {
      let number = Self.type(payload, value, count)
      return try SwiftEnumeration(cases: [("none", nil), ("some", number)], byteCount: size)
        .node(value, self) ?? .optimizedOut
    }
    let bytes = try value.storage.bytes(size, in: value.scope.context, layout: value.layout)
    return try scalar(name, value, size)
      ?? .opaque(type: "Swift type \(Self.short(name))", bytes: bytes)
  }

  private func scalar(_ name: String, _ value: ProgramValue, _ size: UInt64) throws -> ValueNode? {
    guard let count = Self.size(name, value), UInt64(count) == size else { return nil }
    return part(value, Self.type(name, value, count))
  }

  // MARK: Names

  /// Whether a type is a number of the standard library, or an optional one in a wrapper.
  static func isScalar(_ type: DebugType) -> Bool { scalars[typeName(type)] != nil }

  private static func type(_ name: String, _ value: ProgramValue, _ count: Int) -> DebugType {
    let (encoding, _) = scalars[name] ?? (.unsigned, 0)
    return DebugType(
      .base(BaseType(encoding: encoding, byteCount: count)), layout: value.layout)
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

  /// The demangled name of a type, with its module.
  private static func typeName(_ type: DebugType) -> String {
    SwiftDemangler.declaration(of: type.entry?.linkageName ?? type.ownName ?? "")
  }

  /// Without the standard library's name.
  static func short(_ name: String) -> String {
    name.replacingOccurrences(of: "Swift.", with: "")
  }

  /// The standard library's numbers; 0 for the size of an address.
  private static let scalars: [String: (BaseType.Encoding, Int)] = [
    "Swift.Int": (.signed, 0), "Swift.UInt": (.unsigned, 0), "Swift.Bool": (.boolean, 1),
    "Swift.Int8": (.signed, 1), "Swift.Int16": (.signed, 2), "Swift.Int32": (.signed, 4),
    "Swift.Int64": (.signed, 8), "Swift.UInt8": (.unsigned, 1), "Swift.UInt16": (.unsigned, 2),
    "Swift.UInt32": (.unsigned, 4), "Swift.UInt64": (.unsigned, 8), "Swift.Float": (.float, 4),
    "Swift.Double": (.float, 8), "Swift.Int128": (.signed, 16), "Swift.UInt128": (.unsigned, 16),
  ]
}
