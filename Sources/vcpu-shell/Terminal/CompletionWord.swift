/// The choices that the Tab key offers.
enum Completion: Equatable {
  /// Words that can replace the word at the cursor. Those that do not begin with it are left out.
  case words([String])
  /// The same, and the symbols that begin with that word: there may be 100,000, so they are looked up by it.
  case wordsAndSymbols([String])
  /// File names.
  case fileNames

  /// The words without the symbols; nil for file names.
  var words: [String]? {
    switch self {
    case .words(let words), .wordsAndSymbols(let words): words
    case .fileNames: nil
    }
  }

  /// The same with other words before its own.
  func adding(_ others: [String]) -> Completion {
    switch self {
    case .words(let words): .words(others + words)
    case .wordsAndSymbols(let words): .wordsAndSymbols(others + words)
    case .fileNames: self
    }
  }
}

/// The word to complete: the text from the last break to the cursor.
///
/// `$`, `.` and `:` belong to a word (`$esr_el2.ec`, `hv:vmexit_trampoline`). So do `-` and `/`, for `mmio-write` and
/// paths, unless a register follows: in `$x0-$x` the word is `$x`.
struct CompletionWord: Equatable {
  /// Where the word begins, in characters from 0.
  let start: Int
  /// The text up to the cursor.
  let text: String

  /// - Parameter line: the line up to the cursor.
  init(endOf line: String) {
    let breaks = Self.breakCharacters(for: line)
    let characters = Array(line)
    let last = characters.lastIndex { breaks.contains($0) }
    start = last.map { $0 + 1 } ?? 0
    text = String(characters[start...])
  }

  /// The characters that always end a word.
  static let breakCharacters = " \t\n\"'`()+*%&|^<>=!~?,;{}[]"

  /// The characters that end a word in this line.
  static func breakCharacters(for line: String) -> String {
    subtractsRegister(line) ? breakCharacters + "-/" : breakCharacters
  }

  /// Whether the last word of the line, by the common breaks, has a register after `-` or `/`.
  static func subtractsRegister(_ line: String) -> Bool {
    let word = line.reversed().prefix { !breakCharacters.contains($0) }
    // Backwards, "-$" is "$" and then "-".
    return zip(word, word.dropFirst()).contains { $0 == "$" && ($1 == "-" || $1 == "/") }
  }
}
