import Testing

@testable import GDBRemote

struct TypedValueTests {
  /// Describes one register `r` of a type.
  private func value(
    _ types: String, type: String, _ bytes: [UInt8],
    byteOrder: RegisterDescription.ByteOrder = .little
  ) throws -> TypedValue {
    let text =
      "<target><feature name=\"f\">\(types)"
      + "<reg name=\"r\" bitsize=\"\(8 * bytes.count)\" type=\"\(type)\"/></feature></target>"
    let description = try TargetDescription(root: "target.xml", cache: nil) {
      (_) throws(RemoteError) in Array(text.utf8)
    }
    #expect(description.warnings == [])
    let register = try #require(description.registers["r"])
    return description.value(of: register, bytes, byteOrder: byteOrder)
  }

  private func content(_ type: String, _ bytes: [UInt8]) throws -> TypedValue.Content {
    try value("", type: type, bytes).content
  }

  @Test func integers() throws {
    #expect(try content("int8", [0xff]) == .signed(-1))
    #expect(try content("uint8", [0xff]) == .unsigned(255))
    #expect(try content("int16", [0xfe, 0xff]) == .signed(-2))
    #expect(try content("uint24", [1, 2, 3]) == .unsigned(0x030201))
    #expect(try content("int24", [0, 0, 0x80]) == .signed(-0x800000))
    #expect(try content("int64", [UInt8](repeating: 0xff, count: 8)) == .signed(-1))
    #expect(
      try content("uint64", [UInt8](repeating: 0xff, count: 8)) == .unsigned(.init(UInt64.max)))
    #expect(try content("int128", [UInt8](repeating: 0xff, count: 16)) == .signed(-1))
    #expect(try content("uint128", [UInt8](repeating: 0xff, count: 16)) == .unsigned(.max))
    #expect(try content("int", [0xff, 0xff, 0xff, 0xff]) == .signed(-1))
    #expect(try content("no-such-type", [0xff, 0xff]) == .unsigned(0xffff))
    #expect(try content("bool", [2]) == .boolean(true))
    #expect(try content("bool", [0]) == .boolean(false))
    #expect(try content("code_ptr", [0x10, 0, 0, 0]) == .pointer(0x10, isCode: true))
    #expect(try content("data_ptr", [0x10, 0]) == .pointer(0x10, isCode: false))
    let wide = [UInt8](0..<17)
    #expect(try content("int", wide) == .bytes(wide))
    #expect(try content("no-such-type", wide) == .bytes(wide))
  }

  @Test func bigEndian() throws {
    #expect(try value("", type: "uint16", [1, 2], byteOrder: .big).content == .unsigned(0x102))
    let flags =
      "<flags id=\"t\" size=\"2\"><field name=\"low\" start=\"0\"/>"
      + "<field name=\"high\" start=\"12\" end=\"15\"/></flags>"
    let value = try value(flags, type: "t", [0xa0, 0x01], byteOrder: .big)
    #expect(value["low"]?.content == .boolean(true))
    #expect(value["high"]?.content == .unsigned(0xa))
    #expect(RegisterDescription.hexadecimal([1, 2], byteOrder: .big) == "0x0102")
    #expect(RegisterDescription.hexadecimal([1, 2, 3]) == "0x030201")
  }

  @Test func floatingPoint() throws {
    #expect(try content("ieee_half", [0x00, 0x3c]) == .floatingPoint(1, bits: 0x3c00))
    #expect(try content("ieee_half", [0x01, 0x00]) == .floatingPoint(0x1p-24, bits: 1))
    #expect(try content("ieee_half", [0x00, 0xfc]) == .floatingPoint(-.infinity, bits: 0xfc00))
    #expect(try content("bfloat16", [0xc0, 0xbf]) == .floatingPoint(-1.5, bits: 0xbfc0))
    #expect(
      try content("ieee_single", [0, 0, 0x20, 0xc1]) == .floatingPoint(-10, bits: 0xc120_0000))
    #expect(try content("ieee_single", [1, 0, 0, 0]) == .floatingPoint(0x1p-149, bits: 1))
    #expect(
      try content("ieee_double", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
        == .floatingPoint(1, bits: 0x3ff0_0000_0000_0000))
    #expect(try content("float", [0, 0, 0x80, 0x3f]) == .floatingPoint(1, bits: 0x3f80_0000))
    guard case .floatingPoint(let nan, _) = try content("ieee_half", [0x01, 0x7c]) else {
      Issue.record("no number")
      return
    }
    #expect(nan.isNaN)
    // A format that does not fit into the register.
    #expect(try content("ieee_double", [0, 0, 0x80, 0x3f]) == .unsigned(0x3f80_0000))
  }

  /// Every half and a sample of singles, compared with the machine's arithmetic.
  @Test func floatsAreThoseOfTheMachine() throws {
    for bits in UInt16.min...UInt16.max {
      let expected = Double(Float16(bitPattern: bits))
      let value = FloatFormat.half.double(UInt128(bits))
      #expect(value == expected || value.isNaN && expected.isNaN)
    }
    var generator = SplitMix64(state: 7)
    for _ in 0..<20_000 {
      let bits = UInt32.random(in: 0...UInt32.max, using: &generator)
      let expected = Double(Float(bitPattern: bits))
      let value = FloatFormat.single.double(UInt128(bits))
      #expect(value == expected || value.isNaN && expected.isNaN)
    }
  }

  /// Intel SDM, volume 1, "Double Extended-Precision Floating-Point Format".
  @Test func extendedPrecision() throws {
    let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f]
    #expect(try content("i387_ext", one) == .floatingPoint(1, bits: 0x3fff_8000_0000_0000_0000))
    // In 16 bytes, as LLDB's servers have it.
    #expect(
      try content("i387_ext", one + [9, 9, 9, 9, 9, 9])
        == .floatingPoint(1, bits: 0x3fff_8000_0000_0000_0000))
    // π, as FLDPI loads it.
    let pi: [UInt8] = [0x35, 0xc2, 0x68, 0x21, 0xa2, 0xda, 0x0f, 0xc9, 0x00, 0x40]
    guard case .floatingPoint(let value, _) = try content("i387_ext", pi) else {
      Issue.record("no number")
      return
    }
    #expect(value == Double.pi)
    let infinity: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x7f]
    guard case .floatingPoint(.infinity, _) = try content("i387_ext", infinity) else {
      Issue.record("not infinite")
      return
    }
    // Sign and exponent, high word, low word.
    let fpa: [UInt8] = [0x00, 0x40, 0, 0x80, 0, 0, 0, 0xc0, 0, 0, 0, 0]
    guard case .floatingPoint(let number, _) = try content("arm_fpa_ext", fpa) else {
      Issue.record("no number")
      return
    }
    #expect(number == -3)
    #expect(FloatFormat.quadruple.double(0x3fff << 112) == 1)
  }

  @Test func flagsHaveNames() throws {
    let types = """
      <enum id="mode" size="1"><evalue name="user" value="0"/><evalue name="svc" value="0x3"/></enum>
      <flags id="t" size="4">
      <field name="N" start="31" end="31"/><field name="Z" start="30"/><field name="" start="0"/>
      <field name="M" start="1" end="4" type="mode"/><field name="K" start="8" end="11" type="int8"/>
      <field name="B" start="12" end="13" type="bool"/>
      </flags>
      """
    let value = try value(types, type: "t", [0x07, 0x2f, 0, 0x80])
    #expect(value.setFlags == ["N"])
    #expect(value["N"]?.content == .boolean(true))
    #expect(value["Z"]?.content == .boolean(false))
    #expect(value["M"]?.content == .enumeration(name: "svc", 3))
    #expect(value["K"]?.content == .signed(-1))
    #expect(value["B"]?.content == .boolean(true))
    #expect(value["B"]?.bitWidth == 2)
    guard case .flags(let parts, let bits) = value.content else {
      Issue.record("no flags")
      return
    }
    #expect(bits == 0x8000_2f07)
    #expect(parts.map(\.bits) == [31...31, 30...30, 0...0, 1...4, 8...11, 12...13])
  }

  @Test func unknownValuesOfEnumerationsHaveNoName() throws {
    let types = "<enum id=\"t\" size=\"4\"><evalue name=\"one\" value=\"1\"/></enum>"
    #expect(try value(types, type: "t", [1, 0, 0, 0]).content == .enumeration(name: "one", 1))
    #expect(try value(types, type: "t", [2, 0, 0, 0]).content == .enumeration(name: nil, 2))
  }

  @Test func structures() throws {
    let types = """
      <struct id="bits" size="4"><field name="low" start="0" end="7"/>
      <field name="high" start="8" end="31" type="uint32"/></struct>
      <vector id="pair" type="uint16" count="2"/>
      <struct id="t"><field name="a" type="uint8"/><field name="b" type="pair"/>
      <field name="c" type="bits"/><field name="d" type="data_ptr"/></struct>
      """
    let bytes: [UInt8] = [1, 2, 0, 3, 0, 0xff, 1, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0]
    let value = try value(types, type: "t", bytes)
    #expect(value["a"]?.content == .unsigned(1))
    #expect(value["b"]?[0]?.content == .unsigned(2))
    #expect(value["b"]?[1]?.content == .unsigned(3))
    #expect(value["c"]?["low"]?.content == .unsigned(0xff))
    #expect(value["c"]?["high"]?.content == .unsigned(1))
    #expect(value["d"]?.content == .pointer(0x10, isCode: false))
  }

  @Test func theViewsOfAVector() throws {
    let description = try Transcript.description("qemu-7.2-cortex-a57")
    let v0 = try #require(description.registers["v0"])
    let bytes: [UInt8] = [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40, 0, 0, 0x80, 0x40]
    let value = description.value(of: v0, bytes)
    guard case .union(let views) = value.content else {
      Issue.record("no views")
      return
    }
    #expect(views.map(\.name) == ["d", "s", "h", "b", "q"])
    let single = try #require(value["s"]?["f"])
    #expect(
      (0..<4).map { single[$0]?.content } == [
        .floatingPoint(1, bits: 0x3f80_0000), .floatingPoint(2, bits: 0x4000_0000),
        .floatingPoint(3, bits: 0x4040_0000), .floatingPoint(4, bits: 0x4080_0000),
      ])
    #expect(value["b"]?["u"]?[2]?.content == .unsigned(0x80))
    #expect(value["b"]?["s"]?[2]?.content == .signed(-128))
    #expect(value["b"]?["u"]?[16] == nil)
    #expect(
      value["q"]?["u"]?[0]?.content
        == .unsigned(0x4080_0000_4040_0000_4000_0000_3f80_0000))
  }

  @Test func theViewsOfAScalableVector() throws {
    let description = try Transcript.description("qemu-7.2-aarch64-max")
    let z0 = try #require(description.registers["z0"])
    let value = description.value(of: z0, (0..<256).map { UInt8($0) })
    #expect(value["b"]?["u"]?[255]?.content == .unsigned(255))
    #expect(value["b"]?["u"]?[256] == nil)
    #expect(value["d"]?["u"]?[31]?.content == .unsigned(0xfffe_fdfc_fbfa_f9f8))
  }

  @Test func eachFeatureHasItsOwnTypes() throws {
    let text = """
      <target><feature name="f"><flags id="t" size="1"><field name="A" start="0"/></flags>
      <reg name="a" bitsize="8" type="t"/></feature>
      <feature name="g"><flags id="t" size="1"><field name="B" start="0"/></flags>
      <reg name="b" bitsize="8" type="t"/></feature>
      <feature name="h"><reg name="c" bitsize="8" type="t"/></feature></target>
      """
    let description = try TargetDescription(root: "target.xml", cache: nil) {
      (_) throws(RemoteError) in Array(text.utf8)
    }
    #expect(description.warnings == [])
    for (name, flag) in [("a", "A"), ("b", "B"), ("c", "A")] {
      let register = try #require(description.registers[name])
      #expect(description.value(of: register, [1]).setFlags == [flag])
    }
  }

  @Test func typesThatAreInThemselvesEnd() throws {
    for types in [
      "<union id=\"t\"><field name=\"a\" type=\"t\"/><field name=\"b\" type=\"t\"/></union>",
      "<struct id=\"t\"><field name=\"a\" type=\"t\"/></struct>",
      "<vector id=\"t\" type=\"t\" count=\"2\"/>",
      "<struct id=\"t\" size=\"4\"><field name=\"a\" type=\"t\"/><field name=\"b\" type=\"t\"/></struct>",
    ] {
      _ = try value(types, type: "t", [1, 2, 3, 4])
    }
  }

  /// 2²⁰ views, and each could be a copy of all the bytes.
  @Test func typesThatGetOutOfHandEnd() throws {
    var types = "<vector id=\"t0\" type=\"uint8\" count=\"65536\"/>"
    for index in 1...10 {
      let fields = (0..<4).map { "<field name=\"\($0)\" type=\"t\(index - 1)\"/>" }.joined()
      types += "<union id=\"t\(index)\">\(fields)</union>"
    }
    let bytes = [UInt8](repeating: 1, count: 65_536)
    let many = (0..<5000).map { "<field name=\"\($0)\" type=\"unknown\"/>" }.joined()
    let clock = ContinuousClock()
    let time = try clock.measure {
      _ = try value(types, type: "t10", bytes)
      _ = try value("<union id=\"t\">\(many)</union>", type: "t", bytes)
      _ = try value("<vector id=\"t\" type=\"uint8\" count=\"65536\"/>", type: "t", [1])
    }
    #expect(time < .seconds(20))
  }
}
