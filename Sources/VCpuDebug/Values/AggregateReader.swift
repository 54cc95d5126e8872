internal import GDBRemote

/// Structures and what languages make of them.
struct AggregateReader {
  let reader: ValueReader
  let budget: ValueReader.Budget
  let depth: Int

  func node(
    _ value: ProgramValue, _ type: DebugType, _ aggregate: AggregateType
  ) throws -> ValueNode {
    if type.entry?.isSwift == true,
      let known = try SwiftValues(reader: self).node(value, type, aggregate)
    {
      return known
    }
    guard !aggregate.isDeclaration else {
      guard let size = aggregate.byteCount else {
        return .error("incomplete type \(value.type.name)")
      }
      return .opaque(
        type: value.type.name,
        bytes: try value.storage.bytes(size, in: value.scope.context, layout: value.layout))
    }
    // One read for all of it. If that fails, its parts may still be read one by one.
    if let size = aggregate.byteCount, size > 0, size <= ValueStorage.readLimit,
      value.storage.isOneRead
    {
      _ = try? value.bytes()
    }
    if type.entry?.isRust == true {
      return try RustValues(reader: self).node(value, type, aggregate)
    }
    return .record(
      ValueNode.Record(
        style: .c, name: nil, fields: try fields(value, value.activeMembers(of: aggregate))))
  }

  func fields(_ value: ProgramValue, _ members: [AggregateType.Member]) -> [ValueNode.Field] {
    members.filter { if case .elsewhere = $0.place { false } else { true } }.map { member in
      let name = member.isBaseClass ? "<\(member.type.name)>" : member.name
      return ValueNode.Field(name: name, value: self.value(of: member, value))
    }
  }

  func value(of member: AggregateType.Member, _ value: ProgramValue) -> ValueNode {
    do {
      return reader.node(try value.value(of: member), depth: depth + 1, budget)
    } catch let error as ValueError {
      return error == .optimizedOut ? .optimizedOut : .error(error.description)
    } catch {
      return .error("\(error)")
    }
  }
}

extension ValueStorage {
  /// Whether all of it is read at once, rather than from several places.
  var isOneRead: Bool {
    switch location {
    case .memory, .register, .value: true
    default: false
    }
  }
}
