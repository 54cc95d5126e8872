import Testing

@testable import GDBRemote

struct XMLReaderTests {
  private func names(_ text: String, limits: XMLReader.Limits = .init()) -> [String] {
    names(Array(text.utf8), limits: limits)
  }

  private func names(_ bytes: [UInt8], limits: XMLReader.Limits = .init()) -> [String] {
    XMLReader(bytes, limits: limits).events.compactMap { event in
      guard case .begin(_, let attributes, _) = event else { return nil }
      return attributes["n"]
    }
  }

  @Test(arguments: [
    "<a n=\"1\"/>", "\u{feff}<a n=\"1\"/>", "\n \t<?xml version=\"1.0\"?>\n<a n=\"1\"/>",
    "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a n=\"1\"/>", "<a n=\"1\"/>\0", "<a n=\"1\"/>\0\0",
    "<?xml version=\"1.0\" encoding=\"no-such\"?><a n=\"1\"/>",
    "<!DOCTYPE a SYSTEM \"/no/such/file.dtd\"><a n=\"1\"/>", "<a n=\"&#49;\"/>",
  ])
  func takesWhatStubsSend(text: String) {
    let reader = XMLReader(Array(text.utf8))
    #expect(names(text) == ["1"])
    #expect(reader.warnings.all == [])
  }

  @Test func linesAreThoseOfTheDocument() {
    let text = "<?xml version=\"1.0\"\n?>\n<a>\n<b n=\"1\"/>\n</a"
    let reader = XMLReader(Array(text.utf8))
    #expect(reader.events.contains(.begin(element: "b", attributes: ["n": "1"], line: 4)))
    #expect(
      reader.warnings.sentences(about: "x")
        == ["x, line 5: is malformed here; what follows may be left out"])
  }

  /// The parser loses memory at each error.
  @Test func thereIsALimitOfErrors() {
    let text = "<a n=\"1\">" + String(repeating: "&x;", count: 1000) + "</a>"
    let reader = XMLReader(Array(text.utf8))
    #expect(reader.warnings.all.map(\.text) == ["has too many errors; the rest is left out"])
    #expect(reader.damageIndex != nil)
    #expect(names(text).first == "1")
  }

  @Test func otherLanguagesStay() {
    #expect(names("<a n=\"été 中\"/>") == ["été 中"])
  }

  /// On malformed UTF-8 the parser would trap.
  @Test func malformedTextIsMended() {
    #expect(
      names(Array("<a n=\"".utf8) + [0xff, 0xc3] + Array("\"/>".utf8)) == ["\u{fffd}\u{fffd}"])
    #expect(names(Array("<a n=\"".utf8) + [1, 27] + Array("\"/>".utf8)) == ["??"])
    #expect(names([0xc3] + Array("<a n=\"1\"/>".utf8)) == [])
  }

  /// U+009B begins a command to a terminal.
  @Test(arguments: ["<a n=\"\u{9b}31m\"/>", "<a n=\"&#x9b;31m\"/>", "<a n=\"&#127;31m\"/>"])
  func controlsAreTakenOut(text: String) {
    #expect(names(text) == ["?31m"])
  }

  @Test func textOfAnElement() {
    let reader = XMLReader(Array("<a> one\n two <![CDATA[<b> \u{9b}]]></a>".utf8))
    #expect(reader.events.last == .end(element: "a", text: "one two <b> ?"))
  }

  @Test(arguments: [
    "<!DOCTYPE a [<!ENTITY b \"c\">]><a n=\"&b;\"/>",
    "<!DOCTYPE a [<!ENTITY % b SYSTEM \"file:///etc/hostname\"> %b;]><a n=\"1\"/>",
  ])
  func entitiesAreRefused(text: String) {
    #expect(XMLReader(Array(text.utf8)).events == [])
    #expect(XMLReader(Array(text.utf8)).warnings.all.count == 1)
  }

  /// At each of these FoundationXML of Swift 6.3 reads from address 0.
  @Test(arguments: [
    "<?x?><a n=\"1\"/>", "<a n=\"1\"><?x?></a>", "<?x?><?y?>\n<a n=\"1\"/><?", "<a n=\"1\"><?x</a>",
    "<?<?x?><a n=\"1\"/>", "<?xml?><a n=\"1\"/>",
  ])
  func instructionsAreNotRead(text: String) {
    #expect(names(text) == ["1"])
  }

  @Test(arguments: [
    "<!ATTLIST a n CDATA #IMPLIED>", "<!NOTATION n SYSTEM 'x'>", "<!NOTATION n PUBLIC 'x'>",
    "<!ELEMENT a EMPTY>",
  ])
  func declarationsAreRefused(text: String) {
    #expect(names("<!DOCTYPE a [\(text)]><a n=\"1\"/>") == [])
  }

  @Test func commentsAndTypesAreNoDeclarations() {
    #expect(names("<!DOCTYPE a SYSTEM \"a.dtd\"><!-- x --><a n=\"1\"/>") == ["1"])
  }

  /// In UTF-7 `+ADw-` is `<`: a document that said so could hide its entities.
  @Test func noOtherEncodingHidesEntities() {
    let text =
      "<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY b 'c'+AD4-]+AD4-"
      + "+ADw-a n='+ACY-b;'/+AD4-"
    #expect(XMLReader(Array(text.utf8)).events == [])
  }

  @Test func whatIsTooDeepIsLeftOutAlone() {
    let deep = String(repeating: "<d n=\"x\">", count: 40) + String(repeating: "</d>", count: 40)
    let reader = XMLReader(Array("<a><b n=\"1\"/>\(deep)<b n=\"2\"/></a>".utf8))
    #expect(
      names("<a><b n=\"1\"/>\(deep)<b n=\"2\"/></a>")
        == ["1"] + [String](repeating: "x", count: 31) + ["2"])
    #expect(reader.warnings.all.map(\.text) == ["is too deep; a part is left out"])
  }

  @Test func lengthIsLimited() {
    var limits = XMLReader.Limits()
    limits.elementCount = 3
    let text = "<a>" + String(repeating: "<b n=\"1\"/>", count: 9) + "</a>"
    #expect(names(text, limits: limits) == ["1", "1"])
    #expect(
      XMLReader(Array(text.utf8), limits: limits).warnings.all.map(\.text)
        == ["is too long; the rest is left out"])
    limits.byteCount = 20
    #expect(names(text, limits: limits) == [])
    #expect(XMLReader(Array(text.utf8), limits: limits).warnings.all.count == 1)
  }

  @Test func anEmptyDocumentSaysSo() {
    #expect(XMLReader([]).warnings.all.map(\.text) == ["is empty"])
    #expect(XMLReader([0, 0]).warnings.all.map(\.text) == ["is empty"])
  }

  @Test(arguments: [
    ("0", 0), ("12", 12), ("0x1f", 31), ("0X1F", 31), ("010", 8), ("00", 0), (" 7", 7),
    ("0xffffffffffffffff", UInt64.max), ("18446744073709551615", UInt64.max),
    ("08", nil), ("0x", nil), ("", nil), ("-1", nil), ("+1", nil), ("0x-1", nil), ("1 ", nil),
    ("18446744073709551616", nil), ("0x10000000000000000", nil), ("1k", nil), ("x", nil),
  ])
  func numbersAreGDBs(text: String, number: UInt64?) {
    #expect(DocumentNumber.unsigned(text) == number)
  }

  @Test func numbersHaveLimits() {
    #expect(DocumentNumber.integer("16", limit: 16) == 16)
    #expect(DocumentNumber.integer("17", limit: 16) == nil)
    #expect(DocumentNumber.integer("0xffffffffffffffff", limit: .max) == nil)
    #expect(DocumentNumber.integer(nil, limit: 16) == nil)
  }
}
