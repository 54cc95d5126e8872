/// A target's description of itself: its architecture, registers and types.
///
/// Source: GDB manual, Target Descriptions. Documents may include others (`xi:include`); registers
/// are numbered across all of them, in document order. Malformed parts are left out, with a warning
/// that says where they are, and everything else is kept.
public struct TargetDescription: Equatable, Sendable {
  /// The architecture, such as `aarch64`.
  public internal(set) var architecture: String?
  /// The operating system, if one is named.
  public internal(set) var osABI: String?
  /// The architectures that this one can run the code of.
  public internal(set) var compatible: [String] = []
  /// The registers.
  public internal(set) var registers = RegisterMap()
  /// What was malformed and left out.
  public internal(set) var warnings: [String] = []

  var typeTable = TypeTable()

  /// The types that the description defines, by name. If several features define the same name,
  /// this has the first; `type(named:in:)` finds each.
  public var types: [String: TypeDescription] { typeTable.all }

  static let warningLimit = 200
  static let itemLimit = 20_000

  /// Creates an empty description.
  public init() {}

  /// Reads the documents that `fetch` returns, beginning with `root`. An empty document means that
  /// it doesn't exist.
  ///
  /// Each is fetched once. If identical documents were read before in this process, the earlier
  /// result is used.
  public init(
    root: String = "target.xml", fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    try self.init(root: root, cache: .shared, fetch: fetch)
  }

  init(
    root: String, cache: DescriptionCache?, fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) {
    var documents = DescriptionDocuments()
    if let known = try cache?.description(root: root, documents: &documents, fetch) {
      self = known
      return
    }
    var items: [DescriptionDocuments.Item] = []
    try documents.collect(root, into: &items, fetch)
    warnings = documents.warnings
    combine(items)
    cache?.store(self, documents.read)
  }

  /// The type that `name` means in a feature, if the description defines it there or elsewhere.
  public func type(named name: String, in feature: String = "") -> TypeDescription? {
    typeTable.type(name, feature: feature)
  }

  private mutating func combine(_ items: [DescriptionDocuments.Item]) {
    var registers: [RegisterDescription] = []
    var numbers: Set<Int> = []
    // The number of the next register without an explicit one; nil once it isn't known.
    var next: Int? = 0
    // From this number on, a `g` packet may hold registers that are not known here.
    var generalLimit = Int.max
    var unnumberedCount = 0
    for item in items.prefix(Self.itemLimit) {
      switch item.item {
      case .architecture(let name): architecture = architecture ?? name
      case .osABI(let name): osABI = osABI ?? name
      case .compatible(let name): compatible.append(name)
      case .include: break
      case .type(let id, let type, _, let line):
        if !typeTable.add(id, type, feature: item.feature) {
          warn(
            "\(item.document), line \(line): the type \(id) is already defined; "
              + "the first definition is kept")
        }
      case .skippedRegister(let known):
        let number = known ?? next
        generalLimit = min(generalLimit, number ?? .max)
        next = number.map { $0 + 1 }
      case .gap:
        generalLimit = min(generalLimit, next ?? .max)
        next = nil
      case .register(let register, let line):
        guard let number = register.number ?? next else {
          // A number that is off by one would give another register's value.
          unnumberedCount += 1
          continue
        }
        guard number <= RegisterElement.numberLimit else {
          warn(
            "\(item.document), line \(line): there is no number for the register \(register.name)")
          continue
        }
        next = number + 1
        if !numbers.insert(number).inserted {
          warn(
            "\(item.document), line \(line): the register \(register.name) has the number "
              + "\(number) of another")
        }
        registers.append(
          RegisterDescription(
            name: register.name, number: number, bitWidth: register.bitWidth,
            group: register.group, feature: item.feature, typeName: register.typeName,
            isSaved: register.isSaved, lldb: register.lldb))
      }
    }
    if unnumberedCount > 0 {
      warn(
        "\(unnumberedCount) registers without numbers are left out: some before them are missing")
    }
    if items.count > Self.itemLimit { warn("the description is too long; the rest is left out") }
    self.registers = RegisterMap(
      registers, architecture: architecture, generalLimit: generalLimit)
    let pointer = registers.first { ["code_ptr", "data_ptr"].contains($0.typeName) }
    if let pointer, pointer.byteCount <= 8 { typeTable.pointerByteCount = pointer.byteCount }
  }

  private mutating func warn(_ text: String) {
    if warnings.count < Self.warningLimit { warnings.append(text) }
  }
}
