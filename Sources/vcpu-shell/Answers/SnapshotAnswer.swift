internal import VCpuDebug

/// A snapshot that was saved.
struct SnapshotAnswer: Answer {
  static let kind = "snapshot"
  /// The file.
  let path: String
  /// How many CPUs or threads it contains.
  let threadCount: Int
  /// How much memory it contains, in bytes.
  let memoryByteCount: Int
  /// The size of the file in bytes.
  let fileByteCount: Int
  /// The requested memory that could not be saved, and why.
  let missing: [String]

  init(_ summary: SnapshotSummary, at path: String) {
    self.path = path
    threadCount = summary.threadCount
    memoryByteCount = summary.memoryByteCount
    fileByteCount = summary.fileByteCount
    missing = summary.missing
  }
}
