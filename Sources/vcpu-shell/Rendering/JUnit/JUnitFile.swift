internal import Foundation
internal import VCpuDebug

/// The file that `--junit` asks for. It appears at the end, whole or not at all.
struct JUnitFile {
  let path: String
  private let start = Date()
  private let clock = ContinuousClock.now

  init(path: String) { self.path = path }

  /// Finds out whether it can be written, before there is anything to lose. Nothing is changed.
  func check() throws(OutputError) {
    // The reader of a pipe would take this for its end.
    if !WholeFile.isSpecial(path) { _ = try file() }
  }

  /// - Parameters:
  ///   - results: what the tests have come to.
  ///   - failures: what has failed outside of tests.
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
