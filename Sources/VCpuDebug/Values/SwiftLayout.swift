/// Where the members of a Swift structure are: one after the other, each at its alignment (swift/docs/ABI/TypeLayout.rst,
/// "Struct and tuple layout").
///
/// Swift 6.3 writes other offsets into its debug information: each member begins at the alignment of the one before. The
/// structure's size tells which are right.
enum SwiftLayout {
  /// The members with the places that they have; unchanged if the type of one of them isn't known enough.
  static func corrected(
    _ members: [AggregateType.Member], byteCount: UInt64?
  ) -> [AggregateType.Member] {
    guard let byteCount, !members.isEmpty else { return members }
    var end: UInt64 = 0
    var result: [AggregateType.Member] = []
    for member in members {
      guard case .offset = member.place, let size = member.type.byteCount, size < 1 << 32,
        let alignment = alignment(member.type, depth: 0)
      else { return members }
      let start = (end + alignment - 1) / alignment * alignment
      end = start + size
      result.append(
        AggregateType.Member(
          name: member.name, type: member.type, place: .offset(start),
          isBaseClass: member.isBaseClass, isArtificial: member.isArtificial))
    }
    return end == byteCount ? result : members
  }

  private static func alignment(_ type: DebugType, depth: Int) -> UInt64? {
    guard depth < 16 else { return nil }
    let type = type.stripped
    switch type.kind {
    case .pointer, .function: return UInt64(type.layout.addressByteCount)
    case .base, .enumeration: return power(type.byteCount)
    case .array(let array): return alignment(array.element, depth: depth + 1)
    case .aggregate(let aggregate):
      if SwiftValues.isScalar(type) { return power(aggregate.byteCount) }
      if type.ownName == "Optional", let parameter = type.entry?.firstTypeParameter,
        let program = type.program
      {
        return alignment(program.typeOf(parameter), depth: depth + 1)
      }
      if let part = aggregate.variants {
        return greatest(
          part.variants.flatMap(\.members).map(\.type).filter {
            if case .void = $0.kind { false } else { true }
          }, depth)
      }
      if aggregate.members.isEmpty { return aggregate.byteCount == 0 ? 1 : nil }
      return greatest(aggregate.members.map(\.type), depth)
    default: return nil
    }
  }

  private static func greatest(_ types: [DebugType], _ depth: Int) -> UInt64? {
    var result: UInt64 = 1
    for type in types.prefix(256) {
      guard let alignment = alignment(type, depth: depth + 1) else { return nil }
      result = max(result, alignment)
    }
    return result
  }

  private static func power(_ size: UInt64?) -> UInt64? {
    guard let size, [1, 2, 4, 8, 16].contains(size) else { return nil }
    return size
  }
}
