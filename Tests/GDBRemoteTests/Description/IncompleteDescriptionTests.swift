import Testing

@testable import GDBRemote

/// Missing parts of a description must not shift register numbers.
struct IncompleteDescriptionTests {
  private func description(_ documents: [String: String]) throws -> TargetDescription {
    try TargetDescription(root: "target.xml", cache: nil) { name throws(RemoteError) in
      Array((documents[name] ?? "").utf8)
    }
  }

  private static let head =
    "<target><xi:include href=\"core.xml\"/><xi:include href=\"more.xml\"/></target>"
  private static let more = """
    <feature name="m"><reg name="sp" bitsize="64"/><reg name="far" bitsize="64" regnum="70"/>
    <reg name="hpfar" bitsize="64"/></feature>
    """

  @Test func aMissingDocumentTakesTheNumbersWithIt() throws {
    let description = try description(["target.xml": Self.head, "more.xml": Self.more])
    #expect(description.registers["sp"] == nil)
    #expect(description.registers["far"]?.number == 70)
    #expect(description.registers["hpfar"]?.number == 71)
    #expect(description.registers.generalLayout.isEmpty)
    #expect(description.warnings.contains { $0.hasPrefix("1 registers without numbers") })
  }

  @Test func aDocumentThatBreaksOffDoesToo() throws {
    let core = "<feature name=\"c\">\n<reg name=\"x0\" bitsize=\"64\"/>\n<reg name=\"x1\" bitsi"
    let description = try description([
      "target.xml": Self.head, "core.xml": core, "more.xml": Self.more,
    ])
    #expect(description.registers["x0"]?.number == 0)
    #expect(description.registers["sp"] == nil)
    #expect(description.registers["far"]?.number == 70)
    #expect(description.registers.generalLayout.map(\.name) == ["x0"])
  }

  @Test func aMalformedRegisterKeepsItsPlace() throws {
    let core = """
      <feature name="c"><reg name="x0" bitsize="64"/><reg name="x1"/><reg name="x2" bitsize="64"/>
      </feature>
      """
    let description = try description([
      "target.xml": Self.head, "core.xml": core, "more.xml": Self.more,
    ])
    #expect(description.registers["x2"]?.number == 2)
    #expect(description.registers["sp"]?.number == 3)
    // The size of x1 in a g packet isn't known.
    #expect(description.registers.generalLayout.map(\.name) == ["x0"])
  }

  @Test func aMalformedNumberTakesThoseAfterItAlong() throws {
    let core = """
      <feature name="c"><reg name="x0" bitsize="64"/><reg name="x1" bitsize="64" regnum="?"/>
      <reg name="x2" bitsize="64"/></feature>
      """
    let description = try description([
      "target.xml": Self.head, "core.xml": core, "more.xml": Self.more,
    ])
    #expect(description.registers["x2"] == nil)
    #expect(description.registers["sp"] == nil)
    #expect(description.registers["hpfar"]?.number == 71)
  }

  @Test func halfADocumentIsNoDescription() throws {
    let stub = FakeStub()
    stub.answers["qXfer:features:read:core.xml:2bc,ffb"] = "E01"
    #expect(remoteError { _ = try RemoteTarget(transport: stub) }?.code == .protocolViolation)
    let long = FakeStub()
    long.answers["qXfer:features:read:core.xml:0,ffb"] = "m" + String(repeating: " ", count: 0xffc)
    #expect(remoteError { _ = try RemoteTarget(transport: long) }?.code == .protocolViolation)
  }
}
