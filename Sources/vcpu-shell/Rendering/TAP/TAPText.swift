/// The lines of the Test Anything Protocol, version 14: https://testanything.org/tap-version-14-specification.html
enum TAPText {
  static let version = "TAP version 14"

  /// A test's line, and the details of its failure as a YAML block.
  static func lines(of result: TestResult) -> [String] {
    var point = result.outcome == .failed ? "not ok " : "ok "
    point += "\(result.number)"
    let name = escaped(result.name)
    if !name.isEmpty { point += " - " + name }
    if result.outcome == .skipped {
      point += " # SKIP"
      let reason = escaped(result.skipReason ?? "")
      if !reason.isEmpty { point += " " + reason }
    }
    guard let failure = result.failure else { return [point] }
    let block = ["---"] + diagnostic(of: failure, in: result) + ["..."]
    return [point] + block.map { "  " + $0 }
  }

  /// The plan, which comes after the tests: how many there were.
  static func plan(_ count: Int) -> String {
    count == 0 ? "1..0 # no test was run" : "1..\(count)"
  }

  /// The line for testing that was aborted.
  static func bailOut(_ failure: ErrorReport) -> String {
    let place = failure.place.map { $0 + ": " } ?? ""
    return "Bail out! "
      + escaped((place + failure.text).split(separator: "\n").joined(separator: " "))
  }

  private static func diagnostic(of failure: ErrorReport, in result: TestResult) -> [String] {
    var lines = ["message: " + scalar(failure.text), "severity: fail"]
    lines.append("code: " + scalar(failure.code.rawValue))
    if let place = failure.place ?? result.place {
      let place = ScriptPlace(place)
      lines += ["at:", "  file: " + scalar(place.file)]
      if let line = place.line { lines.append("  line: \(line)") }
      if let column = place.column { lines.append("  column: \(column)") }
    }
    if let expression = failure.expression {
      lines.append("expression: " + scalar(expression.text))
      lines.append("expression_column: \(expression.column)")
    }
    if !failure.values.isEmpty {
      lines.append("values:")
      for part in failure.values {
        lines += ["  - text: " + scalar(part.text), "    value: " + scalar(part.value)]
      }
    }
    for (key, texts) in [("console", result.console), ("exits", result.exits)]
    where !texts.isEmpty {
      lines += [key + ":"] + texts.map { "  - " + scalar($0) }
    }
    return lines
  }

  /// A text as a YAML 1.2 string in double quotes, on one line, as in JSON: YAML has all of JSON's escapes.
  private static func scalar(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONString.append(VisibleText.lines(text), to: &bytes)
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }

  /// A text in a line, where `#` would begin a directive and `\` escapes it.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in VisibleText.text(text.trimmed).unicodeScalars {
      if scalar == "#" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
