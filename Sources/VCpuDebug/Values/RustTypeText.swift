/// What `ptype` says of Rust's structures and enumerations.
enum RustTypeText {
  static func text(_ type: DebugType, _ aggregate: AggregateType) -> String {
    let name = type.entry?.qualifiedName ?? "{...}"
    if let part = aggregate.variants {
      let variants = part.variants.compactMap { $0.members.first }.map { member -> String in
        let fields = members(member.type.stripped)
        let label = member.name ?? "?"
        if fields.isEmpty { return label }
        if isTuple(fields) {
          return "\(label)(\(fields.map { $0.type.name }.joined(separator: ", ")))"
        }
        return "\(label){\(fields.map(field).joined(separator: ", "))}"
      }
      return "enum \(name) {\n" + variants.map { "  \($0),\n" }.joined() + "}"
    }
    let keyword = aggregate.keyword == .union ? "union" : "struct"
    let fields = members(type)
    if fields.isEmpty { return "\(keyword) \(name)" }
    if isTuple(fields) {
      let front = name.first == "(" ? "" : "\(keyword) \(name) "
      return front + "(\n" + fields.map { "  \($0.type.name),\n" }.joined() + ")"
    }
    return "\(keyword) \(name) {\n" + fields.map { "  \(field($0)),\n" }.joined() + "}"
  }

  static func text(_ type: DebugType, _ enumeration: EnumerationType) -> String {
    let values = enumeration.enumerators.map { "  \($0.name) = \(Int64(bitPattern: $0.value)),\n" }
    return "enum \(type.entry?.qualifiedName ?? "{...}") {\n" + values.joined() + "}"
  }

  private static func members(_ type: DebugType) -> [AggregateType.Member] {
    guard case .aggregate(let aggregate) = type.kind else { return [] }
    return aggregate.members.filter { !$0.isArtificial }
  }

  private static func field(_ member: AggregateType.Member) -> String {
    "\(member.name ?? "_"): \(member.type.name)"
  }

  private static func isTuple(_ fields: [AggregateType.Member]) -> Bool {
    fields.allSatisfy { $0.name?.hasPrefix("__") ?? false }
  }
}
