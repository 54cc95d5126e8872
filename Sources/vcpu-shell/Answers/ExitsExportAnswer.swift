/// A file with recorded exits that was written.
struct ExitsExportAnswer: Answer {
  static let kind = "exitsExport"
  /// Its path.
  let file: String
  /// What it is: `csv`, `jsonl`, `perfetto` or `html`.
  let format: String
  /// How many exits it has.
  let exits: Int
  /// Its size in bytes.
  let byteCount: Int
}
