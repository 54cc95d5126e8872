internal import CElfutils
internal import Foundation

extension ProgramTypes {
  /// The type with a name: `struct x`, `union x`, `enum x`, `class x`, a typedef, a base type in any of C's spellings,
  /// `ns::T`, `crate::T`. Without pointers and arrays, which are an expression's.
  ///
  /// - Parameter address: where a name is looked up first: in the unit of this address of the file.
  func type(named text: String, at address: UInt64? = nil) -> DebugType? {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first else { return nil }
    let keywords = [
      "struct": [DW_TAG_structure_type, DW_TAG_class_type], "union": [DW_TAG_union_type],
      "class": [DW_TAG_class_type, DW_TAG_structure_type], "enum": [DW_TAG_enumeration_type],
    ]
    if let tags = keywords[first], words.count > 1 {
      return lookup(words.dropFirst().joined(separator: " "), .tag, at: address) {
        tags.contains($0.tag)
      }
    }
    if words == ["void"] { return DebugType(.void, layout: layout) }
    let name = words.joined(separator: " ")
    if let found = lookup(name, .ordinary, at: address, where: { _ in true })
      ?? lookup(name, .tag, at: address, where: { _ in true })
    {
      return found
    }
    return integer(words)
  }

  /// C's integer types have one name in debug information, and several in a program.
  private func integer(_ words: [String]) -> DebugType? {
    guard let named = CIntegerName(words) else { return nil }
    for name in named.spellings {
      if let found = lookup(name, .ordinary, at: nil, where: { $0.tag == DW_TAG_base_type }) {
        return found
      }
    }
    let size = named.byteCount(layout)
    let encoding: BaseType.Encoding =
      switch (named.isCharacter, named.isSigned) {
      case (true, true): .signedCharacter
      case (true, false): .unsignedCharacter
      case (false, true): .signed
      case (false, false): .unsigned
      }
    return DebugType(.base(BaseType(encoding: encoding, byteCount: size)), layout: layout)
  }

  private func lookup(
    _ name: String, _ space: NameIndex.Space, at address: UInt64?,
    where isWanted: (DebugEntry) -> Bool
  ) -> DebugType? {
    let last = Self.lastComponent(name)
    func matches(_ entry: DebugEntry) -> Bool {
      guard isWanted(entry) else { return false }
      if last == name { return true }
      guard let full = entry.qualifiedName else { return false }
      return full == name || full.hasSuffix("::" + name) || full.hasSuffix("." + name)
    }
    if let address, let unit = information.unit(at: address), last == name,
      let own = ownType(name, space, inUnitAt: unit.offset, where: isWanted)
    {
      return own
    }
    index.finish()
    return index.entries(named: last, in: space).first(where: matches).map { type($0) }
  }

  /// A unit's own type, which can have the name of another one elsewhere.
  private func ownType(
    _ name: String, _ space: NameIndex.Space, inUnitAt offset: UInt64,
    where isWanted: (DebugEntry) -> Bool
  ) -> DebugType? {
    var found: DebugType?
    information.debugEntry(at: offset)?.forEachChild { child in
      if space.tags.contains(child.tag), !child.isDeclaration, isWanted(child), child.name == name {
        found = type(child)
      }
      return found == nil
    }
    return found
  }

  /// What is after the last `::` or `.` outside of brackets: `b::Option<c::T>` is named `Option<c::T>`.
  static func lastComponent(_ name: String) -> String {
    var depth = 0
    var start = name.startIndex
    var index = name.startIndex
    while index < name.endIndex {
      switch name[index] {
      case "<", "(", "[": depth += 1
      case ">", ")", "]": depth -= 1
      case ":" where depth == 0 && name[index...].hasPrefix("::"):
        index = name.index(after: index)
        start = name.index(after: index)
      case "." where depth == 0: start = name.index(after: index)
      default: break
      }
      index = name.index(after: index)
    }
    return String(name[start...])
  }
}

extension NameIndex.Space {
  /// The tags of entries in the space.
  var tags: [Int] {
    switch self {
    case .tag:
      [DW_TAG_structure_type, DW_TAG_class_type, DW_TAG_union_type, DW_TAG_enumeration_type]
    case .ordinary:
      [DW_TAG_typedef, DW_TAG_base_type, DW_TAG_unspecified_type, DW_TAG_pointer_type]
    case .variable: [DW_TAG_variable]
    }
  }
}
