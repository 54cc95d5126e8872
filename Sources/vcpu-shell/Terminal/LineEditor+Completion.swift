internal import CReadline
internal import Glibc

extension LineEditor {
  /// Gives readline the callbacks for Tab.
  func installCompletion() {
    unsafe creadline_set_completion(
      { text, start, end in
        guard let text = unsafe text, let editor = unsafe LineEditor.current else { return nil }
        return unsafe editor.matches(text, start: Int(start), end: Int(end))
      },
      {
        let line = LineEditor.lineUpToCursor
        return unsafe CompletionWord.subtractsRegister(line)
          ? LineEditor.breaksWithMinus : LineEditor.breaks
      })
  }

  /// readline's list of matches, allocated as it wants it; nil for none.
  private func matches(
    _ text: UnsafePointer<CChar>, start: Int, end: Int
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let line = unsafe creadline_line().map { unsafe String(cString: $0) } ?? ""
    let word = unsafe String(cString: text)
    let wordStart = String(decoding: line.utf8.prefix(start), as: UTF8.self).count
    guard case .words(let words) = complete(line, wordStart, word) else {
      creadline_set_completion_over(0)
      return nil
    }
    // Otherwise readline falls back to the names of files.
    creadline_set_completion_over(1)
    let fitting = words.filter { $0.hasPrefix(word) }
    creadline_set_append_character(Self.appendCharacter(after: fitting))
    candidates = fitting[...]
    return unsafe rl_completion_matches(text) { _, _ in
      let candidate = unsafe LineEditor.current?.candidates.popFirst()
      return unsafe candidate.flatMap { unsafe strdup($0) }
    }
  }

  /// A space ends a completed word, unless the word wants to go on: `$esr_el2.`, `hv:`.
  static func appendCharacter(after words: [String]) -> Int32 {
    guard let last = words.first?.last, words.count == 1, ".:/=".contains(last) else {
      return Int32(UInt8(ascii: " "))
    }
    return 0
  }

  static var lineUpToCursor: String {
    guard let line = unsafe creadline_line() else { return "" }
    let bytes = unsafe String(cString: line).utf8.prefix(Int(creadline_point()))
    return String(decoding: bytes, as: UTF8.self)
  }

  // readline keeps these pointers, so they live as long as the process.
  @unsafe nonisolated(unsafe) private static let breaks =
    unsafe strdup(CompletionWord.breakCharacters)
  @unsafe nonisolated(unsafe) private static let breaksWithMinus =
    unsafe strdup(CompletionWord.breakCharacters + "-/")
}
