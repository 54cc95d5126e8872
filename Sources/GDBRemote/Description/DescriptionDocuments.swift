/// The documents of a target description, with their includes expanded.
struct DescriptionDocuments {
  /// An item of a document, with its context.
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

  /// The documents that were fetched, in order.
  private(set) var read: [Source] = []
  private(set) var warnings: [String] = []
  private var parsed: [String: DescriptionDocument] = [:]
  private var byteCount = 0
  private var includeCount = 0

  /// The bytes of the document `name`, which is fetched only once.
  mutating func bytes(
    _ name: String, _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> [UInt8] {
    if let source = read.first(where: { $0.name == name }) { return source.bytes }
    let bytes = try fetch(name)
    byteCount += bytes.count
    read.append(Source(name: name, bytes: bytes))
    return bytes
  }

  /// Appends the items of a document, with the items of other documents in place of their includes.
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
      // Documents that include the same one many times could grow without limit.
      guard items.count <= TargetDescription.itemLimit else { return }
    }
  }

  /// Collects a document that another one includes. Returns the reason if it can't.
  private mutating func include(
    _ href: String, feature: String, path: [String], _ items: inout [Item],
    _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> String? {
    includeCount += 1
    guard includeCount < Self.includeLimit else {
      items.append(Item(item: .gap, feature: feature, document: href))
      // One warning covers all that follow.
      return includeCount == Self.includeLimit
        ? "exceeds the limit of includes, and is left out" : nil
    }
    guard path.count < Self.includeDepthLimit else {
      return "is included too deeply, and is left out"
    }
    guard byteCount <= Self.byteLimit else { return "is left out: the description is too long" }
    guard href.utf8.count <= Self.nameLimit else { return "is too long for a name" }
    guard !path.contains(href) else { return "includes itself, and is left out" }
    var name = href
    var bytes = try bytes(href, fetch)
    // For GDB, the name is the document's, whatever the including one is called. If there is no
    // such document, the name may be relative to the including one, as in XML.
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
