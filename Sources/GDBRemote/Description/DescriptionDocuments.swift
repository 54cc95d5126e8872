/// The documents of a target description, put into one another as they include each other.
struct DescriptionDocuments {
  /// An item of a document, with what it needs of its surroundings.
  struct Item {
    var item: DescriptionDocument.Item
    /// The innermost feature, which may be that of an including document.
    var feature: String
    /// The document, for warnings.
    var document: String
  }

  /// A document as the stub sent it.
  struct Source: Equatable, Sendable {
    var name: String
    var bytes: [UInt8]
  }

  static let includeDepthLimit = 8
  static let includeLimit = 64
  static let byteLimit = 1 << 22
  static let nameLimit = 256

  /// Those that were fetched, in that order.
  private(set) var read: [Source] = []
  private(set) var warnings: [String] = []
  private var parsed: [String: DescriptionDocument] = [:]
  private var byteCount = 0
  private var includeCount = 0

  /// The bytes of the document `name`, which are asked for once.
  mutating func bytes(
    _ name: String, _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> [UInt8] {
    if let source = read.first(where: { $0.name == name }) { return source.bytes }
    let bytes = try fetch(name)
    byteCount += bytes.count
    read.append(Source(name: name, bytes: bytes))
    return bytes
  }

  /// Appends the items of a document, with those of others in the place of their includes.
  mutating func collect(
    _ root: String, into items: inout [Item], _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    let bytes = try bytes(root, fetch)
    guard !bytes.isEmpty else { return warnings.append("the stub has no \(root)") }
    try collect(root, bytes, feature: "", path: [root], &items, fetch)
  }

  private mutating func collect(
    _ name: String, _ bytes: [UInt8], feature: String, path: [String], _ items: inout [Item],
    _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    guard byteCount <= Self.byteLimit else {
      items.append(Item(item: .gap, feature: feature, document: name))
      return warnings.append("\(name) makes the description too long, and is left out")
    }
    let document = parsed[name] ?? DescriptionDocument(parsing: bytes)
    if parsed[name] == nil {
      parsed[name] = document
      warnings += document.warnings.sentences(about: name)
    }
    for item in document.items {
      switch item {
      case .include(let href, let inner, let line):
        let problem = try include(
          href, feature: inner ?? feature, path: path, &items, fetch)
        if let problem {
          warnings.append("\(name), line \(line): \(href) \(problem)")
          items.append(Item(item: .gap, feature: feature, document: name))
        }
      case .register(let register, _):
        items.append(Item(item: item, feature: register.feature ?? feature, document: name))
      case .type(_, _, let inner, _):
        items.append(Item(item: item, feature: inner ?? feature, document: name))
      case .architecture, .osABI, .compatible, .skippedRegister, .gap:
        items.append(Item(item: item, feature: feature, document: name))
      }
      // Documents that include the same one many times could grow without bounds.
      guard items.count <= TargetDescription.itemLimit else { return }
    }
  }

  /// Collects the document that another one includes. Returns why not, if it cannot.
  private mutating func include(
    _ href: String, feature: String, path: [String], _ items: inout [Item],
    _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> String? {
    includeCount += 1
    guard includeCount < Self.includeLimit else {
      items.append(Item(item: .gap, feature: feature, document: href))
      // One sentence says it of all that follow.
      return includeCount == Self.includeLimit ? "is one include too many, and is left out" : nil
    }
    guard path.count < Self.includeDepthLimit else {
      return "is included too deeply, and is left out"
    }
    guard byteCount <= Self.byteLimit else { return "is left out: the description is too long" }
    guard href.utf8.count <= Self.nameLimit else { return "is too long a name" }
    guard !path.contains(href) else { return "includes itself, and is left out" }
    var name = href
    var bytes = try bytes(href, fetch)
    // For GDB the name is that of a document, whatever the including one is called. Where there is
    // none, it may be meant as XML means it, next to the including one.
    if bytes.isEmpty, let folder = path.last?.lastIndex(of: "/"), let parent = path.last {
      name = parent[...folder] + href
      guard !path.contains(name) else { return "includes itself, and is left out" }
      bytes = try self.bytes(name, fetch)
    }
    guard !bytes.isEmpty else { return "is included, but the stub does not have it" }
    try collect(name, bytes, feature: feature, path: path + [name], &items, fetch)
    return nil
  }
}
