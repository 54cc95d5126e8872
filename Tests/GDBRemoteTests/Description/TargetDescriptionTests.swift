import Testing

@testable import GDBRemote

struct TargetDescriptionTests {
  private func describe(_ documents: [String: String]) throws -> TargetDescription {
    try TargetDescription { (name) throws(RemoteError) in Array((documents[name] ?? "").utf8) }
  }

  @Test func readsWhatQEMUSays() throws {
    let description = try Transcript.description("qemu-7.2-cortex-a57")
    #expect(description.architecture == "aarch64")
    #expect(description.warnings == [])
    let registers = description.registers
    #expect(registers["x0"]?.number == 0)
    #expect(registers["pc"]?.typeName == "code_ptr")
    #expect(
      registers["cpsr"]
        == .init(
          name: "cpsr", number: 33, bitWidth: 32, feature: "org.gnu.gdb.aarch64.core"))
    #expect(registers["v0"]?.number == 34)
    #expect(registers["v31"]?.number == 65)
    #expect(registers["v31"]?.byteCount == 16)
    #expect(registers["ESR_EL2"]?.number == 72)
    #expect(registers["ESR_EL2"]?.group == "cp_regs")
    #expect(registers["SCTLR_EL1"]?.name == "SCTLR")
    #expect(registers["sctlr_el1"]?.name == "SCTLR")
    #expect(registers["fpsr"]?.bitWidth == 32)
    #expect(registers["FPSR"]?.bitWidth == 64)
    #expect(registers.generalCount(byteCount: 268) == 34)
    #expect(description.types["v2d"] == .vector(element: "ieee_double", count: 2))
    guard case .union(let fields)? = description.types["aarch64v"] else {
      Issue.record("aarch64v is no union")
      return
    }
    #expect(fields.map(\.name) == ["d", "s", "h", "b", "q"])
  }

  @Test func numbersRunThroughIncludesAndJump() throws {
    let description = try describe([
      "target.xml": """
      <target><feature name="f"><reg name="a" bitsize="32"/></feature>
      <xi:include href="more.xml"/><feature name="g"><reg name="d" bitsize="8"/></feature></target>
      """,
      "more.xml":
        "<feature name=\"h\"><reg name=\"b\" bitsize=\"64\"/>"
        + "<reg name=\"c\" bitsize=\"64\" regnum=\"20\"/></feature>",
    ])
    #expect(description.registers.all.map(\.number) == [0, 1, 20, 21])
    #expect(description.registers.all.map(\.feature) == ["f", "h", "h", "g"])
  }

  @Test func readsTypes() throws {
    let description = try describe([
      "target.xml": """
      <target><feature name="f">
      <flags id="cpsr_flags" size="4"><field name="N" start="31" end="31"/><field name="SP" start="0"/></flags>
      <enum id="level" size="4"><evalue name="low" value="0"/><evalue name="high" value="0x1"/></enum>
      <struct id="s" size="8"><field name="x" type="int"/></struct>
      </feature></target>
      """
    ])
    #expect(
      description.types["cpsr_flags"]
        == .flags(
          fields: [
            .init(name: "N", typeName: nil, bits: 31...31),
            .init(name: "SP", typeName: nil, bits: 0...0),
          ], byteCount: 4))
    #expect(
      description.types["level"]
        == .enumeration(
          values: [.init(name: "low", value: 0), .init(name: "high", value: 1)], byteCount: 4))
    #expect(
      description.types["s"]
        == .structure(fields: [.init(name: "x", typeName: "int", bits: nil)], byteCount: 8))
  }

  @Test(arguments: [
    "<reg bitsize=\"64\"/>", "<reg name=\"b\"/>", "<reg name=\"b\" bitsize=\"0\"/>",
    "<reg name=\"b\" bitsize=\"-8\"/>", "<reg name=\"b\" bitsize=\"99999999999999999999\"/>",
    "<reg name=\"b\" bitsize=\"64\" regnum=\"x\"/>",
    "<reg name=\"b\" bitsize=\"64\" regnum=\"-1\"/>",
    "<vector id=\"v\" type=\"int\" count=\"0\"/>", "<flags/>",
  ])
  func malformedPartsAreLeftOut(part: String) throws {
    let description = try describe([
      "target.xml": "<target><feature name=\"f\"><reg name=\"a\" bitsize=\"64\"/>" + part
        + "<reg name=\"c\" bitsize=\"64\" regnum=\"9\"/></feature></target>"
    ])
    #expect(description.registers.all.map(\.name) == ["a", "c"])
    #expect(description.warnings.count == 1)
  }

  @Test func keepsWhatComesBeforeTheBreak() throws {
    let description = try describe([
      "target.xml": "<target><feature name=\"f\"><reg name=\"a\" bitsize=\"64\"/><reg name="
    ])
    #expect(description.registers.all.map(\.name) == ["a"])
  }

  @Test func aLoopOfIncludesEnds() throws {
    let description = try describe([
      "target.xml": "<target><xi:include href=\"target.xml\"/><xi:include href=\"target.xml\"/>"
        + "<feature name=\"f\"><reg name=\"a\" bitsize=\"64\" regnum=\"1\"/></feature></target>"
    ])
    #expect(!description.registers.all.isEmpty)
    #expect(!description.warnings.isEmpty)
  }

  @Test func depthIsLimited() throws {
    let deep = String(repeating: "<a>", count: 100)
    let description = try describe([
      "target.xml": "<target><feature name=\"f\"><reg name=\"a\" bitsize=\"64\"/>" + deep
        + "<reg name=\"b\" bitsize=\"64\"/>"
    ])
    #expect(description.registers.all.map(\.name) == ["a"])
    #expect(description.warnings.contains { $0.contains("too deep") })
  }

  @Test func entitiesAreRefused() throws {
    let description = try describe([
      "target.xml": "<!DOCTYPE t [<!ENTITY a \"x\">]><target><feature name=\"f\">"
        + "<reg name=\"&a;\" bitsize=\"64\"/></feature></target>"
    ])
    #expect(description.registers.all.isEmpty)
    #expect(description.warnings == ["target.xml contains declarations and is left out"])
  }

  /// Changed bytes of a real description neither trap nor hang.
  @Test func survivesDamage() throws {
    let document = try Transcript.bytes("qemu-7.2-cortex-a57", "aarch64-fpu.xml")
    var generator = SplitMix64(state: 5)
    var registerCount = 0
    for _ in 0..<500 {
      var damaged = document
      for _ in 0..<3 {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      let description = try TargetDescription { (name) throws(RemoteError) in
        name == "target.xml" ? damaged : []
      }
      registerCount += description.registers.all.count
    }
    #expect(registerCount > 0)
  }
}
