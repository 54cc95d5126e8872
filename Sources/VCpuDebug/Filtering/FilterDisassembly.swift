internal import ArmVCpu

/// A filter's program as text, for debugging.
public enum FilterDisassembly {
  /// A line for each operation: the number of its word, its name and its operands. Jumps have the number of the word
  /// that they lead to, and words that aren't an operation are shown as numbers.
  public static func lines(_ words: [UInt64]) -> [String] {
    var lines: [String] = []
    var index = 0
    while index < words.count {
      let word = FilterWord(rawValue: words[index])
      let next = index + 1 < words.count ? words[index + 1] : nil
      let line =
        word.operation.map { text(of: $0, word, next: next, index) } ?? hexadecimal(word.rawValue)
      let number = String(index)
      let padding = String(repeating: " ", count: max(0, 3 - number.count))
      lines.append("\(padding)\(number)  \(line)")
      index += word.operation == .wideConstant ? 2 : 1
    }
    return lines
  }

  private static func text(
    of operation: FilterOperation, _ word: FilterWord, next: UInt64?, _ index: Int
  ) -> String {
    switch operation {
    case .constant: "\(operation) \(word.immediate)"
    case .wideConstant: "\(operation) \(next.map(hexadecimal) ?? "without a number")"
    case .field: "\(operation) \(ExitField(rawValue: word.a).map { "\($0)" } ?? "\(word.a)")"
    case .gpr: "\(operation) \(word.a)"
    case .register:
      "\(operation) \(FilterRegister(rawValue: word.a).map { "\($0.name)" } ?? "\(word.a)")"
    case .extend: "\(operation) \(word.a)\(word.b == 0 ? "" : " signed")"
    case .bits: "\(operation) \(word.a):\(word.b)"
    case .jumpIfFalse, .jumpIfTrue, .popAndJumpIfFalse, .jump:
      "\(operation) \(Int64(index) + 1 + word.immediate)"
    default: "\(operation)"
    }
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    "0x" + String(number, radix: 16)
  }
}
