internal import VCpuDebug

/// A snapshot that was saved.
struct SnapshotAnswer: Answer {
  static let kind = "snapshot"
  /// The file.
  let path: String
  /// How many CPUs or threads it has.
  let threadCount: Int
  /// How much memory it has, in bytes.
  let memoryByteCount: Int
  /// How long the file is, in bytes.
  let fileByteCount: Int
  /// What of the memory that was asked for is not there, and why.
  let missing: [String]

  init(_ summary: SnapshotSummary, at path: String) {
    self.path = path
    threadCount = summary.threadCount
    memoryByteCount = summary.memoryByteCount
    fileByteCount = summary.fileByteCount
    missing = summary.missing
  }
}
