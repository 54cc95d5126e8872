import Foundation
import Testing

@testable import vcpu_shell

/// Foundation's decoder has to read back what was written.
@Suite struct JSONLineEncoderTests {
  struct Leaf: Codable, Equatable {
    var text = "a"
    var hex: Hex? = 0x2a
    var leaves: [Leaf] = []
  }

  enum Word: String, Codable, CaseIterable { case one, twoWords }

  struct Everything: Codable, Equatable {
    var zebra = "first"
    var ape = true
    var number = -7
    var hex: Hex = 0xffff_ffff_ffff_ffff
    var word = Word.twoWords
    var missing: String?
    var present: Int? = 0
    var holes: [Int?] = [1, nil, 3]
    var lists: [[Int]] = [[], [1], [2, 3]]
    var leaf = Leaf()
    var tree = [Leaf(leaves: [Leaf(), Leaf(text: "b", hex: nil)]), Leaf()]
    var words: [Word] = [.one, .twoWords]
    var flags: [Bool] = [true, false]
    var hexes: [Hex] = [0, 1]
    var none: [String] = []
    var named = ["key": 1]
    var tiny: Int8 = -128
    var wide = UInt64.max
    var double = 0.1
    var float: Float = 0.1
  }

  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONLineEncoder.bytes(of: value), as: UTF8.self)
  }

  private func expectRoundTrip<T: Codable & Equatable>(
    _ value: T, location: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = try JSONLineEncoder.bytes(of: value)
    #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7f }, sourceLocation: location)
    let back = try JSONDecoder().decode(T.self, from: Data(bytes))
    #expect(back == value, sourceLocation: location)
  }

  @Test func keysComeInTheirOrder() throws {
    #expect(
      try text(Everything())
        == #"{"zebra":"first","ape":true,"number":-7,"hex":"0xffffffffffffffff","#
        + #""word":"twoWords","present":0,"holes":[1,null,3],"lists":[[],[1],[2,3]],"#
        + #""leaf":{"text":"a","hex":"0x2a","leaves":[]},"#
        + #""tree":[{"text":"a","hex":"0x2a","leaves":[{"text":"a","hex":"0x2a","leaves":[]},"#
        + #"{"text":"b","leaves":[]}]},{"text":"a","hex":"0x2a","leaves":[]}],"#
        + #""words":["one","twoWords"],"flags":[true,false],"hexes":["0x0","0x1"],"none":[],"#
        + #""named":{"key":1},"tiny":-128,"wide":18446744073709551615,"double":0.1,"float":0.1}"#)
    try expectRoundTrip(Everything())
  }

  /// Each character alone, and each between others: every scalar of the first plane, and some above it.
  @Test func everyCharacterComesBack() throws {
    let scalars = (0...0xffff as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)
    for start in stride(from: 0, to: scalars.count, by: 257) {
      let part = scalars[start..<min(start + 257, scalars.count)]
      try expectRoundTrip(part.map { String(Character($0)) })
      try expectRoundTrip(part.reduce(into: "") { $0 += "x\($1)" })
    }
    try expectRoundTrip(["\u{10000}", "\u{1f600}", "\u{10ffff}", "\u{e0001}", "e\u{301}", "👩‍👩‍👧"])
  }

  @Test(arguments: [
    ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#), ("\n\r\t", #""\n\r\t""#),
    ("\0\u{8}\u{c}\u{1b}[31m", #""\u0000\u0008\u000c\u001b[31m""#), ("\u{7f}", #""\u007f""#),
    ("\u{9b}31m", #""\u009b31m""#), ("\u{2028}\u{2029}\u{85}", #""\u2028\u2029\u0085""#),
    ("\u{202e}\u{2066}\u{feff}", #""\u202e\u2066\ufeff""#), ("\u{e0041}", #""\udb40\udc41""#),
    ("é€😀", "\"é€😀\""),
    (
      String(decoding: [0x61, 0xff, 0xed, 0xa0, 0x80], as: UTF8.self),
      "\"a\u{fffd}\u{fffd}\u{fffd}\u{fffd}\""
    ),
  ])
  func whatIsInvisibleIsEscaped(string: String, json: String) throws {
    #expect(try text(string) == json)
    #expect(try text([string: 1]) == "{\(json):1}")
    try expectRoundTrip(string)
  }

  /// A string from another library, which isn't in memory as UTF-8.
  @Test func aBridgedStringIsWritten() throws {
    let string = NSString(characters: [0x61, 0xe9, 0x22, 0xd83d, 0xde00], length: 5) as String
    #expect(try text(string) == "\"aé\\\"😀\"")
  }

  @Test func numbersComeBack() throws {
    try expectRoundTrip([Int.min, -1, 0, 1, Int.max])
    try expectRoundTrip([UInt64.min, UInt64.max])
    try expectRoundTrip([
      0, -0.0, 1, -1, 0.1, 1e-5, 1e16, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      1234.567891,
    ])
    #expect(try text([-0.0, 1e16, 1e-5]) == "[-0.0,1e+16,1e-05]")
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func aNumberThatIsNotFiniteIsAnError(number: Double) {
    #expect(throws: EncodingError.self) { try JSONLineEncoder.bytes(of: [number]) }
  }

  @Test(arguments: 0..<64)
  func hexadecimalNumbersComeBack(bit: UInt64) throws {
    let numbers = [Hex(1 << bit), Hex(1 << bit &- 1), Hex(UInt64.max >> bit)]
    try expectRoundTrip(numbers)
    #expect(try text(numbers) == "[" + numbers.map { "\"\($0)\"" }.joined(separator: ",") + "]")
  }

  // MARK: Containers that the compiler never generates

  struct Nothing: Codable, Equatable {}

  struct Silent: Encodable { func encode(to encoder: any Encoder) {} }

  @Test func whatEncodesNothingIsAnObject() throws {
    #expect(try text(Nothing()) == "{}")
    #expect(try text(Silent()) == "{}")
    #expect(try text([Silent(), Silent()]) == "[{},{}]")
    #expect(try text(["a": Silent()]) == #"{"a":{}}"#)
  }

  struct ByHand: Encodable {
    enum Key: CodingKey { case list, object, empty, after }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      var list = container.nestedUnkeyedContainer(forKey: .list)
      try list.encode(1)
      var inner = list.nestedContainer(keyedBy: Key.self)
      try inner.encode("x", forKey: .after)
      var rest = list.nestedUnkeyedContainer()
      try rest.encode(2)
      try rest.encodeNil()
      var object = container.nestedContainer(keyedBy: Key.self, forKey: .object)
      try object.encodeNil(forKey: .empty)
      try Leaf().encode(to: container.superEncoder(forKey: .empty))
      try 7.encode(to: container.superEncoder())
      try container.encode(true, forKey: .after)
    }
  }

  @Test func nestedContainersEndWhenTheOuterGoesOn() throws {
    #expect(
      try text([ByHand()]) == #"[{"list":[1,{"after":"x"},[2,null]],"object":{"empty":null},"#
        + #""empty":{"text":"a","hex":"0x2a","leaves":[]},"super":7,"after":true}]"#)
  }

  // MARK: Kinds

  struct Inner: Answer {
    static let kind = "inner"
    var number = 1
  }

  struct Outer: Answer {
    static let kind = "outer"
    var inner = Inner()
    var plain = Nothing()
    var inners = [Inner()]
    var absent: Inner?
  }

  @Test func anAnswerSaysWhatItIsWhereverItIs() throws {
    let inner = #"{"kind":"inner","number":1}"#
    let outer = #"{"kind":"outer","inner":\#(inner),"plain":{},"inners":[\#(inner)]}"#
    #expect(try text(Outer()) == outer)
    #expect(try text([AnyAnswer(Outer()), AnyAnswer(Inner())]) == "[\(outer),\(inner)]")
    try expectRoundTrip(Outer())
  }
}
