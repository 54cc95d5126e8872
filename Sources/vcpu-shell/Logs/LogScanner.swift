/// A value of a register, as a log has it.
struct LogValue: Equatable, Sendable {
  let register: LogRegister
  /// The value; nil if the log has only a symbol.
  let value: UInt64?
  /// The symbol that the log gives for a code address: `__arm_smccc+0x10`.
  var symbol: String?
  /// Whether only blanks are between the name and the value.
  var isUnmarked = false

  /// The symbol without the size of its function: `handle_fault+0x20` of `handle_fault+0x20/0x80`.
  var symbolName: String? { symbol.map { String($0.prefix { $0 != "/" }) } }
}

/// Finds registers and their values in a line, whatever precedes them: time stamps, `(XEN)`, levels.
///
/// A value follows its name, with blanks, `:` or `=` between them: `ESR = 0x96000045`,
/// `x0 : 0000000000000010`, `HSR=0x93820007`, `pc=0x40001000,`, `@esr 0x…`, `ESR (DFSR): 0x…`. Some are in words:
/// `at virtual address 0000000000000010`.
struct LogScanner {
  private let line: [UInt8]
  private let words: [Range<Int>]
  private let phrase: LogPhrase

  /// - Parameters:
  ///   - line: a line without controls (`LogLine`).
  ///   - phrase: the phrases in the line.
  init(_ line: [UInt8], _ phrase: LogPhrase) {
    self.line = line
    self.phrase = phrase
    var words: [Range<Int>] = []
    var start: Int?
    for (index, byte) in line.enumerated() {
      if Self.isWord(byte) {
        if start == nil { start = index }
      } else if let begin = start {
        words.append(begin..<index)
        start = nil
      }
    }
    if let start { words.append(start..<line.count) }
    self.words = words
  }

  /// The values of the line, in order.
  var values: [LogValue] {
    var values: [LogValue] = []
    var index = 0
    guard !phrase.isOfHandler else { return [] }
    while index < words.count {
      let word = lowercased(words[index])
      if !phrase.excludes(word), !isAdverb(index),
        let register = phrase.register(of: word) ?? LogRegister(word: word),
        let found = value(after: index, of: register)
      {
        values.append(phrase.adjusted(found.value))
        index = found.next
      } else {
        index += 1
      }
    }
    if let instruction { values.append(instruction) }
    if let oops, !values.contains(where: { $0.register.kind == .syndrome }) {
      values.append(oops)
    }
    return values
  }

  /// Whether a word is the adverb: `blocks scanned so far: 20480000`.
  private func isAdverb(_ index: Int) -> Bool {
    guard index > 0, index + 1 < words.count, line[words[index]].elementsEqual("far".utf8) else {
      return false
    }
    let before = words[index - 1]
    guard line[before.upperBound..<words[index].lowerBound].allSatisfy({ $0 == 0x20 }) else {
      return false
    }
    let word = lowercased(before)
    if ["so", "as", "how", "too", "thus", "by"].contains(word) { return true }
    // A decimal number, preceded by a word of a sentence.
    return words[index + 1].count < 16 && line[words[index + 1]].allSatisfy(Self.isDecimal)
      && line[before].allSatisfy { !Self.isDecimal($0) }
      && !line[before].allSatisfy(Self.isHexadecimal)
  }

  // MARK: A name and its value

  private func value(
    after index: Int, of register: LogRegister
  ) -> (value: LogValue, next: Int)? {
    var next = index + 1
    guard next < words.count else { return nil }
    if let (value, next) = numberInBrackets(after: index) {
      return (LogValue(register: register, value: value, symbol: symbol(next)), next)
    }
    var gap = lowercased(words[index].upperBound..<words[next].lowerBound)
    // A second name in brackets: `ESR (DFSR): 0x…`.
    if gap.hasSuffix("("), next + 1 < words.count, line[words[next].upperBound] == UInt8(ascii: ")")
    {
      gap = lowercased(words[next].upperBound + 1..<words[next + 1].lowerBound)
      next += 1
    }
    guard let link = Link(gap) else { return nil }
    if let number = number(words[next], link) {
      // QEMU's `ESR 0x25/0x96000045` has the exception class first.
      if register.kind == .syndrome, next + 1 < words.count,
        line[words[next].upperBound..<words[next + 1].lowerBound].elementsEqual("/".utf8),
        let whole = self.number(words[next + 1], link)
      {
        return (LogValue(register: register, value: whole), next + 2)
      }
      let value = LogValue(
        register: register, value: number, symbol: symbol(next + 1), isUnmarked: !link.isMark)
      return (value, next + 1)
    }
    // A kernel shows a symbol instead of the address: `pc : handle_fault+0x20/0x80`.
    guard register.kind == .counter, link.isMark, let symbol = symbol(next) else { return nil }
    return (LogValue(register: register, value: nil, symbol: symbol), next + 1)
  }

  /// A number in brackets, with or without the name of its type before them: `ESR_EL2 (0x96000045)`,
  /// `esr=EsrEl2(0x96000045)`.
  private func numberInBrackets(after index: Int) -> (value: UInt64, next: Int)? {
    var next = index + 1
    var gap = lowercased(words[index].upperBound..<words[next].lowerBound)
    if next + 1 < words.count, Link(gap)?.isMark == true,
      line[words[next].upperBound..<words[next + 1].lowerBound].elementsEqual("(".utf8)
    {
      let type = lowercased(words[next])
      let name = lowercased(words[index]).prefix { $0 != "_" }
      guard type.hasPrefix(name) || type.contains("addr") else { return nil }
      gap += "("
      next += 1
    }
    let end = words[next].upperBound
    guard gap.last == "(", gap == "(" || Link(String(gap.dropLast())) != nil,
      end < line.count, line[end] == UInt8(ascii: ")"), isPrefixed(words[next]),
      let value = number(words[next], Link(isMark: true))
    else { return nil }
    return (value, next + 1)
  }

  /// The text between a name and its value.
  private struct Link {
    /// Whether it is more than blanks.
    let isMark: Bool

    init(isMark: Bool) { self.isMark = isMark }

    init?(_ gap: String) {
      let marks = gap.filter { $0 != " " }
      guard ["", ":", "=", ":=", "[<", ":[<", "=[<"].contains(marks), !gap.isEmpty else {
        return nil
      }
      isMark = !marks.isEmpty
    }
  }

  private func isPrefixed(_ word: Range<Int>) -> Bool {
    word.count > 2 && line[word.lowerBound] == UInt8(ascii: "0")
      && line[word.lowerBound + 1] | 0x20 == UInt8(ascii: "x")
  }

  /// A word's number: with 0x, or with at least 8 digits, all hexadecimal. If the digits could be decimal, there must
  /// be as many as programs pad to, 8 or 16: `esr = 2449473543` is not hexadecimal.
  private func number(_ word: Range<Int>, _ link: Link) -> UInt64? {
    var digits = line[word]
    let isPrefixed = isPrefixed(word)
    // Rust separates groups of digits: `0x9600_0045`.
    if isPrefixed { digits = digits.dropFirst(2).filter { $0 != UInt8(ascii: "_") }[...] }
    guard (1...16).contains(digits.count), digits.allSatisfy(Self.isHexadecimal) else { return nil }
    if !isPrefixed {
      // `pc : facade01+0x10` is a symbol.
      let end = word.upperBound
      if end < line.count, line[end] == UInt8(ascii: "+") || line[end] == UInt8(ascii: ".") {
        return nil
      }
      let isPadded = digits.count == 8 || digits.count == 16
      guard isPadded || link.isMark && digits.count > 8 && !digits.allSatisfy(Self.isDecimal)
      else { return nil }
    }
    return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// The symbol that begins with a word, with its offset: `name+0x10/0x20`, `name+0x10`; nil if there is none.
  private func symbol(_ index: Int) -> String? {
    guard index < words.count else { return nil }
    var end = words[index].lowerBound
    // Only blanks and brackets are between it and the address before it.
    if index > 0 {
      let gap = line[words[index - 1].upperBound..<end]
      guard gap.allSatisfy({ " >]:=<[!".utf8.contains($0) }) else { return nil }
    }
    while end < line.count, Self.isWord(line[end]) || ".$@".utf8.contains(line[end]) { end += 1 }
    guard end < line.count, line[end] == UInt8(ascii: "+"), end > words[index].lowerBound else {
      return nil
    }
    end += 1
    let offset = end
    while end < line.count, Self.isWord(line[end]) { end += 1 }
    guard end > offset else { return nil }
    return String(decoding: line[words[index].lowerBound..<end], as: UTF8.self)
  }

  // MARK: Others

  /// The word in brackets at the end of `Code: d2800013 (b9000274)`, which is the instruction at PC.
  private var instruction: LogValue? {
    guard let first = words.first(where: { lowercased($0) == "code" }),
      first.upperBound < line.count, line[first.upperBound] == UInt8(ascii: ":"),
      let word = words.last(where: { word in
        word.count == 8 && word.lowerBound > first.upperBound
          && line[word.lowerBound - 1] == UInt8(ascii: "(")
          && line[word].allSatisfy(Self.isHexadecimal)
      }),
      let value = UInt64(String(decoding: line[word], as: UTF8.self), radix: 16)
    else { return nil }
    return LogValue(register: LogRegister(kind: .instruction), value: value)
  }

  /// Linux's `Internal error: Oops - BUG: 00000000f2000800 [#1] SMP`: the number before the bracket.
  private var oops: LogValue? {
    guard phrase.isOops else { return nil }
    for index in words.indices.dropLast() {
      let gap = line[words[index].upperBound..<words[index + 1].lowerBound]
      guard gap.elementsEqual(" [#".utf8), words[index].count >= 8,
        line[words[index]].allSatisfy(Self.isHexadecimal),
        let value = UInt64(String(decoding: line[words[index]], as: UTF8.self), radix: 16)
      else { continue }
      return LogValue(register: LogRegister(kind: .syndrome), value: value)
    }
    return nil
  }

  private func lowercased(_ range: Range<Int>) -> String {
    String(decoding: line[range], as: UTF8.self).lowercased()
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isDecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
