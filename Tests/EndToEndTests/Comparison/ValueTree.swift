/// The text of a value, taken apart: `{a = 1, b = {c = 2}}`.
indirect enum ValueTree: Equatable {
  /// Text without parts.
  case leaf(String)
  /// Members, those of an array without names.
  case record([(name: String, value: ValueTree)])

  static func == (one: ValueTree, other: ValueTree) -> Bool { one.text == other.text }

  init(_ text: String) {
    var rest = text[...]
    self = Self.read(&rest)
    // What follows a bracket belongs to a text of another kind.
    if !rest.isEmpty { self = .leaf(text) }
  }

  private static func read(_ rest: inout Substring) -> ValueTree {
    guard rest.first == "{" else { return .leaf(leaf(&rest)) }
    rest.removeFirst()
    var members: [(name: String, value: ValueTree)] = []
    while let first = rest.first, first != "}" {
      var name = ""
      if let range = rest.firstRange(of: #/^[A-Za-z_][A-Za-z0-9_]* = /#) {
        name = String(rest[range].dropLast(3))
        rest = rest[range.upperBound...]
      }
      members.append((name, read(&rest)))
      guard rest.hasPrefix(", ") else { break }
      rest.removeFirst(2)
    }
    if rest.first == "}" { rest.removeFirst() }
    return .record(members)
  }

  /// Up to a comma or the end of the structure that isn't in brackets or quotes.
  private static func leaf(_ rest: inout Substring) -> String {
    var depth = 0
    var quote: Character?
    var isEscaped = false
    var index = rest.startIndex
    scan: while index < rest.endIndex {
      let character = rest[index]
      if let open = quote {
        if !isEscaped, character == open { quote = nil }
        isEscaped = !isEscaped && character == "\\"
      } else {
        switch character {
        case "\"", "'": quote = character
        case "<", "(", "[": depth += 1
        case ">", ")", "]": depth -= 1
        case ",", "}": if depth <= 0 { break scan }
        default: break
        }
      }
      index = rest.index(after: index)
    }
    defer { rest = rest[index...] }
    return String(rest[..<index])
  }

  var text: String {
    switch self {
    case .leaf(let text): text
    case .record(let members):
      "{"
        + members.map { ($0.name.isEmpty ? "" : $0.name + " = ") + $0.value.text }
        .joined(separator: ", ") + "}"
    }
  }

  /// GDB doesn't know Swift: a number is a structure with a `_value` for it, and a byte is a character.
  var withoutWrappers: ValueTree {
    guard case .record(let members) = self else { return self }
    if members.count == 1, members[0].name == "_value", case .leaf(let text) = members[0].value {
      return .leaf(text.replacing(#/ '.*'$/#, with: ""))
    }
    return .record(members.map { ($0.name, $0.value.withoutWrappers) })
  }

  /// With other names for the symbols of its addresses: `0x40 <name+4>`.
  func naming(_ displayName: (String) -> String) -> ValueTree {
    switch self {
    case .leaf(let text):
      .leaf(
        text.replacing(#/<([^<>+ ]+)(\+[0-9]+)?>$/#) { match in
          "<\(displayName(String(match.1)))\(match.2 ?? "")>"
        })
    case .record(let members):
      .record(members.map { ($0.name, $0.value.naming(displayName)) })
    }
  }

  /// The parts that differ from another value's, with their paths.
  func differences(from other: ValueTree, at path: String) -> [(path: String, String, String)] {
    if self == other { return [] }
    guard case .record(let ours) = self, case .record(let theirs) = other,
      ours.map(\.name) == theirs.map(\.name)
    else { return [(path, text, other.text)] }
    return zip(ours, theirs).flatMap { our, their in
      our.value.differences(
        from: their.value, at: our.name.isEmpty ? path : path + "." + our.name)
    }
  }
}
