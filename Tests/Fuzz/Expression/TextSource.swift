/// Makes a text from a number.
struct TextSource {
  private var state: UInt64

  init(seed: UInt64, number: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 &+ number &* 0xbf58_476d_1ce4_e5b9 | 1
    for _ in 0..<3 { _ = next() }
  }

  private mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }

  private mutating func below(_ limit: Int) -> Int { Int(next() >> 1) % limit }

  mutating func text() -> String {
    switch below(4) {
    case 0: pieces()
    case 1: String(decoding: noise(below(24)), as: UTF8.self)
    case 2: changed(Self.examples[below(Self.examples.count)])
    default: below(4) > 0 ? expression(6) : "$n " + ["=", "+=", "<<="][below(3)] + expression(4)
    }
  }

  private mutating func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 20) }
  }

  private mutating func pieces() -> String {
    (0..<below(16)).map { _ in Self.pieces[below(Self.pieces.count)] }.joined()
  }

  /// A text with some of its bytes replaced, removed or doubled.
  private mutating func changed(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...below(3) where !bytes.isEmpty {
      let index = below(bytes.count)
      switch below(4) {
      case 0: bytes[index] = noise(1)[0]
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[below(bytes.count)], at: index)
      default:
        let piece = Array(Self.pieces[below(Self.pieces.count)].utf8)
        bytes.insert(contentsOf: piece, at: index)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An expression that most likely parses.
  private mutating func expression(_ depth: Int) -> String {
    guard depth > 0, below(5) > 0 else { return Self.operands[below(Self.operands.count)] }
    switch below(8) {
    case 0: return "(" + expression(depth - 1) + ")"
    case 1:
      return ["-", "~", "!", "+", "*", "(int8_t)", "*(uint16_t *)"][below(7)] + "("
        + expression(depth - 1) + ")"
    case 2: return "(" + expression(depth - 1) + ")[\(below(66)):\(below(66))]"
    case 3:
      return expression(depth - 1) + "?" + expression(depth - 1) + ":" + expression(depth - 1)
    default:
      return expression(depth - 1) + Self.operators[below(Self.operators.count)]
        + expression(depth - 1)
    }
  }

  private static let operands = [
    "0", "1", "63", "64", "-1", "9223372036854775807", "9223372036854775808", "0xffffffffffffffff",
    "1u", "'a'", "'\\xff'", "$x0", "$n", "$s", "$esr.ec", "$", "$$2", "main", "(hv:4)",
    "mmio-write",
    "(-9223372036854775807-1)", "(int8_t)-1",
  ]
  private static let operators = [
    "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&", "|", "^", "&&", "||", "<<",
    ">>",
  ].map { " \($0) " }
  private static let pieces =
    operands + operators + [
      "(", ")", "[", "]", "[3:0]", "?", ":", "hv:", "pa:", "guest:", "'", "\\", ".", "$", "$$",
      "0x",
      "++", "--", "=", "+=", "<<=", "*=", "(uint32_t *)", "(unsigned", " long)", "(char)", "*", "&",
      "&main", "~", "!", " ", "\t", "\u{0}", "\r\n", "\u{301}", "🜂", "99999999999999999999",
    ]
  private static let examples = [
    "$x0 + 1 == 5 && *(uint32_t *)(hv:0x1000) != 0", "$esr.ec == 0x16 ? $x0[31:26] : -1",
    "(int64_t)$x0 < 0 || $exit.kind == mmio-write", "$n += 1", "$n++", "*(int8_t *)$x0 = -5",
    "hv:0x40080000 + 8", "$x0[63:0] >> 4 & ~0xfffu", "(unsigned long long)-1 / 3 % 7l",
    "main + 4 * ('a' - '\\n')", "$$3 - $1 << 2", "guest:main = 0b10_1010",
  ]
}
