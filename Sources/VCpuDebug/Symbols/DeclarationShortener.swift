/// Shortens what the runtime's demangler prints, which names every module and every type.
///
/// Works on the text because the runtime offers no simplified form. Text that it doesn't understand
/// is left unchanged: a long name is better than a wrong one.
enum DeclarationShortener {
  static func shorten(_ text: String) -> String {
    var rest = Array(text)
    while let stripped = withoutSpecialization(rest) { rest = stripped }
    rest = withoutPrivateContexts(rest)
    // "closure #1 (Int) -> () in A.run() -> ()": each declaration is shortened for itself.
    let parts = split(rest, at: Array(" in "))
    let shortened = parts.prefix { !$0.starts(with: Array("conformance ")) }.map(declaration)
    let result = shortened.joined(separator: " in ")
    return result.isEmpty ? text : result
  }

  /// Drops one leading `generic specialization <…> of `, `inlined generic function <…> of ` or `merged `; nil when there is none.
  private static func withoutSpecialization(_ text: [Character]) -> [Character]? {
    if text.starts(with: "merged ") { return Array(text.dropFirst("merged ".count)) }
    let marker = Array("specialization <")
    if text.starts(with: "inlined generic function <"),
      let end = firstIndex(of: Array("> of "), in: text[...])
    {
      return Array(text[(end + 5)...])
    }
    guard text.starts(with: "generic ") || text.starts(with: "function signature "),
      let start = firstIndex(of: marker, in: text[...])
    else { return nil }
    // Propagated closures leave brackets unbalanced inside, so the end is found by its text.
    guard let end = firstIndex(of: Array("> of "), in: text[(start + marker.count)...]) else {
      return nil
    }
    return Array(text[(end + 5)...])
  }

  /// `(secret in _8F2B…)`, a private name with its file's discriminator, becomes `secret`.
  private static func withoutPrivateContexts(_ text: [Character]) -> [Character] {
    var result: [Character] = []
    var index = 0
    while index < text.count {
      if text[index] == "(" {
        var end = index + 1
        while end < text.count, text[end] != " ", text[end] != ")", text[end] != "(" { end += 1 }
        if text[end...].starts(with: " in _"), let close = text[end...].firstIndex(of: ")") {
          result += text[(index + 1)..<end]
          index = close + 1
          continue
        }
      }
      result.append(text[index])
      index += 1
    }
    return result
  }

  private static func declaration(_ text: [Character]) -> String {
    var text = split(split(text, at: Array(" : "))[0], at: Array(" -> "))[0]
    if text.starts(with: "(extension in "), let colon = firstIndex(of: Array("):"), in: text[...]) {
      text = Array(text[(colon + 2)...])
    }
    let scan = outermost(text)
    guard let open = scan.firstIndex(where: { $0.character == "(" }) else {
      return withoutModules(withoutGenerics(text))
    }
    let openIndex = scan[open].index
    let close = scan[open...].first { $0.character == ")" }?.index ?? text.count
    let head = withoutModules(withoutGenerics(Array(text[..<openIndex])))
    // "closure #1 (Int)" is a type, not a list of arguments.
    if head.hasSuffix(" ") { return String(head.dropLast()) }
    return head + labels(Array(text[(openIndex + 1)..<close]))
  }

  /// `(_: Swift.Int, width: Swift.Int)` becomes `(_:width:)`.
  private static func labels(_ arguments: [Character]) -> String {
    if arguments.isEmpty { return "()" }
    let labels = split(arguments, at: Array(", ")).map { argument -> String in
      let label = argument.prefix { isIdentifier($0) }
      return argument.dropFirst(label.count).starts(with: ": ") ? String(label) + ":" : "_:"
    }
    return "(" + labels.joined() + ")"
  }

  /// `A.VCpu<B>.f<C>` becomes `A.VCpu.f`.
  private static func withoutGenerics(_ text: [Character]) -> [Character] {
    outermost(text).filter { $0.character != "<" && $0.character != ">" || !$0.isBracket }
      .map(\.character)
  }

  /// Drops the module before each dotted word: `static Hypervisor.VCpu.run`.
  private static func withoutModules(_ text: [Character]) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
      guard let dot = word.firstIndex(of: "."), dot > word.startIndex,
        word[..<dot].allSatisfy(isIdentifier), dot + 1 < word.endIndex
      else { return String(word) }
      return String(word[(dot + 1)...])
    }
    return words.joined(separator: " ")
  }

  // MARK: Scanning

  private struct Position {
    let index: Int
    let character: Character
    let isBracket: Bool
  }

  /// The characters outside all brackets, with the outermost brackets themselves. `<` counts as a
  /// bracket only after an identifier, so that operators and arrows don't count.
  private static func outermost(_ text: [Character]) -> [Position] {
    var depth = 0
    var angles = 0
    var found: [Position] = []
    for (index, character) in text.enumerated() {
      let previous: Character? = index > 0 ? text[index - 1] : nil
      switch character {
      case "<" where previous.map(isIdentifier) ?? false: angles += 1
      case "(", "[": break
      case ">" where angles > 0 && previous != "-":
        angles -= 1
        depth -= 1
        if depth == 0 {
          found.append(Position(index: index, character: character, isBracket: true))
        }
        continue
      case ")" where depth > 0, "]" where depth > 0:
        depth -= 1
        if depth == 0 {
          found.append(Position(index: index, character: character, isBracket: true))
        }
        continue
      default:
        if depth == 0 {
          found.append(Position(index: index, character: character, isBracket: false))
        }
        continue
      }
      if depth == 0 { found.append(Position(index: index, character: character, isBracket: true)) }
      depth += 1
    }
    return found
  }

  /// Splits at separators outside all brackets; the result is never empty.
  private static func split(_ text: [Character], at separator: [Character]) -> [[Character]] {
    var parts: [[Character]] = []
    var start = 0
    for position in outermost(text)
    where position.index >= start && text[position.index...].starts(with: separator) {
      parts.append(Array(text[start..<position.index]))
      start = position.index + separator.count
    }
    parts.append(Array(text[start...]))
    return parts
  }

  private static func firstIndex(of part: [Character], in text: ArraySlice<Character>) -> Int? {
    text.indices.first { text[$0...].starts(with: part) }
  }

  private static func isIdentifier(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }
}
