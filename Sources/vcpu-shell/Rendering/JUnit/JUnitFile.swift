internal import Foundation
internal import VCpuDebug

/// The file that `--junit` asks for. It appears at the end, whole or not at all.
struct JUnitFile {
  let path: String
  private let start = Date()
  private let clock = ContinuousClock.now

  init(path: String) { self.path = path }

  /// Checks that it can be written, before there is anything to lose. Nothing is changed.
  func check() throws(OutputError) {
    // A pipe's reader would see this as the end of its input.
    if !WholeFile.isSpecial(path) { _ = try file() }
  }

  /// - Parameters:
  ///   - results: the tests' results.
  ///   - failures: the failures outside of tests.
  func write(_ results: [TestResult], _ failures: [ErrorReport]) throws(OutputError) {
    let report = JUnitReport(
      start: start, duration: clock.duration(to: .now), results: results, failures: failures)
    let file = try file()
    file.take(report.bytes)
    try file.finish()
  }

  private func file() throws(OutputError) -> AnswerFile {
    try AnswerFile(path: path, subject: "the results to \(path)")
  }
}
