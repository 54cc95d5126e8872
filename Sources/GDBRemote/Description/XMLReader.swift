internal import Foundation
internal import FoundationXML

/// The elements of a stub's XML document, as far as it is well-formed.
///
/// All documents are read here. A stub's documents may be long, deep, malformed or malicious.
struct XMLReader {
  /// The limits for one document.
  struct Limits {
    var byteCount = 1 << 22
    var depth = 32
    var elementCount = 20_000
    var textByteCount = 1024
    var warningCount = 50
    var errorCount = 200
  }

  enum Event: Equatable {
    case begin(element: String, attributes: [String: String], line: Int)
    /// With the text since the last tag, each run of white space one space.
    case end(element: String, text: String)
  }

  private(set) var events: [Event] = []
  private(set) var warnings = DocumentWarnings()

  /// The index of the first event before which something may be missing; nil if the document is
  /// complete.
  private(set) var damageIndex: Int?

  init(_ bytes: [UInt8], limits: Limits = Limits()) {
    warnings = DocumentWarnings(limit: limits.warningCount)
    defer { if !warnings.all.isEmpty { damageIndex = damageIndex ?? events.count } }
    guard bytes.count <= limits.byteCount else {
      warnings.add("is longer than \(limits.byteCount) bytes and is left out")
      return
    }
    let text = XMLReader.prepared(bytes)
    // Entities that a document defines could make it grow without limit, and other declarations
    // would make the parser trap. No stub needs them.
    guard !XMLReader.declares(text) else {
      warnings.add("contains declarations and is left out")
      return
    }
    guard !text.isEmpty else {
      warnings.add("is empty")
      return
    }
    let parser = XMLParser(data: Data(text))
    let collector = ElementCollector(limits: limits, warnings: warnings)
    parser.delegate = collector
    parser.shouldResolveExternalEntities = false
    // The parser goes on after some errors, and does not count them.
    let isParsed = parser.parse()
    if !collector.gaveUp, !isParsed || collector.errorLine != nil || collector.isOpen {
      collector.warnings.add(
        "is malformed here; what follows may be left out",
        line: collector.errorLine ?? parser.lineNumber)
    }
    events = collector.events
    damageIndex = collector.damageIndex
    warnings = collector.warnings
  }

  /// The document in a form that the parser can process: valid UTF-8, without the characters that XML
  /// forbids and without processing instructions. At malformed UTF-8, and at `<?x?>`, it would trap.
  private static func prepared(_ bytes: [UInt8]) -> [UInt8] {
    var text = bytes
    if !bytes.allSatisfy({ $0 < 0x80 }) {
      text = Array(String(decoding: bytes, as: UTF8.self).utf8)
      if text.starts(with: [0xef, 0xbb, 0xbf]) { text.removeFirst(3) }
    }
    // Some stubs also send the terminating NUL of their string.
    while let last = text.last, last == 0 { text.removeLast() }
    for index in text.indices where text[index] < 0x20 && !(0x09...0x0d ~= text[index]) {
      text[index] = UInt8(ascii: "?")
    }
    eraseInstructions(&text)
    return text
  }

  /// Replaces processing instructions by white space, so that lines keep their numbers.
  ///
  /// The first line of most documents is one. It could name an encoding in which `<` is another
  /// byte (UTF-7), so that `declares` would miss what it looks for. The bytes are always read as
  /// UTF-8.
  private static func eraseInstructions(_ text: inout [UInt8]) {
    var index = 0
    while index + 1 < text.count {
      guard text[index] == UInt8(ascii: "<"), text[index + 1] == UInt8(ascii: "?") else {
        index += 1
        continue
      }
      var end = index + 2
      while end + 1 < text.count,
        text[end] != UInt8(ascii: "?") || text[end + 1] != UInt8(ascii: ">")
      {
        end += 1
      }
      // For one without an end, only the beginning is erased, or everything after it would be lost.
      let last = end + 1 < text.count ? end + 1 : index + 1
      for position in index...last where text[position] != UInt8(ascii: "\n") {
        text[position] = UInt8(ascii: " ")
      }
      index = last + 1
    }
  }

  /// Whether there is something between `<!` and `>` other than comments, plain text, and the name
  /// of a document type.
  private static func declares(_ text: [UInt8]) -> Bool {
    let known = ["--", "[CDATA[", "DOCTYPE"].map { Array($0.utf8) }
    for index in text.indices.dropLast()
    where text[index] == UInt8(ascii: "<") && text[index + 1] == UInt8(ascii: "!") {
      let rest = text[(index + 2)...]
      if !known.contains(where: { rest.starts(with: $0) }) { return true }
    }
    return false
  }
}

private final class ElementCollector: XMLParserDelegate {
  let limits: XMLReader.Limits
  var events: [XMLReader.Event] = []
  var warnings: DocumentWarnings
  var gaveUp = false
  /// The line of the first error.
  var errorLine: Int?
  /// How many events came before the first loss.
  var damageIndex: Int?
  /// Whether an element has no end.
  var isOpen: Bool { depth > 0 }
  private var depth = 0
  private var elementCount = 0
  private var errorCount = 0
  private var text = ""

  init(limits: XMLReader.Limits, warnings: DocumentWarnings) {
    self.limits = limits
    self.warnings = warnings
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    depth += 1
    elementCount += 1
    text = ""
    guard elementCount <= limits.elementCount else {
      if !gaveUp {
        warnings.add("is too long; the rest is left out", line: parser.lineNumber)
      }
      gaveUp = true
      damageIndex = damageIndex ?? events.count
      return parser.abortParsing()
    }
    guard depth <= limits.depth else {
      if depth == limits.depth + 1 {
        warnings.add("is too deep; a part is left out", line: parser.lineNumber)
      }
      damageIndex = damageIndex ?? events.count
      return
    }
    var attributes = attributes
    for (name, value) in attributes where !value.utf8.allSatisfy({ $0 < 0x7f }) {
      attributes[name] = Self.withoutControls(value)
    }
    events.append(.begin(element: element, attributes: attributes, line: parser.lineNumber))
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    if depth <= limits.depth, !gaveUp {
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      events.append(.end(element: element, text: Self.withoutControls(words)))
    }
    depth -= 1
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if text.utf8.count + string.utf8.count <= limits.textByteCount { text += string }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    // libxml2's errors from 200 on are about namespaces. No stub declares that of `xi:include`.
    guard !(200..<300 ~= (error as NSError).code) else { return }
    errorLine = errorLine ?? parser.lineNumber
    damageIndex = damageIndex ?? events.count
    // The parser loses about a hundred bytes of memory at each error.
    errorCount += 1
    if errorCount == limits.errorCount {
      gaveUp = true
      warnings.add("has too many errors; the rest is left out", line: parser.lineNumber)
      parser.abortParsing()
    }
  }

  /// XML forbids most control characters, but not those from U+007F to U+009F, with which a name
  /// could control the terminal that shows it.
  private static func withoutControls(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { 0x7f...0x9f ~= $0.value }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(0x7f...0x9f ~= scalar.value ? "?" : scalar) }
    return String(result)
  }
}
