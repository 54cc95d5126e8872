internal import FoundationEssentials
internal import FoundationXML

/// One document of a target description, before its includes are followed.
struct DescriptionDocument {
  enum Item: Equatable {
    case architecture(String)
    case osABI(String)
    case register(Register)
    case type(id: String, TypeDescription)
    case include(String)
  }

  /// A register that may have no number of its own.
  struct Register: Equatable {
    var name: String
    var bitWidth: Int
    var number: Int?
    var group: String?
    var feature: String
    var typeName: String
    var packetOffset: Int?
  }

  private(set) var items: [Item] = []
  private(set) var warnings: [String] = []

  /// Reads a document as far as it is well-formed.
  init(parsing bytes: [UInt8], name: String) {
    // Entities that a document defines could make it grow without bounds. No stub needs them.
    guard !DescriptionDocument.contains("<!ENTITY", in: bytes) else {
      warnings.append("\(name) defines entities and is left out")
      return
    }
    // XMLParser traps on malformed UTF-8 in a name. Descriptions are ASCII.
    let ascii = bytes.map { 0x20...0x7e ~= $0 || 0x09...0x0d ~= $0 ? $0 : UInt8(ascii: "?") }
    let parser = XMLParser(data: Data(ascii))
    let reader = DocumentReader(name: name)
    parser.delegate = reader
    parser.shouldResolveExternalEntities = false
    if !parser.parse() {
      reader.warn("is malformed near line \(parser.lineNumber), what follows is left out")
    }
    items = reader.items
    warnings = reader.warnings
  }

  private static func contains(_ text: StaticString, in bytes: [UInt8]) -> Bool {
    let pattern = text.withUTF8Buffer { unsafe Array($0) }
    guard bytes.count >= pattern.count else { return false }
    for start in 0...(bytes.count - pattern.count) where bytes[start] == pattern[0] {
      if bytes[start...].starts(with: pattern) { return true }
    }
    return false
  }
}

/// Collects the elements that a description has.
private final class DocumentReader: XMLParserDelegate {
  static let depthLimit = 32
  static let itemLimit = 20_000
  static let warningLimit = 50
  /// No register is wider than the tile of SME, which has 256 by 256 bytes.
  static let bitWidthLimit = 256 * 256 * 8

  /// No `g` packet is longer.
  static let offsetLimit = 1 << 20

  let name: String
  private(set) var items: [DescriptionDocument.Item] = []
  private(set) var warnings: [String] = []
  private var depth = 0
  private var feature = ""
  private var text = ""
  private var type: (id: String, definition: TypeDescription)?

  init(name: String) { self.name = name }

  func warn(_ what: String) {
    if warnings.count < Self.warningLimit { warnings.append("\(name) \(what)") }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    depth += 1
    text = ""
    guard depth <= Self.depthLimit, items.count < Self.itemLimit else {
      warn("is too deep or too long, the rest is left out")
      parser.abortParsing()
      return
    }
    switch element {
    case "feature": feature = attributes["name"] ?? ""
    case "reg": register(attributes)
    case "xi:include", "include":
      if let href = attributes["href"] { items.append(.include(href)) }
    case "vector":
      guard let id = attributes["id"], let element = attributes["type"],
        let count = Self.number(attributes["count"]), count > 0
      else { return warn("has a malformed vector") }
      items.append(.type(id: id, .vector(element: element, count: count)))
    case "union", "struct", "flags", "enum": begin(element, attributes)
    case "field": field(attributes)
    case "evalue":
      guard let name = attributes["name"], let value = Self.number(attributes["value"])
      else { return warn("has a malformed evalue") }
      type?.definition.append(TypeDescription.Value(name: name, value: value))
    default: break
    }
  }

  func parser(
    _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
    qualifiedName: String?
  ) {
    depth -= 1
    let content = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    switch element {
    case "architecture": items.append(.architecture(content))
    case "osabi": items.append(.osABI(content))
    case "feature": feature = ""
    case "union", "struct", "flags", "enum":
      if let type { items.append(.type(id: type.id, type.definition)) }
      type = nil
    default: break
    }
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if text.utf8.count < 1024 { text += string }
  }

  private func register(_ attributes: [String: String]) {
    guard let name = attributes["name"], !name.isEmpty,
      let bitWidth = Self.number(attributes["bitsize"]), 1...Self.bitWidthLimit ~= bitWidth
    else { return warn("has a malformed register \(attributes["name"] ?? "without a name")") }
    var number: Int?
    if let text = attributes["regnum"] {
      number = Self.number(text)
      guard let number, 0..<1 << 24 ~= number else {
        return warn("has the register \(name) with a malformed number \(text)")
      }
    }
    items.append(
      .register(
        .init(
          name: name, bitWidth: bitWidth, number: number, group: attributes["group"],
          feature: feature, typeName: attributes["type"] ?? "int",
          packetOffset: Self.number(attributes["offset"]).flatMap {
            0..<Self.offsetLimit ~= $0 ? $0 : nil
          })))
  }

  private func begin(_ element: String, _ attributes: [String: String]) {
    guard let id = attributes["id"] else { return warn("has a \(element) without a name") }
    let size = Self.number(attributes["size"])
    let definition: TypeDescription =
      switch element {
      case "union": .union(fields: [])
      case "struct": .structure(fields: [], byteCount: size)
      case "flags": .flags(fields: [], byteCount: size)
      default: .enumeration(values: [], byteCount: size)
      }
    type = (id, definition)
  }

  private func field(_ attributes: [String: String]) {
    guard let name = attributes["name"] else { return warn("has a field without a name") }
    var bits: ClosedRange<Int>?
    if let start = Self.number(attributes["start"]) {
      let end = Self.number(attributes["end"]) ?? start
      guard start >= 0, start <= end, end < 1 << 16 else {
        return warn("has a malformed field \(name)")
      }
      bits = start...end
    }
    type?.definition.append(
      TypeDescription.Field(name: name, typeName: attributes["type"], bits: bits))
  }

  private static func number(_ text: String?) -> Int? {
    guard let text else { return nil }
    return text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
  }
}
