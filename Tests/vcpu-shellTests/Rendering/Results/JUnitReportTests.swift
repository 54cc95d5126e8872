import Foundation
import Testing

@testable import vcpu_shell

@Suite struct JUnitReportTests {
  /// Reads it with another parser, checks junit-10.xsd's rules for elements, attributes and times, and that the
  /// counts match the contents; prints the test cases as JSON.
  private static let reader = #"""
    import json, re, sys
    import xml.etree.ElementTree as tree

    TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]{0,3})?")
    CHILDREN = {
        "testsuites": {"testsuite"},
        "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
        "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    }
    ATTRIBUTES = {  # name: (required, allowed besides)
        "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
        "testsuite": ({"name", "tests", "failures", "errors"},
                      {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"}),
        "testcase": ({"name"}, {"time", "classname", "group"}),
        "failure": (set(), {"type", "message"}), "error": (set(), {"type", "message"}),
        "skipped": (set(), {"type", "message"}), "system-out": (set(), set()),
    }
    root = tree.fromstring(sys.stdin.buffer.read())
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional = ATTRIBUTES[element.tag]
        names = set(element.attrib)
        assert required <= names <= required | optional, (element.tag, names)
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set()), element.tag
        if "time" in names: assert TIME.fullmatch(element.get("time")), element.get("time")
        if "timestamp" in names:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", element.get("timestamp"))
    for element in [root] + root.findall("testsuite"):
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases)
        for key, tag in ("failures", "failure"), ("errors", "error"), ("skipped", "skipped"):
            if key in element.attrib:
                assert int(element.get(key)) == sum(case.find(tag) is not None for case in cases), key
    cases = []
    for suite in root:
        for case in suite:
            row = dict(case.attrib, suite=suite.get("name"))
            for child in case:
                row[child.tag] = dict(child.attrib, text=child.text or "")
            cases.append(row)
    print(json.dumps(cases))
    """#

  private func cases(
    _ results: [TestResult], _ failures: [ErrorReport] = []
  ) throws -> [[String: Any]] {
    let report = JUnitReport(
      start: Date(timeIntervalSince1970: 1_800_000_000), duration: .milliseconds(61_005),
      results: results, failures: failures)
    let run = try PythonRun(
      ["-c", Self.reader], input: String(decoding: report.bytes, as: UTF8.self))
    try #require(run.status == 0, "\(run.errors)\n\(String(decoding: report.bytes, as: UTF8.self))")
    return try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
  }

  @Test func whatPassesAndWhatIsLeftOut() throws {
    let cases = try cases([
      ResultFixture.passed("boots"), ResultFixture.skipped("later", number: 2, reason: "no KVM"),
    ])
    #expect(cases.count == 2)
    #expect(cases[0]["name"] as? String == "boots")
    #expect(cases[0]["classname"] as? String == "other.vcpu")
    #expect(cases[0]["suite"] as? String == "other.vcpu")
    #expect(cases[0]["time"] as? String == "0.001")
    #expect(cases[0].keys.sorted() == ["classname", "name", "suite", "time"])
    #expect(cases[1]["classname"] as? String == "vcpu-shell")
    #expect((cases[1]["skipped"] as? [String: String])?["message"] == "no KVM")
  }

  /// A failed assertion is a failure, anything else an error; each with everything known about it.
  @Test(arguments: [ErrorCode.assertionFailed, .targetLost])
  func whatFails(code: ErrorCode) throws {
    let row = try #require(try cases([ResultFixture.failed("version", code: code)]).first)
    #expect(row["classname"] as? String == "dir:1/boot.vcpu")
    #expect(row["time"] as? String == "1.234")
    let tag = code == .assertionFailed ? "failure" : "error"
    let failure = try #require(row[tag] as? [String: String])
    #expect(failure["type"] == code.rawValue)
    #expect(failure["message"] == "assertion failed: $x0 == 5: the version")
    let visible = VisibleText.lines(ResultFixture.hostile)
    #expect(
      failure["text"] == """
        dir:1/boot.vcpu:12:3: assertion failed: $x0 == 5: the version
          $x0 = 0x4 (4)
        console:
          one
          \(visible)
        last exits:
          exit 3, vcpu 0: wfi, guest pc 0x1000
        """)
    #expect((row["system-out"] as? [String: String])?["text"] == "one\n\(visible)\nthree")
  }

  /// Every character, and bytes that aren't characters: the guest's output never changes the document's structure.
  @Test func anyTextIsXML() throws {
    var text = ""
    for value in UInt32(0)...0x10ffff {
      // Some of each plane, and all of the first characters and of the ends of planes.
      guard value < 0x3000 || value & 0xffff >= 0xfff0 || value % 97 == 0 else { continue }
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    var result = ResultFixture.failed(text, text: text)
    var lines = LastLines(limit: 20)
    lines.append([0xff, 0x00, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x0a, 0x1b, 0x9b])
    result.output = lines.lines
    let row = try #require(try cases([result]).first)
    #expect(
      (row["failure"] as? [String: String])?["message"]?.contains("\\u{ffff}") == true)
    #expect(
      (row["system-out"] as? [String: String])?["text"]
        == "\\xff\\x00\\xc3(\\xed\\xa0\\x80\n\\e\\x9b")
  }

  @Test func whatFailsOutsideOfTestsIsACaseOfItsOwn() throws {
    let cases = try cases(
      [ResultFixture.passed("boots")],
      [
        ErrorReport("no such thing", status: .commandFailed, place: "other.vcpu:3"),
        ErrorReport("no machine", status: .targetLost, code: .launchFailed),
      ])
    #expect(cases.map { $0["suite"] as? String } == ["other.vcpu", "other.vcpu", "vcpu-shell"])
    #expect(cases.map { $0["name"] as? String } == ["boots", "script", "script"])
    #expect((cases[1]["error"] as? [String: String])?["text"] == "other.vcpu:3: no such thing")
    #expect((cases[2]["error"] as? [String: String])?["type"] == "launchFailed")
  }

  @Test func nothingIsADocumentToo() throws { #expect(try cases([]).isEmpty) }
}
