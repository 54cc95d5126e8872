import Foundation
import Testing

@testable import VCpuDebug

@Suite struct ParsingErrorTests {
  private static let operand = "a number, register, symbol or '('"

  @Test(
    arguments: [
      ("", .expected(operand, found: nil), 1),
      ("   ", .expected(operand, found: nil), 4),
      ("1 +", .expected(operand, found: nil), 4),
      ("1 + * ", .expected(operand, found: nil), 7),
      ("(1", .expected("')'", found: nil), 3),
      ("(1 2)", .expected("')'", found: "2"), 4),
      ("1)", .expected("an operator", found: ")"), 2),
      ("1 2", .expected("an operator", found: "2"), 3),
      ("x0 $x1", .expected("an operator", found: "$x1"), 4),
      ("1 ? 2", .expected("':' and the other branch", found: nil), 6),
      ("1 ? : 2", .expected(operand, found: ":"), 5),
      ("1 = 2", .expected("an operator", found: "="), 3),
      ("$ x0", .expected("an operator", found: "x0"), 3),
      ("$99999999999999999999", .numberTooLarge("99999999999999999999"), 1),
      ("$$99999999999999999999", .numberTooLarge("99999999999999999999"), 1),
      ("$x0.", .expected("a field's name", found: nil), 5),
      ("&5", .expected("a symbol after &", found: "5"), 2),
      ("1 + hv:2", .misplacedPrefix("hv"), 5),
      ("*hv:pa:2", .misplacedPrefix("pa"), 5),
      ("1 hv:2", .misplacedPrefix("hv"), 3),
      ("hv:pa:2", .misplacedPrefix("pa"), 4),
      ("12ab", .invalidNumber("12ab"), 1), ("1 + 0x", .invalidNumber("0x"), 5),
      ("09", .invalidNumber("09"), 1), ("0b12", .invalidNumber("0b12"), 1),
      ("0xfg", .invalidNumber("0xfg"), 1), ("0x", .invalidNumber("0x"), 1),
      ("0x10000000000000000", .numberTooLarge("0x10000000000000000"), 1),
      ("18446744073709551616", .numberTooLarge("18446744073709551616"), 1),
      ("1.5", .unexpectedCharacter("."), 2), ("1 # 2", .unexpectedCharacter("#"), 3),
      ("é", .unexpectedCharacter("é"), 1), ("\u{0}", .unexpectedCharacter("\u{0}"), 1),
      ("1 + 'abc", .unterminatedQuote, 5), ("'", .unterminatedQuote, 1),
      ("'\\'", .unterminatedQuote, 1),
      ("'\\", .unterminatedQuote, 1),
      ("''", .invalidCharacter(""), 1), ("'\\q'", .invalidCharacter("\\q"), 1),
      ("'\\x100'", .invalidCharacter("\\x100"), 1), ("'\\777'", .invalidCharacter("\\777"), 1),
    ] as [(String, ExpressionError.Code, Int)])
  func errors(text: String, code: ExpressionError.Code, column: Int) {
    #expect(throws: ExpressionError(code, column: column)) { try Expression(parsing: text) }
  }

  @Test func descriptionsSayWhatToDo() {
    #expect(
      ExpressionError(.expected("')'", found: nil), column: 3).description
        == "expected ')' at the end of the expression")
    #expect(
      ExpressionError(.expected("')'", found: "2"), column: 3).description
        == "expected ')', found '2'")
    #expect(
      ExpressionError(.misplacedPrefix("hv"), column: 1).description
        == "hv: covers a whole expression; put it first or write (hv:…)")
  }

  @Test func nestingWithinTheLimitIsFine() throws {
    let depth = 90
    for (open, close) in [("(", ")"), ("-", ""), ("1?", ":2"), ("1+", ""), ("(1+", ")")] {
      let text =
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      _ = try FakeResolver().value(of: text)
    }
  }

  /// The limit must hold on an eighth of Linux's usual stack, in a debug build too. A breach ends
  /// the whole test run.
  @Test func deepestExpressionsFitASmallStack() async {
    let failures = await withCheckedContinuation { continuation in
      let thread = Thread {
        var failures = 0
        for unit in ["(", "-", "(1+", "1?", "1?1:", "(1||1&&1|1^1&1==1<1<<1+1*"] {
          for depth in 1...Expression.maximumDepth {
            let close = String(repeating: unit.hasPrefix("(") ? ")" : ":2", count: depth)
            let text = String(repeating: unit, count: depth) + "1"
            if (try? FakeResolver().value(of: text + close)) == nil { failures += 1 }
          }
        }
        continuation.resume(returning: failures)
      }
      thread.stackSize = 1024 * 1024
      thread.start()
    }
    #expect(failures > 0)
  }

  @Test(arguments: [
    "(", "-", "~", "!", "*", "1?", "1+", "1&&", "(1||1&&1|1^1&1==1<1<<1+1*", "1?1:", "hv:", "(hv:",
  ])
  func deepNestingIsAnError(unit: String) {
    #expect(throws: ExpressionError.self) {
      try Expression(parsing: String(repeating: unit, count: 100_000 / unit.count) + "1")
    }
  }

  @Test func balancedDeepNestingIsAnError() {
    let text = String(repeating: "(", count: 100_000) + "1" + String(repeating: ")", count: 100_000)
    #expect {
      try Expression(parsing: text)
    } throws: { error in
      (error as? ExpressionError)?.code == .tooDeep(limit: Expression.maximumDepth)
    }
  }

  /// Long differences ask for few words, so that the time stays linear.
  @Test func hyphensAreLookedUpFewTimes() throws {
    var lookups = 0
    _ = try? Expression(parsing: Array(repeating: "a", count: 10_000).joined(separator: "-")) {
      _ in
      lookups += 1
      return false
    }
    #expect(lookups <= 40_000)
    #expect(lookups > 0)
  }

  /// No text from a user or a file may trap; every error points into the text.
  @Test func nastyTextsNeverTrap() {
    let pieces = [
      "0x", "0b", "1", "$", "$x0", ".", "'", "\\", "hv:", "(", ")", "<<", "-", "mmio", "mmio-write",
      "/", "%", "0", "64", " ", "\t", "\u{301}", "🜂", "\r\n", "?", ":", "&", "&&", "*", "=",
      "99999999999999999999",
    ]
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    let resolver = FakeResolver()
    var outcomes = (values: 0, errors: 0)
    for round in 0..<20_000 {
      let length = Int(next() % 12)
      let text =
        round % 2 == 0
        ? (0..<length).map { _ in pieces[Int(next() % UInt64(pieces.count))] }.joined()
        : String(
          decoding: (0..<length).map { _ in UInt8(truncatingIfNeeded: next()) }, as: UTF8.self)
      do {
        _ = try resolver.value(of: text)
        outcomes.values += 1
      } catch let error as ExpressionError {
        outcomes.errors += 1
        #expect(1...(text.count + 1) ~= error.column, "\(text.debugDescription)")
        #expect(!error.description.isEmpty)
      } catch {
        #expect(error is FakeResolver.Unreadable)
      }
      _ = try? Assignment(parsing: text)
    }
    #expect(outcomes.values > 100)
    #expect(outcomes.errors > 1000)
  }
}
