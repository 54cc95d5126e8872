internal import Foundation

/// The contents of files that the user names.
enum FileBytes {
  /// More than the memory of any machine here: a larger file isn't read.
  static let limit: UInt64 = 8 << 30

  /// Reads a regular file: others may be endless.
  ///
  /// - Parameter error: makes an error from the reason why it can't be read.
  static func read<Failure: Error>(
    _ path: String, _ error: (String) -> Failure
  ) throws(Failure) -> [UInt8] {
    // Links are resolved.
    let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    if let reason = reasonNotToRead(path) { throw error(reason) }
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {}
    throw error("permission denied")
  }

  private static func reasonNotToRead(_ path: String) -> String? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      return "no such file"
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular?: break
    case .typeDirectory?: return "it is a directory"
    default: return "it is not a regular file"
    }
    let byteCount = attributes[.size] as? UInt64 ?? 0
    return byteCount <= limit ? nil : "it is larger than \(limit >> 30) GiB"
  }
}
