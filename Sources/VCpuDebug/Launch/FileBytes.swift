internal import Foundation

/// The contents of files that a person names.
enum FileBytes {
  /// Reads a file.
  ///
  /// - Parameter error: makes an error of the reason why it cannot be read.
  static func read(_ path: String, _ error: (String) -> LaunchError) throws(LaunchError) -> [UInt8]
  {
    do {
      return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {}
    throw error(reason(for: path))
  }

  private static func reason(for path: String) -> String {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      return "there is no such file"
    }
    return isDirectory.boolValue ? "it is a directory" : "permission denied"
  }
}
