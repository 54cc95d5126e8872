/// Reads physical memory in many places together: a round trip to a stub costs more than the bytes. The
/// answers are in the order of the requests; nil for addresses without memory.
typealias BatchRead = ([(address: UInt64, byteCount: Int)]) throws -> [[UInt8]?]

/// Translation tables, each read only once: a table that maps itself, or that is used in two places, isn't
/// read again.
struct PhysicalTables {
  private let read: BatchRead
  private let isBigEndian: Bool
  private var entries: [UInt64: [UInt64]] = [:]
  /// How many entries of a table were requested, whether or not there is memory.
  private var askedCounts: [UInt64: Int] = [:]
  /// How many bytes were requested.
  private(set) var byteCount = 0

  /// The most bytes that one call of `read` requests.
  private static let batchByteCount = 1 << 20

  init(isBigEndian: Bool, read: @escaping BatchRead) {
    self.isBigEndian = isBigEndian
    self.read = read
  }

  /// The entries of a table that was read; nil if it wasn't, or if there is no memory.
  subscript(address: UInt64) -> [UInt64]? { entries[address] }

  /// Reads the tables at `addresses`, of `entryCount` entries each, that have not been read yet, as long as no
  /// more than `byteLimit` bytes are read in all.
  ///
  /// - Returns: whether the limit was enough.
  mutating func read(_ addresses: [UInt64], entryCount: Int, byteLimit: Int) throws -> Bool {
    let tableByteCount = entryCount * 8
    var wanted: [UInt64] = []
    var isComplete = true
    for address in addresses where (askedCounts[address] ?? 0) < entryCount {
      guard byteCount + tableByteCount <= byteLimit else {
        isComplete = false
        break
      }
      byteCount += tableByteCount
      askedCounts[address] = entryCount
      wanted.append(address)
    }
    let batchCount = max(1, Self.batchByteCount / tableByteCount)
    for first in stride(from: 0, to: wanted.count, by: batchCount) {
      let batch = wanted[first..<min(first + batchCount, wanted.count)]
      let answers = try read(batch.map { ($0, tableByteCount) })
      for (address, bytes) in zip(batch, answers) {
        guard let bytes, bytes.count >= tableByteCount else { continue }
        entries[address] = words(bytes, count: entryCount)
      }
    }
    return isComplete
  }

  private func words(_ bytes: [UInt8], count: Int) -> [UInt64] {
    unsafe bytes.withUnsafeBytes { buffer in
      (0..<count).map { index in
        let word = unsafe buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
        return isBigEndian ? UInt64(bigEndian: word) : UInt64(littleEndian: word)
      }
    }
  }
}
