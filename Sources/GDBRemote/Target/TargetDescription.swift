/// What a target says about itself: its architecture, registers and types.
///
/// Source: GDB manual, Target Descriptions. Documents may include others (`xi:include`); the
/// numbering of registers runs through all of them in the order in which they stand.
public struct TargetDescription: Sendable {
  /// The architecture, such as `aarch64`.
  public private(set) var architecture: String?
  /// The operating system, if one is named.
  public private(set) var osABI: String?
  /// The registers.
  public private(set) var registers = RegisterMap()
  /// The types that the description defines, by name.
  public private(set) var types: [String: TypeDescription] = [:]
  /// What was malformed and left out.
  public private(set) var warnings: [String] = []

  static let includeDepthLimit = 8
  static let documentLimit = 64

  /// Creates an empty description.
  public init() {}

  /// Reads the documents that `fetch` brings, beginning with `target.xml`.
  public init(
    root: String = "target.xml", fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    var items: [DescriptionDocument.Item] = []
    var documentCount = 0
    try collect(root, depth: 0, &documentCount, &items, fetch)
    number(items)
  }

  /// Appends the items of a document, with those of others in the place of their includes.
  private mutating func collect(
    _ name: String, depth: Int, _ documentCount: inout Int,
    _ items: inout [DescriptionDocument.Item], _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    guard depth < Self.includeDepthLimit, documentCount < Self.documentLimit else {
      warnings.append("\(name) is included too deeply or too often, and is left out")
      return
    }
    documentCount += 1
    let document = DescriptionDocument(parsing: try fetch(name), name: name)
    warnings += document.warnings
    for item in document.items {
      if case .include(let href) = item {
        try collect(href, depth: depth + 1, &documentCount, &items, fetch)
      } else {
        items.append(item)
      }
    }
  }

  private mutating func number(_ items: [DescriptionDocument.Item]) {
    var registers: [RegisterDescription] = []
    var next = 0
    for item in items {
      switch item {
      case .architecture(let name): architecture = architecture ?? name
      case .osABI(let name): osABI = osABI ?? name
      case .type(let id, let type): types[id] = types[id] ?? type
      case .include: break
      case .register(let register):
        let number = register.number ?? next
        next = number + 1
        registers.append(
          RegisterDescription(
            name: register.name, number: number, bitWidth: register.bitWidth,
            group: register.group, feature: register.feature, typeName: register.typeName,
            packetOffset: register.packetOffset))
      }
    }
    self.registers = RegisterMap(registers)
  }
}
