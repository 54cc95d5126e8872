internal import Foundation
internal import VCpuDebug

/// `list`: shows source lines.
enum ListCommand: ShellCommand {
  static let name = "list"
  static let aliases = ["l"]
  static let isRepeatable = true
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Show source lines: around the frame's line, a function, or FILE:LINE."
  static let manual = """
    Ten lines, and with each further 'list' the next ten; 'list -' shows those before. A LINE alone is of the
    file that was listed last, or of the frame's. 'list 10,20' shows a range.

    A path of another machine is made one of this by 'set substitute-path', and 'directory' says where else to
    look for files.

      list
      list VCpu.run
      list ExitHandler.swift:20
      list 10,20
    """

  static let transcript = """
    (vcpu) list count_exits
       5       unsigned long gpr[4];
       6       const char *name;
       7     };
       8     struct vcpu boot_vcpu = { 3, running, { 1, 2, 2, 2 }, "boot" };
       9     __attribute__((noinline)) unsigned long count_exits(struct vcpu *vcpu, int step) {
       10      unsigned long count = vcpu->gpr[0] + step;
       11      vcpu->gpr[0] = count;
       12      return count;
       13    }
       14    __attribute__((noinline)) unsigned long serve(struct vcpu *vcpu) {
    (vcpu) list 1,3
       1     enum state { asleep, running = 4 };
       2     struct vcpu {
       3       unsigned number;
    """

  private static let location = Parameter<String?>(
    "[LINE|FILE:LINE|FUNCTION|FIRST,LAST|-]", .expression,
    complete: { _ in .wordsAndSymbols(["-"]) }
  ) { $0.takeAll() }

  static func repetition(of line: String, _ text: String) -> String {
    // After `list f` the lines that follow, and after `list -` those before.
    text.trimmed == "-" ? line : name
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    return .answer(
      SourceLinesAnswer(try lines(arguments[location], in: session, shell), in: session))
  }

  private static func lines(
    _ text: String?, in session: HypervisorSession, _ shell: Shell
  ) throws -> SourceLines {
    let source = session.source
    guard let text else { return try source.nextLines() }
    if text == "-" { return try source.previousLines() }
    if let comma = text.firstIndex(of: ",") {
      let first = String(text[..<comma]).trimmed
      let last = String(text[text.index(after: comma)...]).trimmed
      let start = try first.isEmpty ? nil : place(first, in: session, shell)
      let end = try last.isEmpty ? nil : place(last, in: session, shell)
      switch (start, end) {
      case (let start?, let end?):
        guard end.line >= start.line, end.file == start.file else {
          throw ShellError("'\(text)' isn't a range of lines of one file")
        }
        return try source.lines(
          from: start.line, count: end.line - start.line + 1, of: start.file)
      case (let start?, nil):
        return try source.lines(
          from: start.line, count: SessionSource.lineCount, of: start.file)
      case (nil, let end?):
        let first = max(1, end.line - SessionSource.lineCount + 1)
        return try source.lines(from: first, count: end.line - first + 1, of: end.file)
      case (nil, nil): return try source.nextLines()
      }
    }
    return try source.lines(around: place(text, in: session, shell))
  }

  /// The line that a text names: a line, or where a function begins.
  private static func place(
    _ text: String, in session: HypervisorSession, _ shell: Shell
  ) throws -> SourceLocation {
    if let line = SourceLineName(text, current: { session.source.currentFile }) {
      let files = session.source.files(matching: line.path)
      guard let file = files.first else {
        throw ShellError("no file with debug information has the name \(line.path)")
      }
      return SourceLocation(file: file, line: line.line)
    }
    let place = try shell.evaluating(text) { try session.expressions.places(of: $0)[0] }
    guard let found = session.modules.of(place.space)?.sourceLocation(at: place.address) else {
      throw ShellError("no source line is known of \(text)")
    }
    return found
  }
}

/// `info source`: the file of the frame.
enum InfoSourceCommand: ShellCommand {
  static let name = "info source"
  static let summary = "Show the source file of the frame, and where it was found."

  static let transcript = """
    (vcpu) info source
    hypervisor.c, 17 lines; the frame is at line 10
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard let location = try session.source.current() else {
      throw ShellError("the source line of the frame isn't known")
    }
    return .answer(SourceFileAnswer(location, in: session))
  }
}

/// `info line`: the code of a source line.
enum InfoLineCommand: ShellCommand {
  static let name = "info line"
  private static let location = Parameter<String?>(
    "[LOCATION]", .expression, complete: { _ in .wordsAndSymbols([]) }
  ) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [location]
  static let summary = "Show where the code of a source line is, or the line of an address."
  static let manual = """
    LOCATION is FILE:LINE, a LINE of the current file, a function, or *ADDRESS; without it the frame's PC.
    Several places are the line's in inlined copies.

      info line
      info line vectors.S:40
      info line *$pc
    """

  static let transcript = """
    (vcpu) info line handle_exit
    line 18 of hypervisor.S is at hv:0x40205000 <handle_exit> up to hv:0x40205004 <handle_exit+4>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    guard let text = arguments[location] else {
      let frame = try session.stack.shownFrame()
      return .answer(LineAnswer([(frame.lookupAddress, frame.space)], in: session))
    }
    if let line = SourceLineName(text, current: { session.source.currentFile }) {
      let code = session.source.code(ofLine: line.line, in: line.path)
      guard !code.isEmpty else {
        throw ShellError("line \(line.line) of \(line.path) has no code, and no line after it")
      }
      return .answer(
        LineAnswer(
          code.flatMap { code in code.addresses.map { ($0, code.space) } }, in: session))
    }
    let places = try shell.evaluating(text) { try session.expressions.places(of: $0) }
    return .answer(LineAnswer(places, in: session))
  }
}

/// `directory`: where source files are searched.
enum DirectoryCommand: ShellCommand {
  static let name = "directory"
  static let aliases = ["dir"]
  private static let folders = Parameter<String?>(
    "[FOLDER…]", .words, complete: { _ in .fileNames }
  ) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [folders]
  static let summary =
    "Look for source files in more folders; without one, only by their recorded paths."
  static let manual = """
    A file is looked for by the path that the compiler recorded, and then in each folder: by that path inside of
    it, and by its name alone. The folder that was given last comes first. A colon may separate folders.

      directory ~/src/axvisor
    """

  static let transcript = """
    (vcpu) directory /usr/src
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let files = try shell.requireSession().source.files
    guard let text = arguments[folders] else {
      files.directories = []
      return .done
    }
    let named = try ScriptArguments(parsing: text).words.flatMap {
      $0.split(separator: ":").map(String.init)
    }.map { path in
      path == "~" || path.hasPrefix("~/") ? Self.home + path.dropFirst() : path
    }
    files.directories = named + files.directories.filter { !named.contains($0) }
    return .done
  }

  private static var home: String { NSHomeDirectory() }
}

/// `set substitute-path`: what a path of another machine is here.
enum SetSubstitutePathCommand: ShellCommand {
  static let name = "set substitute-path"
  private static let paths = Parameter<String>("FROM TO", .words) { scanner in
    guard let text = scanner.takeAll() else {
      throw ShellError(
        "'\(scanner.command)' takes the beginning of a recorded path, and what it is here")
    }
    return text
  }
  static let parameters: [any AnyParameter] = [paths]
  static let summary = "Replace the beginning of recorded source paths."
  static let manual = """
    Only whole parts of a path match. 'unset substitute-path' removes a rule, or all.

      set substitute-path /build/linux /usr/src/linux
    """

  static let transcript = """
    (vcpu) set substitute-path /build /usr/src
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let words = try ScriptArguments(parsing: arguments[paths]).words
    guard words.count == 2 else {
      throw ShellError("'\(name)' takes two paths, such as /build/linux /usr/src/linux")
    }
    try shell.requireSession().source.files.substitute(words[0], by: words[1])
    return .done
  }
}

/// `unset substitute-path`: removes a rule.
enum UnsetSubstitutePathCommand: ShellCommand {
  static let name = "unset substitute-path"
  private static let path = Parameter<String?>("[FROM]", .words) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [path]
  static let summary = "Remove a rule of 'set substitute-path', or all of them."

  static let transcript = """
    (vcpu) unset substitute-path
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try shell.requireSession().source.files.removeSubstitution(of: arguments[path])
    return .done
  }
}
