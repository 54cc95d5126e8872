/// Prints the results of tests as TAP 14 on standard output. The usual output for a person becomes comments, and errors
/// and warnings still go to standard error.
final class TAPRenderer: EventRenderer {
  private let output: Output
  private let text: TextRenderer
  private var testCount = 0
  private var hasBailedOut = false

  let wantsSilentStops = false

  init(_ output: Output) {
    self.output = output
    text = TextRenderer(output)
    // With two blanks: "# Subtest" would begin one.
    output.mark = "#  "
    write([TAPText.version])
  }

  func outputFailed(_ error: OutputError) { text.outputFailed(error) }

  func finishLine() { text.finishLine() }

  func inJSON(_ body: () throws -> Void) rethrows { try text.inJSON(body) }

  func render(_ event: ShellEvent) {
    if case .answer = event {} else { text.finishLine() }
    switch event {
    case .test(let result):
      testCount += 1
      write(TAPText.lines(of: result))
    case .failure(let failure):
      // A plan would mean that all tests have been run.
      hasBailedOut = true
      write([TAPText.bailOut(failure)])
    case .end where !hasBailedOut: write([TAPText.plan(testCount)])
    default: text.render(event)
    }
  }

  /// Lines that belong together: they are written in one call.
  private func write(_ lines: [String]) {
    output.event(Array(lines.map { $0 + "\n" }.joined().utf8))
    output.log(lines.map { Line($0) })
  }
}
