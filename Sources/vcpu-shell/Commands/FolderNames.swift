internal import Foundation

/// Folders as people name them.
enum FolderNames {
  /// The folders in a text, between blanks and colons. A `~` at the beginning is the user's own.
  static func parse(_ text: String) throws -> [String] {
    try ScriptArguments(parsing: text).words.flatMap {
      $0.split(separator: ":").map(String.init)
    }.map { path in
      path == "~" || path.hasPrefix("~/") ? NSHomeDirectory() + path.dropFirst() : path
    }
  }
}
