internal import GDBRemote
internal import VCpuDebug

/// What `dump` and `append` have in common.
enum DumpWords {
  /// The format of the file, by GDB's name or its beginning.
  static func format(_ formats: [MemoryFileFormat]) -> Parameter<MemoryFileFormat?> {
    let words = formats.map(\.rawValue)
    return Parameter(
      "[\(words.joined(separator: "|"))]", .word, complete: { _ in .words(words) }
    ) { scanner in
      scanner.take(oneOf: words).flatMap(MemoryFileFormat.init)
    }
  }

  static let content = Parameter<Content>(
    "memory|value", .word, complete: { _ in .words(Content.allCases.map(\.rawValue)) }
  ) { scanner in
    let words = Content.allCases.map(\.rawValue)
    guard let content = scanner.take(oneOf: words).flatMap(Content.init) else {
      throw ShellError(
        "'\(scanner.command)' takes 'memory FILE START END' or 'value FILE EXPRESSION'")
    }
    return content
  }

  static let file = Parameter<String>("FILE", .word, complete: { _ in .fileNames }) { scanner in
    guard let path = scanner.takePath() else {
      throw ShellError("'\(scanner.command)' needs the path of a file")
    }
    return path
  }

  static let source = Parameter<String>.expression(
    "START END|+LENGTH or EXPRESSION", "needs START and END, or the expression of a value")

  /// What is written.
  enum Content: String, CaseIterable, Sendable { case memory, value }

  static func run(
    _ arguments: Arguments, _ format: MemoryFileFormat, appends: Bool, in shell: Shell
  ) throws -> Outcome {
    let memory = try MemoryWords(shell)
    let text = arguments[source]
    let path = arguments[file]
    switch arguments[content] {
    case .memory:
      let parts = ArgumentParts.split(text, at: .blank)
      guard parts.count == 2 else {
        throw ShellError(
          "'memory' takes START and END, not '\(text)': parts with blanks need brackets")
      }
      let range = try memory.range(from: parts[0], to: parts[1], isThrough: false)
      return .answer(try write(range, as: format, to: path, appends: appends, in: shell, memory))
    case .value:
      let space = try memory.session.expressions.space(of: Value(0))
      let bytes = try memory.bytes(of: text, nil, in: space)
      let destination = try AnswerFile(
        path: path, subject: "to \(path)", appends: appends, signals: shell.signals)
      try write(bytes, as: format, to: destination)
      return .answer(
        DumpAnswer(
          path: path, format: .init(format), isAppended: appends, space: nil, start: nil,
          byteCount: Hex(UInt64(bytes.count))))
    }
  }

  /// A value has no address.
  private static func write(
    _ bytes: [UInt8], as format: MemoryFileFormat, to file: AnswerFile
  ) throws {
    guard let range = MemoryRange(.plain, 0, byteCount: UInt64(bytes.count)) else { return }
    var writer = MemoryFileWriter(format, of: range)
    try file.add(writer.head)
    try file.add(writer.text(of: bytes))
    try file.add(writer.tail)
    try file.finish()
  }

  private static func write(
    _ range: MemoryRange, as format: MemoryFileFormat, to path: String, appends: Bool,
    in shell: Shell, _ memory: MemoryWords
  ) throws -> DumpAnswer {
    guard range.last <= format.lastAddress else {
      throw ShellError(
        "'\(format.rawValue)' has addresses of 32 bits, and \(Hex(range.last)) has more: "
          + "use 'binary' or 'verilog'")
    }
    let file = try AnswerFile(
      path: path, subject: "to \(path)", appends: appends, signals: shell.signals)
    var writer = MemoryFileWriter(format, of: range)
    var sweep = MemorySweep(range, of: memory.session.memory)
    var progress = Progress(
      appends ? "appending" : "dumping", total: range.byteCount, to: shell.output)
    defer { progress.end() }
    do {
      try file.add(writer.head)
      while let piece = try sweep.next() {
        switch piece {
        case .memory(_, let bytes): try file.add(writer.text(of: bytes))
        case .gap(let gap):
          let before = gap.start - range.start
          let rest = before > 0 ? ", though \(before) bytes before it are there" : ""
          throw DebugError.unmapped(
            range.space, gap.start, "\(gap.reason); nothing was written\(rest)")
        }
        progress.note(sweep.doneByteCount)
        try shell.checkInterrupt()
      }
      try file.add(writer.tail)
    } catch {
      throw shell.explaining(interruption: error, "nothing was written to \(path)")
    }
    try file.finish()
    return DumpAnswer(
      path: path, format: .init(format), isAppended: appends, space: range.space.prefix,
      start: Hex(range.start), byteCount: Hex(range.byteCount))
  }
}

extension DumpAnswer.Format {
  init(_ format: MemoryFileFormat) {
    self =
      switch format {
      case .binary: .binary
      case .intelHex: .ihex
      case .sRecord: .srec
      case .verilog: .verilog
      }
  }
}
