/// Rust's structures, tuples, enumerations, slices and strings.
struct RustValues {
  let reader: AggregateReader

  func node(
    _ value: ProgramValue, _ type: DebugType, _ aggregate: AggregateType
  ) throws -> ValueNode {
    let name = type.ownName ?? ""
    if let text = try text(value, name) { return text }
    if let elements = try slice(value, name, aggregate) { return elements }
    if let part = aggregate.variants {
      guard let variant = try value.activeVariant(of: part), let member = variant.members.first
      else { return .error("no alternative of \(name) has this discriminant") }
      return try alternative(member, of: name, value)
    }
    return record(
      value, aggregate.members, name: name.first == "(" ? nil : type.entry?.qualifiedName)
  }

  private func alternative(
    _ member: AggregateType.Member, of type: String, _ value: ProgramValue
  ) throws -> ValueNode {
    let short = Self.withoutGenerics(type)
    let variant = member.name ?? "?"
    let name = ["Option", "Result"].contains(short) ? variant : short + "::" + variant
    let payload = try value.value(of: member)
    guard case .aggregate(let fields) = member.type.stripped.kind else {
      return reader.reader.node(payload, depth: reader.depth + 1, reader.budget)
    }
    return record(payload, fields.members, name: name, isAlternative: true)
  }

  private func record(
    _ value: ProgramValue, _ members: [AggregateType.Member], name: String?,
    isAlternative: Bool = false
  ) -> ValueNode {
    let members = members.filter { !$0.isArtificial }
    let fields = reader.fields(value, members)
    if fields.isEmpty, let name { return .record(.init(style: .name, name: name, fields: [])) }
    let isTuple = members.allSatisfy { Self.isPosition($0.name) }
    return .record(.init(style: isTuple ? .tuple : .rust, name: name, fields: fields))
  }

  /// `__0`.
  private static func isPosition(_ name: String?) -> Bool {
    guard let name, name.hasPrefix("__") else { return false }
    return Int(name.dropFirst(2)) != nil
  }

  static func withoutGenerics(_ name: String) -> String {
    String(name.prefix { $0 != "<" })
  }

  /// `&str` and `String`.
  private func text(_ value: ProgramValue, _ name: String) throws -> ValueNode? {
    guard ["&str", "&mut str", "*const str", "*mut str", "String"].contains(name) else {
      return nil
    }
    let holder = name == "String" ? try value.member(named: "vec") : value
    guard let pointer = try? Self.dataPointer(holder),
      let length = try? holder.member(named: name == "String" ? "len" : "length").integer()
    else { return nil }
    let limit = reader.reader.elementLimit
    let used = min(length, limit)
    let bytes =
      used == 0
      ? [] : try value.scope.context.memory(at: try pointer.integer(), byteCount: Int(used))
    return .string(StringText().text(bytes, dropsTerminator: false, isCut: used < length))
  }

  /// `&[T]`, `&mut [T]`, `Box<[T]>` and `Vec<T>`.
  private func slice(
    _ value: ProgramValue, _ name: String, _ aggregate: AggregateType
  ) throws -> ValueNode? {
    let isVector = name.hasPrefix("Vec<")
    let isSlice =
      name.hasPrefix("&[") || name.hasPrefix("&mut [") || name.hasPrefix("*const [")
      || name.hasPrefix("*mut [") || name.hasPrefix("alloc::boxed::Box<[")
      || name.hasPrefix("Box<[")
    guard isVector || isSlice,
      let length = try? value.member(named: isVector ? "len" : "length").integer(),
      let pointer = try? Self.dataPointer(value), var element = pointer.type.stripped.target
    else { return nil }
    if isVector, let parameter = value.type.stripped.entry?.templateParameter(named: "T"),
      let program = value.type.stripped.program
    {
      element = program.typeOf(parameter)
    }
    let array = ProgramValue(
      type: element.array(count: length), address: try pointer.integer(), scope: value.scope)
    return reader.reader.node(array, depth: reader.depth, reader.budget)
  }

  /// The pointer to the contents: `data_ptr`, or the first pointer inside of a vector's buffer.
  private static func dataPointer(_ value: ProgramValue) throws -> ProgramValue {
    if let pointer = try? value.member(named: "data_ptr") { return pointer }
    var next = try value.member(named: "buf")
    for _ in 0..<12 {
      switch next.type.stripped.kind {
      case .pointer: return next
      case .aggregate(let aggregate):
        let names = ["inner", "ptr", "pointer"]
        guard
          let member = names.compactMap({ name in
            aggregate.members.first { $0.name == name }
          }).first
        else { throw ValueError.notPointer(type: next.type.name) }
        next = try next.value(of: member)
      default: throw ValueError.notPointer(type: next.type.name)
      }
    }
    throw ValueError.notPointer(type: next.type.name)
  }
}
