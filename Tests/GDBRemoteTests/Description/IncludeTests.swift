import Testing

@testable import GDBRemote

/// Documents that include others.
struct IncludeTests {
  private func describe(_ documents: [String: String]) throws -> TargetDescription {
    try TargetDescription(root: "target.xml", cache: nil) { (name) throws(RemoteError) in
      Array((documents[name] ?? "").utf8)
    }
  }

  private func names(_ documents: [String: String]) throws -> [String] {
    try describe(documents).registers.all.map(\.name)
  }

  private func register(_ name: String, _ number: Int? = nil) -> String {
    "<reg name=\"\(name)\" bitsize=\"64\"\(number.map { " regnum=\"\($0)\"" } ?? "")/>"
  }

  @Test func theyNest() throws {
    let description = try describe([
      "target.xml": "<target><feature name=\"f\">\(register("a"))<xi:include href=\"1\"/>"
        + "\(register("d"))</feature></target>",
      "1": "<x>\(register("b"))<xi:include href=\"2\"/></x>",
      "2": "<feature name=\"g\">\(register("c"))</feature>",
    ])
    #expect(description.registers.all.map(\.name) == ["a", "b", "c", "d"])
    #expect(description.registers.all.map(\.number) == [0, 1, 2, 3])
    // A register without its own feature gets that of the including document.
    #expect(description.registers.all.map(\.feature) == ["f", "f", "g", "f"])
    #expect(description.warnings == [])
  }

  @Test func oneThatIsMissingIsSaid() throws {
    let description = try describe([
      "target.xml":
        "<target>\n<xi:include href=\"no.xml\"/><feature>\(register("a", 1))</feature></target>"
    ])
    #expect(description.registers.all.map(\.name) == ["a"])
    #expect(
      description.warnings
        == ["target.xml, line 2: no.xml is included, but the stub does not have it"])
    #expect(try describe([:]).warnings == ["the stub has no target.xml"])
  }

  @Test func namesAreAsTheStubHasThem() throws {
    #expect(
      try names([
        "target.xml": "<target><xi:include href=\"A.xml\"/><xi:include href=\"./c.xml\"/></target>",
        "a.xml": "<feature>\(register("lower"))</feature>",
        "A.xml": "<feature>\(register("upper"))</feature>",
        "./c.xml": "<feature>\(register("c"))</feature>",
      ]) == ["upper", "c"])
  }

  @Test func aNameMayBeNextToItsDocument() throws {
    #expect(
      try names([
        "target.xml": "<target><xi:include href=\"core/all.xml\"/></target>",
        "core/all.xml": "<x><xi:include href=\"one.xml\"/><xi:include href=\"two.xml\"/></x>",
        // As in GDB, and as in XML.
        "one.xml": "<feature>\(register("one"))</feature>",
        "core/two.xml": "<feature>\(register("two"))</feature>",
      ]) == ["one", "two"])
  }

  @Test func loopsEnd() throws {
    let description = try describe([
      "target.xml": "<target><xi:include href=\"1\"/>\(register("a"))</target>",
      "1": "<x><xi:include href=\"2\"/>\(register("b"))</x>",
      "2": "<x><xi:include href=\"1\"/><xi:include href=\"target.xml\"/>\(register("c", 7))</x>",
    ])
    #expect(description.registers.all.map(\.name) == ["c", "b", "a"])
    #expect(
      description.warnings == [
        "2, line 1: 1 includes itself, and is left out",
        "2, line 1: target.xml includes itself, and is left out",
      ])
  }

  @Test func depthIsLimited() throws {
    var documents = ["target.xml": "<x>\(register("r0"))<xi:include href=\"1\"/></x>"]
    for index in 1...20 {
      documents["\(index)"] = "<x>\(register("r\(index)"))<xi:include href=\"\(index + 1)\"/></x>"
    }
    let description = try describe(documents)
    #expect(description.registers.all.count == DescriptionDocuments.includeDepthLimit)
    #expect(description.warnings.count == 1)
  }

  /// Each document includes the next one ten times: 10⁷ at the end.
  @Test func numberIsLimited() throws {
    var documents: [String: String] = [:]
    for index in 0..<8 {
      let include = String(repeating: "<xi:include href=\"\(index + 1)\"/>", count: 10)
      documents[index == 0 ? "target.xml" : "\(index)"] = "<x>\(register("r"))\(include)</x>"
    }
    var fetched: [String] = []
    let description = try TargetDescription(root: "target.xml", cache: nil) {
      (name) throws(RemoteError) in
      fetched.append(name)
      return Array((documents[name] ?? "").utf8)
    }
    #expect(description.registers.all.count <= DescriptionDocuments.includeLimit)
    #expect(description.warnings.contains { $0.contains("limit of includes") })
    #expect(description.warnings.count < 64)
    #expect(Set(fetched).count == fetched.count)
  }

  @Test func itemsAreLimited() throws {
    let many = String(repeating: "<reg name=\"r\" bitsize=\"8\"/>", count: 15_000)
    let include = String(repeating: "<xi:include href=\"1\"/>", count: 50)
    let description = try describe(["target.xml": "<x>\(include)</x>", "1": "<x>\(many)</x>"])
    #expect(description.registers.all.count == TargetDescription.itemLimit)
    #expect(description.warnings.contains { $0.contains("too long") })
  }

  @Test func bytesAreLimited() throws {
    let space = String(repeating: " ", count: 3 << 20)
    let description = try describe([
      "target.xml": "<x>\(register("a"))<xi:include href=\"1\"/><xi:include href=\"2\"/></x>",
      "1": "<x>\(register("b"))\(space)</x>", "2": "<x>\(register("c"))\(space)</x>",
    ])
    #expect(description.registers.all.map(\.name) == ["a", "b"])
    #expect(description.warnings == ["2 makes the description too long, and is left out"])
  }

  @Test func aFallbackIsNotRead() throws {
    #expect(
      try names([
        "target.xml": "<x><xi:include href=\"1\"><xi:fallback>\(register("no"))</xi:fallback>"
          + "</xi:include>\(register("a"))</x>",
        "1": "<x>\(register("b"))</x>",
      ]) == ["b", "a"])
  }

  @Test func oneBrokenDocumentLeavesTheOthers() throws {
    let description = try describe([
      "target.xml": "<x><xi:include href=\"1\"/><xi:include href=\"2\"/>\(register("c"))</x>",
      "1": "<x>\(register("a"))\n<reg name=", "2": "<x>\(register("b", 5))</x>",
    ])
    #expect(description.registers.all.map(\.name) == ["a", "b", "c"])
    #expect(
      description.warnings == [
        "1, line 2: is malformed here; what follows may be left out",
        "1, line 2: has a register without a name",
      ])
  }

  @Test func anErrorOfTheConnectionIsThrown() {
    #expect(throws: RemoteError(.timeout, "late")) {
      try TargetDescription { (_) throws(RemoteError) in throw RemoteError(.timeout, "late") }
    }
  }
}
