import Foundation

@testable import vcpu_shell

/// Test results to render.
enum ResultFixture {
  /// Characters that XML and a line of TAP can't contain unescaped.
  static let hostile =
    "a#b \\ # SKIP <&\"'>]]> \u{1b}[31m \u{0} \u{9b} \u{202e} \u{ffff} é 😀\r\nok 9"

  static func failed(
    _ name: String, number: Int = 1, code: ErrorCode = .assertionFailed, text: String? = nil
  ) -> TestResult {
    var failure = ErrorReport(
      text ?? "assertion failed: $x0 == 5: the version", status: .assertionFailed, code: code,
      place: "dir:1/boot.vcpu:12:3")
    failure.values = [.init(text: "$x0", value: "0x4 (4)")]
    var result = TestResult(
      number: number, name: name, place: "dir:1/boot.vcpu:10", duration: .milliseconds(1234))
    result.failure = failure
    result.assertionCount = 2
    result.console = ["one", hostile]
    result.exits = ["exit 3, vcpu 0: wfi, guest pc 0x1000"]
    result.output = ["one", hostile, "three"]
    return result
  }

  static func passed(_ name: String, number: Int = 1) -> TestResult {
    TestResult(number: number, name: name, place: "other.vcpu:2", duration: .microseconds(1999))
  }

  static func skipped(_ name: String, number: Int = 1, reason: String) -> TestResult {
    var result = TestResult(number: number, name: name, place: nil, duration: .zero)
    result.skipReason = reason
    return result
  }
}
