/// A function with code, or one inlined copy of a function, as the debug information describes it.
struct DebugFunction: Equatable, Sendable {
  /// Where its entry is in `.debug_info`: its identity.
  let offset: UInt64
  /// Its name in the source; nil for code without one.
  let name: String?
  /// The namespaces, modules and types that it is declared in, the outermost first.
  let scope: [String]
  /// The name of its symbol, if the debug information has it.
  let linkageName: String?
  /// Whether it is an inlined copy.
  let isInlined: Bool
  /// Its code, in the order of the debug information. Never empty.
  let ranges: [Range<UInt64>]
  /// Where it is entered.
  let entry: UInt64
  /// For an inlined copy, where it is called; nil if that isn't known.
  let call: SourceLocation?
  /// Where it is declared; nil if that isn't known.
  let declaration: SourceLocation?

  /// `ns::Type::f`; nil for code without a name.
  var qualifiedName: String? { name.map { (scope + [$0]).joined(separator: "::") } }

  /// Whether it has code at an address.
  func contains(_ address: UInt64) -> Bool { ranges.contains { $0.contains(address) } }

  /// Whether a name is this function's: its symbol's, its whole name, or the end of that (`Type::f`, `Type.f`, `f`).
  func isNamed(_ wanted: String) -> Bool {
    if wanted == linkageName || wanted == name { return true }
    guard let name else { return false }
    let parts = Self.components(of: wanted)
    return parts.last.map { $0 == name } ?? false
      && scope.suffix(parts.count - 1).elementsEqual(parts.dropLast())
  }

  /// The parts of a name between `::` and `.`. Characters inside of brackets don't separate.
  static func components(of name: String) -> [String] {
    var parts = [""]
    var depth = 0
    var previous: Character = " "
    for character in name {
      switch character {
      case "(", "<", "[": depth += 1
      case ")", "]": depth -= 1
      case ">" where previous != "-": depth -= 1
      case "." where depth == 0:
        parts.append("")
        previous = " "
        continue
      case ":" where depth == 0 && previous == ":":
        parts[parts.count - 1].removeLast()
        parts.append("")
        previous = " "
        continue
      default: break
      }
      parts[parts.count - 1].append(character)
      previous = character
    }
    return parts
  }
}
