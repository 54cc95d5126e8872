/// The source of the session's programs: where `list` is, and which code a line has.
public final class SessionSource {
  /// The source files.
  public let files = SourceFiles()
  private let modules: SessionModules
  private let stack: SessionStack
  private let access: TargetAccess
  /// What was listed last, and since which run.
  private var listed: (lines: SourceLines, run: Int)?

  init(_ access: TargetAccess, _ modules: SessionModules, _ stack: SessionStack) {
    self.access = access
    self.modules = modules
    self.stack = stack
  }

  /// The source line of the frame that commands are about; nil if that isn't known.
  public func current() throws -> SourceLocation? { try stack.shownFrame().source }

  /// The file that a line number alone is of: what was listed last, or else that of the frame.
  public var currentFile: String? {
    if let listed, listed.run == access.runCount { return listed.lines.file }
    return (try? stack.shownFrame())?.source?.file ?? listed?.lines.file
  }

  /// The code of a line of a file.
  public struct Code {
    /// The line that has code, which may be after the one that was asked for.
    public let location: SourceLocation
    /// The space of the addresses.
    public let space: AddressSpace
    /// Where breakpoints for it belong, at least one: one for each function, and each inlined copy.
    public let addresses: [UInt64]
  }

  /// The code of a line, or of the next line that has code, of the first space that has the file; empty if there is
  /// none.
  ///
  /// - Parameter path: a whole path, or its last parts.
  public func code(ofLine line: Int, in path: String) -> [Code] {
    for module in modules.all {
      let found = module.code(ofLine: line, in: path).map {
        Code(
          location: $0.location, space: access.hasHypervisor ? module.space : .plain,
          addresses: $0.addresses)
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The recorded paths of files that a path means.
  public func files(matching path: String) -> [String] {
    var found: [String] = []
    for module in modules.all {
      for file in module.file?.debugInformation?.files(matching: path) ?? []
      where !found.contains(file) {
        found.append(file)
      }
    }
    return found
  }

  // MARK: Listing

  /// How many lines `list` shows.
  public static let lineCount = 10

  /// The lines around a line, as GDB's `list` centers them.
  public func lines(around location: SourceLocation) throws -> SourceLines {
    try lines(
      from: max(1, location.line - Self.lineCount / 2), count: Self.lineCount, of: location.file)
  }

  /// The lines after those that were listed last, or around the frame's line at a new stop.
  public func nextLines() throws -> SourceLines {
    guard let listed, listed.run == access.runCount else {
      guard let location = try current() else { throw DebugError.noSource("the frame") }
      return try lines(around: location)
    }
    return try lines(from: listed.lines.last + 1, count: Self.lineCount, of: listed.lines.file)
  }

  /// The lines before those that were listed last.
  public func previousLines() throws -> SourceLines {
    guard let listed else { return try nextLines() }
    guard listed.lines.first > 1 else {
      throw DebugError.noSource("before line 1 of \(listed.lines.file)")
    }
    let first = max(1, listed.lines.first - Self.lineCount)
    return try lines(from: first, count: listed.lines.first - first, of: listed.lines.file)
  }

  /// Lines of a file.
  ///
  /// - Throws: `DebugError.noSourceFile` if the file isn't there, `.noSource` if it has no such line.
  public func lines(from first: Int, count: Int, of file: String) throws -> SourceLines {
    guard let text = files.text(of: file) else { throw DebugError.noSourceFile(file) }
    guard first <= text.lines.count else {
      throw DebugError.noSource("line \(first) of \(file): it has \(text.lines.count) lines")
    }
    let lines = SourceLines(
      file: file, first: first, lines: Array(text.lines[(first - 1)...].prefix(count)))
    listed = (lines, access.runCount)
    return lines
  }
}
