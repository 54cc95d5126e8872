/// Paths of source files, as text.
enum SourcePath {
  static func lastPart(of path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  /// Whether a person's path means a file: it is the whole path, or the last parts of it. `.` and `..` in the middle of
  /// both are taken as what they mean.
  static func matches(_ file: String, _ wanted: String) -> Bool {
    if file == wanted { return true }
    let parts = parts(of: file)
    let end = self.parts(of: wanted)
    guard !end.isEmpty, end.count <= parts.count else { return false }
    if wanted.hasPrefix("/"), end.count != parts.count { return false }
    return parts.suffix(end.count).elementsEqual(end)
  }

  private static func parts(of path: String) -> [Substring] {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts
  }
}
