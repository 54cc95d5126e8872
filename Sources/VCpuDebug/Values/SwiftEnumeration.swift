/// Which case a Swift enumeration's bytes are of. Debug information has the cases, but not how they are told apart:
/// that is Swift's own layout (swift/docs/ABI/TypeLayout.rst, "Enum Layout"). Layouts with spare bits and spare values of
/// a payload are only understood where the payload is a `Bool`.
struct SwiftEnumeration {
  /// The cases in order, with their payloads.
  let cases: [(name: String, payload: DebugType?)]
  let byteCount: UInt64

  /// Nil if the layout isn't one that is known.
  func node(_ value: ProgramValue, _ reader: SwiftValues) throws -> ValueNode? {
    let bytes = try value.storage.bytes(
      byteCount, in: value.scope.context, layout: value.layout)
    guard let index = index(bytes, value.layout) else { return nil }
    let chosen = cases[index]
    let isOptional = cases.map(\.name) == ["none", "some"]
    guard let payload = chosen.payload else {
      return .record(.init(style: .name, name: isOptional ? "nil" : "." + chosen.name, fields: []))
    }
    let node = reader.part(value, payload)
    // As Swift prints it.
    if isOptional { return node }
    return .record(
      .init(style: .tuple, name: "." + chosen.name, fields: [.init(name: nil, value: node)]))
  }

  private func index(_ bytes: [UInt8], _ layout: DataLayout) -> Int? {
    let payloads = cases.indices.filter { cases[$0].payload != nil }
    let others = cases.indices.filter { cases[$0].payload == nil }
    if payloads.isEmpty {
      if cases.count == 1, bytes.isEmpty { return 0 }
      guard (1...8).contains(bytes.count) else { return nil }
      return Int(exactly: layout.integer(bytes)).flatMap { $0 < cases.count ? $0 : nil }
    }
    let sizes = payloads.compactMap { cases[$0].payload?.byteCount }
    guard sizes.count == payloads.count, let size = sizes.max(), size < 1 << 16 else { return nil }
    if UInt64(bytes.count) == size + 1, let tag = bytes.last.map(Int.init) {
      // A byte after the payload: the number of the case with a payload, or, after those, of a group without.
      if tag < payloads.count { return payloads[tag] }
      guard tag == payloads.count else { return nil }
      let low = layout.integer(bytes.prefix(Int(min(size, 4))))
      return Int(exactly: low).flatMap { $0 < others.count ? others[$0] : nil }
    }
    guard payloads.count == 1, bytes.count == 1, UInt64(bytes.count) == size,
      cases[payloads[0]].payload?.ownName == "Bool"
    else { return nil }
    // The values that a `Bool` never has are the cases without a payload.
    if bytes[0] < 2 { return payloads[0] }
    return Int(bytes[0]) - 2 < others.count ? others[Int(bytes[0]) - 2] : nil
  }
}
