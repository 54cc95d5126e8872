/// What `ptype` says of Swift's enumerations.
enum SwiftTypeText {
  static func text(_ type: DebugType, _ part: AggregateType.VariantPart) -> String {
    let cases = part.variants.compactMap(\.members.first).map { member -> String in
      let name = member.name ?? "?"
      if case .void = member.type.kind { return name }
      return "\(name)(\(member.type.name))"
    }
    return "enum \(type.tagless) {\n" + cases.map { "    case \($0)\n" }.joined() + "}"
  }
}
