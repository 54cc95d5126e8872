/// A stub's information about a thread in `qXfer:threads:read`.
///
/// Source: GDB manual, Thread List Format.
public struct ThreadInformation: Equatable, Sendable {
  /// The thread.
  public var id: ThreadID
  /// The number of the core on which it last ran.
  public var core: Int?
  /// Its name.
  public var name: String?
  /// The thread library's handle: bytes that only that library understands.
  public var handle: [UInt8]?
  /// Further details, as text for the user.
  public var details: String?

  /// Creates the information about a thread.
  public init(
    id: ThreadID, core: Int? = nil, name: String? = nil, handle: [UInt8]? = nil,
    details: String? = nil
  ) {
    self.id = id
    self.core = core
    self.name = name
    self.handle = handle
    self.details = details
  }
}

/// The document of `qXfer:threads:read`.
struct ThreadDocument {
  private(set) var threads: [ThreadInformation] = []
  private(set) var warnings: [String] = []

  init(parsing bytes: [UInt8]) {
    let reader = XMLReader(bytes)
    var warnings = reader.warnings
    var current: ThreadInformation?
    var seen: Set<ThreadID> = []
    for event in reader.events {
      switch event {
      case .begin("thread", let attributes, let line):
        guard let text = attributes["id"], let id = ThreadID(parsing: Array(text.utf8)),
          id.thread > 0, (id.process ?? 1) > 0
        else {
          warnings.add("has a thread whose identifier doesn't name a single thread", line: line)
          current = nil
          continue
        }
        guard seen.insert(id).inserted else {
          warnings.add("has the thread \(id) again", line: line)
          current = nil
          continue
        }
        let thread = ThreadInformation(
          id: id, core: DocumentNumber.integer(attributes["core"], limit: 1 << 24),
          name: attributes["name"],
          handle: attributes["handle"].flatMap { Hex.bytes(Array($0.utf8)) })
        // Appended here, as a truncated document doesn't have the element's end.
        threads.append(thread)
        current = thread
      case .end("thread", let text):
        if current != nil, !text.isEmpty { threads[threads.count - 1].details = text }
        current = nil
      case .begin, .end: break
      }
    }
    self.warnings = warnings.sentences(about: "the list of threads")
  }
}
