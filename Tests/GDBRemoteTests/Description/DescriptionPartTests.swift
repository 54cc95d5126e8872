import Testing

@testable import GDBRemote

/// Parts of descriptions, well-formed and malformed.
struct DescriptionPartTests {
  private func describe(_ parts: String) throws -> TargetDescription {
    try TargetDescription(root: "target.xml", cache: nil) { (_) throws(RemoteError) in
      Array("<target>\n<feature name=\"f\">\(parts)</feature></target>".utf8)
    }
  }

  @Test func readsAllThatARegisterHas() throws {
    let description = try TargetDescription(root: "target.xml", cache: nil) {
      (_) throws(RemoteError) in
      Array(
        """
        <target><architecture> riscv:rv64 </architecture><osabi>GNU/Linux</osabi>
        <compatible>spu</compatible><compatible>other</compatible>
        <groups><group id="1" name="General"/></groups>
        <feature name="f"><reg name="a" bitsize="0x40" regnum="0x10" group="g" type="uint64"
        save-restore="no"/>
        <reg name="b" bitsize="64" group_id="1" altname="bee" generic="arg1" encoding="uint"
        format="hex" offset="8" dwarf_regnum="7" value_regnums="16,0x11" invalidate_regnums="17"/>
        </feature></target>
        """.utf8)
    }
    #expect(description.architecture == "riscv:rv64")
    #expect(description.osABI == "GNU/Linux")
    #expect(description.compatible == ["spu", "other"])
    #expect(
      description.registers["a"]
        == RegisterDescription(
          name: "a", number: 16, bitWidth: 64, group: "g", feature: "f", typeName: "uint64",
          isSaved: false))
    let b = try #require(description.registers["bee"])
    #expect(b == description.registers["arg1"])
    #expect(b.name == "b")
    #expect(b.number == 17)
    #expect(b.group == "General")
    #expect(b.isSaved)
    let lldb = try #require(b.lldb)
    #expect(lldb.byteOffset == 8)
    #expect(lldb.dwarfNumber == 7)
    #expect(lldb.containers == [16, 17])
    #expect(lldb.invalidated == [17])
    #expect(lldb.encoding == "uint")
    #expect(lldb.format == "hex")
  }

  /// Only the malformed part is left out, with one sentence that says where it is.
  @Test(arguments: [
    ("<reg bitsize=\"8\"/>", "has a register without a name"),
    ("<reg name=\"x\"/>", "the register x has the malformed width (none)"),
    ("<reg name=\"x\" bitsize=\"9999999\"/>", "the register x has the malformed width 9999999"),
    (
      "<reg name=\"x\" bitsize=\"8\" regnum=\"16777217\"/>",
      "the register x has the malformed number 16777217"
    ),
    ("<vector id=\"v\" type=\"int8\" count=\"65537\"/>", "the vector v is malformed"),
    ("<vector id=\"v\" count=\"2\"/>", "the vector v is malformed"),
    ("<union/>", "has a union without a name"),
    ("<flags id=\"t\" size=\"17\"/>", "the flags t has the malformed size 17"),
    ("<struct id=\"t\" size=\"0\"/>", "the struct t has the malformed size 0"),
    ("<field name=\"x\" start=\"0\"/>", "has a field outside of a known type"),
    ("<evalue name=\"x\" value=\"0\"/>", "has a evalue outside of a known type"),
    ("<xi:include/>", "has an include without a name"),
  ])
  func malformedPartsSayWhere(part: String, sentence: String) throws {
    let description = try describe(
      "<reg name=\"a\" bitsize=\"8\"/>\n\(part)\n<reg name=\"b\" bitsize=\"8\" regnum=\"9\"/>")
    #expect(description.registers.all.map(\.name) == ["a", "b"])
    #expect(description.registers.all.map(\.number) == [0, 9])
    #expect(description.warnings == ["target.xml, line 3: \(sentence)"])
  }

  @Test(arguments: [
    "<field start=\"1\"/>", "<field name=\"x\"/>", "<field name=\"x\" start=\"3\" end=\"2\"/>",
    "<field name=\"x\" start=\"32\"/>", "<field name=\"x\" start=\"0\" end=\"32\"/>",
    "<field name=\"x\" end=\"2\"/>", "<field name=\"x\" start=\"-1\"/>",
    "<field name=\"x\" start=\"0\" end=\"y\"/>", "<evalue name=\"x\" value=\"1\"/>",
    "<field name=\"x\" start=\"99999999999999999999\"/>",
  ])
  func malformedFieldsAreLeftOutAlone(field: String) throws {
    let description = try describe(
      "<flags id=\"t\" size=\"4\"><field name=\"a\" start=\"0\"/>\(field)"
        + "<field name=\"b\" start=\"31\"/></flags>")
    #expect(
      description.types["t"]
        == .flags(
          fields: [.init(name: "a", bits: 0...0), .init(name: "b", bits: 31...31)], byteCount: 4))
    #expect(description.warnings.count == 1)
  }

  @Test(arguments: [
    "<evalue name=\"x\"/>", "<evalue value=\"1\"/>", "<evalue name=\"x\" value=\"y\"/>",
    "<field name=\"x\" start=\"0\"/>",
  ])
  func malformedValuesAreLeftOutAlone(value: String) throws {
    let description = try describe(
      "<enum id=\"t\" size=\"8\"><evalue name=\"a\" value=\"0\"/>\(value)"
        + "<evalue name=\"b\" value=\"0xffffffffffffffff\"/></enum>")
    #expect(
      description.types["t"]
        == .enumeration(
          values: [.init(name: "a", value: 0), .init(name: "b", value: .max)], byteCount: 8))
    #expect(description.warnings.count == 1)
  }

  @Test func aFieldOfAStructureNeedsAType() throws {
    let description = try describe(
      "<struct id=\"t\"><field name=\"a\"/><field name=\"b\" type=\"int8\"/></struct>")
    #expect(
      description.types["t"]
        == .structure(fields: [.init(name: "b", typeName: "int8")], byteCount: nil))
    #expect(description.warnings.count == 1)
  }

  @Test func numbersTwiceAreSaidAndNamesTwiceAreNot() throws {
    let description = try describe(
      "<reg name=\"a\" bitsize=\"8\"/><reg name=\"b\" bitsize=\"8\" regnum=\"0\"/>"
        + "<reg name=\"a\" bitsize=\"16\"/></feature><feature name=\"g\">"
        + "<reg name=\"a\" bitsize=\"32\"/><reg name=\"A\" bitsize=\"64\"/>")
    #expect(description.registers.all.map(\.number) == [0, 0, 1, 2, 3])
    #expect(description.registers[number: 0]?.name == "a")
    #expect(description.registers["a"]?.bitWidth == 8)
    #expect(description.registers["A"]?.bitWidth == 64)
    #expect(description.registers.generalLayout.map(\.number) == [0, 1, 2, 3])
    #expect(
      description.warnings
        == ["target.xml, line 2: the register b has the same number as another, 0"])
  }

  @Test func thereIsAnEndToNumbers() throws {
    let description = try describe(
      "<reg name=\"a\" bitsize=\"8\" regnum=\"16777216\"/><reg name=\"b\" bitsize=\"8\"/>")
    #expect(description.registers.all.map(\.name) == ["a"])
    #expect(
      description.warnings == ["target.xml, line 2: the register b has no usable number"])
  }

  @Test func featuresMayBeInFeatures() throws {
    let description = try describe(
      "<reg name=\"a\" bitsize=\"8\"/><feature name=\"g\"><reg name=\"b\" bitsize=\"8\"/></feature>"
        + "<reg name=\"c\" bitsize=\"8\"/>")
    #expect(description.registers.all.map(\.feature) == ["f", "g", "f"])
  }

  @Test func theFirstTypeOfANameStays() throws {
    let description = try describe(
      "<vector id=\"t\" type=\"int8\" count=\"1\"/><vector id=\"t\" type=\"int8\" count=\"2\"/>")
    #expect(description.types["t"] == .vector(element: "int8", count: 1))
    #expect(
      description.warnings == [
        "target.xml, line 2: the type t is already defined; the first definition is kept"
      ])
  }

  /// A million characters of fields in one type take linear time.
  @Test func aLongTypeIsRead() throws {
    let fields = (0..<19_000).map { "<field name=\"f\($0)\" start=\"0\"/>" }.joined()
    let clock = ContinuousClock()
    let time = try clock.measure {
      guard
        case .flags(let read, _)? = try describe("<flags id=\"t\" size=\"4\">\(fields)</flags>")
          .types["t"]
      else {
        Issue.record("no flags")
        return
      }
      #expect(read.count == 19_000)
    }
    #expect(time < .seconds(10))
  }
}
