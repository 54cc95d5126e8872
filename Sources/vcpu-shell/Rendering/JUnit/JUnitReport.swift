internal import Foundation
internal import FoundationXML

/// The results of tests as JUnit XML, in the form that most programs read: that of Jenkins, junit-10.xsd.
///
/// Text from other sources is made visible first: XML 1.0 has no control characters, not even escaped ones (section
/// 2.2).
struct JUnitReport {
  /// When the program started.
  let start: Date
  /// How long it ran.
  let duration: Duration
  let results: [TestResult]
  /// The failures outside of tests.
  let failures: [ErrorReport]

  /// The document.
  var bytes: [UInt8] {
    let cases = results.map(Case.init) + failures.map(Case.init)
    let root = Element(
      "testsuites",
      [("name", Program.name), ("time", Self.seconds(duration))]
        + Self.counts(of: cases, isRoot: true))
    // One suite per script, in the order of their first tests.
    var scripts: [String] = []
    for test in cases where !scripts.contains(test.script) { scripts.append(test.script) }
    for script in scripts {
      root.append(suite(script, cases.filter { $0.script == script }))
    }
    let document = XMLDocument(rootElement: root.xml)
    document.version = "1.0"
    document.characterEncoding = "UTF-8"
    return Array(document.xmlData(options: .nodePrettyPrint))
  }

  private func suite(_ script: String, _ cases: [Case]) -> Element {
    let duration = cases.reduce(Duration.zero) { $0 + $1.duration }
    let suite = Element(
      "testsuite",
      [("name", script)] + Self.counts(of: cases) + [
        ("time", Self.seconds(duration)), ("timestamp", Self.timestamp(start)),
      ])
    for test in cases { suite.append(Self.element(of: test)) }
    return suite
  }

  private static func element(of test: Case) -> Element {
    let element = Element(
      "testcase",
      [("name", test.name), ("classname", test.script), ("time", seconds(test.duration))])
    if let failure = test.failure {
      element.append(
        Element(
          failure.code == .assertionFailed ? "failure" : "error",
          [("message", failure.text), ("type", failure.code.rawValue)],
          text: text(of: failure, in: test)))
    } else if let reason = test.skipReason {
      element.append(Element("skipped", [("message", reason)]))
    }
    if !test.output.isEmpty {
      element.append(Element("system-out", text: test.output.joined(separator: "\n")))
    }
    return element
  }

  /// All details of a failure.
  private static func text(of failure: ErrorReport, in test: Case) -> String {
    var lines = failure.lines.split(separator: "\n").map(String.init)
    for (title, rows) in [("console:", test.console), ("last exits:", test.exits)]
    where !rows.isEmpty {
      lines += [title] + rows.map { "  " + $0 }
    }
    return lines.joined(separator: "\n")
  }

  private static func counts(of cases: [Case], isRoot: Bool = false) -> [(String, String)] {
    let failures = cases.compactMap(\.failure)
    let failed = failures.filter { $0.code == .assertionFailed }
    var counts = [
      ("tests", "\(cases.count)"), ("failures", "\(failed.count)"),
      ("errors", "\(failures.count - failed.count)"),
    ]
    if !isRoot { counts.append(("skipped", "\(cases.count { $0.skipReason != nil })")) }
    return counts
  }

  /// Whole milliseconds: the schema allows no more digits.
  private static func seconds(_ duration: Duration) -> String {
    let milliseconds =
      duration.components.seconds * 1000
      + duration.components.attoseconds / 1_000_000_000_000_000
    let digits = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }

  private static func timestamp(_ date: Date) -> String {
    date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false))
  }
}

/// A test, or the failures outside of tests.
private struct Case {
  let name: String
  let script: String
  let duration: Duration
  let failure: ErrorReport?
  let skipReason: String?
  let console: [String]
  let exits: [String]
  let output: [String]

  init(_ result: TestResult) {
    name = result.name
    script = Self.script(at: result.place)
    duration = result.duration
    failure = result.failure
    skipReason = result.skipReason
    console = result.console
    exits = result.exits
    output = result.output
  }

  init(_ failure: ErrorReport) {
    name = "script"
    script = Self.script(at: failure.place)
    duration = .zero
    self.failure = failure
    skipReason = nil
    (console, exits, output) = ([], [], [])
  }

  private static func script(at place: String?) -> String {
    place.map { ScriptPlace($0).file } ?? Program.name
  }
}

/// An element, with its texts made visible.
private struct Element {
  let xml: XMLElement

  init(_ name: String, _ attributes: [(String, String)] = [], text: String? = nil) {
    xml = XMLElement(name: name)
    for (name, value) in attributes {
      let attribute = XMLNode(kind: .attribute)
      attribute.name = name
      attribute.stringValue = VisibleText.lines(value)
      xml.addAttribute(attribute)
    }
    if let text { xml.stringValue = VisibleText.lines(text) }
  }

  func append(_ child: Element) { xml.addChild(child.xml) }
}
