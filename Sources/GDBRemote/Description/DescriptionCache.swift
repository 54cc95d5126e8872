internal import Synchronization

/// Descriptions that were read before, found by the bytes of their documents.
///
/// A stub has to be asked for its documents in each connection (QEMU 7.2 answers `p` and `P` only
/// then), but parsing them takes longer than comparing them.
final class DescriptionCache: Sendable {
  /// The cache of this process.
  static let shared = DescriptionCache()

  private struct Entry {
    var documents: [DescriptionDocuments.Source]
    var description: TargetDescription
  }

  private let entries = Mutex<[Entry]>([])
  private let limit: Int
  private let byteLimit: Int

  init(limit: Int = 16, byteLimit: Int = 1 << 20) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// How many descriptions are kept.
  var count: Int { entries.withLock { $0.count } }

  /// The description whose documents all equal those that `fetch` returns. They are fetched in the
  /// order in which parsing would fetch them, and only those that parsing would fetch.
  func description(
    root: String, documents: inout DescriptionDocuments,
    _ fetch: (String) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> TargetDescription? {
    let candidates = entries.withLock { $0 }.filter { $0.documents.first?.name == root }
    guard !candidates.isEmpty else { return nil }
    for candidate in candidates {
      var isSame = true
      for known in candidate.documents {
        // A document that differs may have other includes, so the ones after it are not fetched.
        guard try documents.bytes(known.name, fetch) == known.bytes else {
          isSame = false
          break
        }
      }
      if isSame { return candidate.description }
    }
    return nil
  }

  /// Adds a description, and drops the oldest ones beyond the limits. A description that alone is
  /// too long isn't added.
  func store(_ description: TargetDescription, _ documents: [DescriptionDocuments.Source]) {
    let entry = Entry(documents: documents, description: description)
    guard Self.byteCount([entry]) <= byteLimit else { return }
    entries.withLock { entries in
      entries.append(entry)
      while entries.count > limit || Self.byteCount(entries) > byteLimit {
        entries.removeFirst()
      }
    }
  }

  private static func byteCount(_ entries: [Entry]) -> Int {
    entries.reduce(0) { $0 + $1.documents.reduce(0) { $0 + $1.bytes.count } }
  }
}
