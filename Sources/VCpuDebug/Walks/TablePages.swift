/// Pages of physical memory that hold translation tables. Each is read once, all that are missing together: a round
/// trip to a stub costs more than the bytes.
///
/// What walks the tables asks for entries, and is run again until nothing is missing: once for each level, of which
/// all but the last run have little to do.
final class TablePages {
  private let read: BatchRead
  /// The words of each page; nil for one without memory.
  private var pages: [UInt64: [UInt64]?] = [:]
  /// The page that was used last: a table's entries are asked for in a row.
  private var last: (page: UInt64, words: [UInt64]?) = (.max, nil)
  private var missing: Set<UInt64> = []

  private static let byteCount = 4096

  init(read: @escaping BatchRead) { self.read = read }

  /// The doubleword at a physical address, as a little-endian CPU loads it; nil if no memory is there, or if the page
  /// is missing.
  func entry(at address: UInt64) -> UInt64? {
    let page = address & ~UInt64(Self.byteCount - 1)
    if last.page != page {
      guard let known = pages[page] else {
        missing.insert(page)
        return nil
      }
      last = (page, known)
    }
    return last.words?[Int(address - page) / 8]
  }

  /// Runs a walk until nothing that it asked for is missing.
  func complete<R>(_ walk: () throws -> R) throws -> R {
    while true {
      let result = try walk()
      guard !missing.isEmpty else { return result }
      let wanted = missing.sorted()
      missing = []
      for (page, bytes) in zip(wanted, try read(wanted.map { ($0, Self.byteCount) })) {
        pages.updateValue(bytes.flatMap(Self.words), forKey: page)
      }
    }
  }

  private static func words(_ bytes: [UInt8]) -> [UInt64]? {
    guard bytes.count >= byteCount else { return nil }
    return unsafe bytes.withUnsafeBytes { buffer in
      (0..<byteCount / 8).map { index in
        unsafe UInt64(
          littleEndian: buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
      }
    }
  }
}
