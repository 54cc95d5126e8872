internal import VCpuDebug

/// `exits export`: writes recorded exits to a file.
enum ExitsExportCommand: ShellCommand {
  static let name = "exits export"
  static let worksWhileRunning = true
  private static let words = Parameter<String>.text(
    "[--as csv|jsonl|perfetto] FILE", complete: { _ in .fileNames })
  static let parameters: [any AnyParameter] = [words]
  static let summary = "Write all recorded exits to a file: a table, JSON, or a trace for Perfetto."
  static let manual = """
    The file's extension chooses the format, or --as does:

      .csv                 a table with a line for each exit
      .jsonl               an object of JSON for each exit, with the names of 'exits'
      .pftrace .perfetto   a trace for ui.perfetto.dev: a track for each vCPU with the times of the guest and of
                           the hypervisor; each exit has its fields

    Times are in nanoseconds. An existing file is replaced once the new one is complete.

      exits export boot.csv
      exits export --as perfetto boot.trace
    """

  static let transcript = """
    (vcpu) exits export --as csv exits.vcpu
    wrote 12 exits to exits.vcpu
    """

  private enum Format: String, CaseIterable {
    case csv, jsonl, perfetto

    init?(extension: String) {
      switch `extension`.lowercased() {
      case "csv": self = .csv
      case "jsonl": self = .jsonl
      case "pftrace", "perfetto", "perfetto-trace": self = .perfetto
      default: return nil
      }
    }

    func bytes(_ answer: ExitsAnswer) throws -> [UInt8] {
      switch self {
      case .csv: Array(ExitTable.text(answer).utf8)
      case .jsonl: try ExitLines.bytes(answer)
      case .perfetto: PerfettoTrace.bytes(answer)
      }
    }
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    var text = arguments[words].trimmed
    var format: Format?
    if text.hasPrefix("--as ") {
      let rest = String(text.dropFirst("--as".count)).trimmed
      let word = rest.prefix { !$0.isWhitespace }
      guard let named = Format(rawValue: String(word)) else {
        throw ShellError("'--as' takes csv, jsonl or perfetto, not '\(word)'")
      }
      format = named
      text = String(rest.dropFirst(word.count)).trimmed
    }
    guard !text.isEmpty else { throw ShellError("'\(name)' needs the path of a file") }
    let ending = text.lastIndex(of: ".").map { String(text[text.index(after: $0)...]) } ?? ""
    guard let format = format ?? Format(extension: ending) else {
      throw ShellError(
        "'\(text)' doesn't say the format: name it .csv, .jsonl or .pftrace, or give --as")
    }
    let session = try shell.requireSession()
    let log = try session.recorder.source().log(last: nil)
    let answer = RecordedExitReader(session).answer(log, last: nil)
    return .answer(
      try ExportedFile.write(try format.bytes(answer), to: text, format.rawValue, answer))
  }
}

/// Writes a file with recorded exits.
enum ExportedFile {
  static func write(
    _ bytes: [UInt8], to path: String, _ format: String, _ answer: ExitsAnswer
  ) throws -> ExitsExportAnswer {
    do throws(WholeFile.Failure) {
      try WholeFile(path: path).finish(bytes, isSafe: false)
    } catch {
      throw OutputError("the exits to \(path)", code: error.code)
    }
    return ExitsExportAnswer(
      file: path, format: format, exits: answer.exits.count, byteCount: bytes.count)
  }
}
