public import Foundation

/// Source files by the paths that compilers recorded, which may be those of another machine.
public final class SourceFiles {
  /// Where files are searched whose recorded path has none, in order (GDB's `directory`).
  public var directories: [String] = [] { didSet { known = [:] } }
  /// The beginnings of paths that are replaced, in order (GDB's `set substitute-path`).
  public private(set) var substitutions: [(from: String, to: String)] = []
  private var known: [String: Text?] = [:]
  /// The files that were said to be missing.
  private var missed: Set<String> = []

  /// Creates an empty set of rules.
  public init() {}

  /// A file that was found.
  public struct Text {
    /// Where it was found.
    public let path: String
    /// Its lines without their ends.
    public let lines: [String]
    /// When it was changed last.
    public let changed: Date

    /// A line, from 1; nil if there is none.
    public subscript(line: Int) -> String? {
      lines.indices.contains(line - 1) ? lines[line - 1] : nil
    }
  }

  /// A larger file isn't source.
  private static let byteLimit = 16 << 20

  /// The file of a recorded path; nil if it can't be found or read.
  public func text(of recorded: String) -> Text? {
    if let known = known[recorded] { return known }
    let text = candidates(for: recorded).lazy.compactMap(Self.read).first
    known[recorded] = .some(text)
    return text
  }

  /// Whether to say that a file is missing: the first time that it is needed.
  public func takeMissing(_ recorded: String) -> Bool {
    text(of: recorded) == nil && missed.insert(recorded).inserted
  }

  /// Replaces a beginning of paths by another. A rule for the same beginning is replaced.
  public func substitute(_ from: String, by to: String) {
    removeSubstitution(of: from)
    substitutions.append((from, to))
    known = [:]
  }

  /// Removes a rule; all for nil.
  public func removeSubstitution(of from: String?) {
    substitutions.removeAll { from == nil || $0.from == from }
    known = [:]
  }

  /// Forgets what was read, for files that have changed.
  public func forget() {
    known = [:]
    missed = []
  }

  /// Where a file may be: by its path with a rule applied, and then in each directory, by the whole path and by its name.
  private func candidates(for recorded: String) -> [String] {
    let path = substituted(recorded)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let inside = directories.flatMap { folder in
      [folder + (path.hasPrefix("/") ? "" : "/") + path, folder + "/" + name]
    }
    return [path] + inside
  }

  private func substituted(_ path: String) -> String {
    // Only whole parts of a path match: `/build` is no beginning of `/builder/a.c`.
    for (from, to) in substitutions where path.hasPrefix(from) {
      let rest = path.dropFirst(from.count)
      if rest.isEmpty || rest.hasPrefix("/") || from.hasSuffix("/") { return to + rest }
    }
    return path
  }

  private static func read(_ path: String) -> Text? {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == .typeRegular,
      let size = attributes[.size] as? Int, size <= byteLimit,
      let data = FileManager.default.contents(atPath: path)
    else { return nil }
    var lines = String(decoding: data, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return Text(
      path: path, lines: lines,
      changed: attributes[.modificationDate] as? Date ?? .distantPast)
  }
}
