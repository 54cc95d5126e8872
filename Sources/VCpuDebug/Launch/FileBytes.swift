internal import Foundation

/// The contents of files that a person names.
enum FileBytes {
  /// More than any machine here has memory: a larger file is not even read.
  static let limit: UInt64 = 8 << 30

  /// Reads a file, a regular one: others may have no end.
  ///
  /// - Parameter error: makes an error of the reason why it cannot be read.
  static func read(_ path: String, _ error: (String) -> LaunchError) throws(LaunchError) -> [UInt8]
  {
    // By way of links.
    let path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    if let reason = reasonNotToRead(path) { throw error(reason) }
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {}
    throw error("permission denied")
  }

  private static func reasonNotToRead(_ path: String) -> String? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
      return "there is no such file"
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular?: break
    case .typeDirectory?: return "it is a directory"
    default: return "it is not a regular file"
    }
    let byteCount = attributes[.size] as? UInt64 ?? 0
    return byteCount <= limit ? nil : "it has \(byteCount >> 30) GiB"
  }
}
