import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// What the shell writes to files appears whole or not at all, also when the disk is full.
  @Suite struct OutputFiles {
    private let folder: TemporaryFolder
    private let snapshot: String

    init() throws {
      folder = try TemporaryFolder()
      snapshot = folder.path + "/snapshot"
      expectSuccess(try ShellRun.launch("snapshot save \(snapshot)"))
    }

    /// The shell on a snapshot, with a limit on the size of files, which acts like a full disk.
    private func run(
      kib: Int, _ options: [String] = [], _ commands: String..., redirection: String = ""
    ) throws -> ShellRun {
      try ShellRun(
        ["open", snapshot, "--batch"] + options + commands.flatMap { ["-ex", $0] },
        wrapper: ["/bin/bash", "-c", "ulimit -f \(kib); exec \"$0\" \"$@\" \(redirection)"])
    }

    private func text(of name: String) throws -> String {
      try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
    }

    /// The files in the folder besides the snapshot, including hidden ones.
    private var names: [String] {
      get throws {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
          .filter { $0 != "snapshot" }
      }
    }

    @Test(arguments: [">", ">>"])
    func anAnswer(operator sign: String) throws {
      let new = folder.path + "/new"
      let old = folder.path + "/old"
      expectOneError(
        try run(kib: 1, [], "help \(sign) \(new)"), "cannot write to \(new): File too large")
      #expect(try names == [])
      try "before\n".write(toFile: old, atomically: true, encoding: .utf8)
      expectOneError(
        try run(kib: 1, [], "help \(sign) \(old)"), "cannot write to \(old): File too large")
      #expect(try names == ["old"])
      #expect(try text(of: "old") == "before\n")
      // With room it is all there.
      expectSuccess(try run(kib: 1000, [], "help \(sign) \(old)"))
      let help = try ShellRun(["open", snapshot, "--batch", "-ex", "help"]).output
      #expect(try text(of: "old") == (sign == ">" ? help : "before\n" + help))
      #expect(try names == ["old"])
    }

    /// What a command has printed before it fails isn't an answer.
    @Test(arguments: [">", ">>"])
    func anAnswerThatFails(operator sign: String) throws {
      let script = try folder.file("script.vcpu", "help\nnonsense\n")
      let run = try run(kib: 1000, [], "source \(script) \(sign) \(folder.path)/new")
      expectOneError(run, "script.vcpu:2", "nonsense")
      #expect(try names == ["script.vcpu"])
    }

    @Test func aSnapshot() throws {
      let before = try Data(contentsOf: URL(fileURLWithPath: snapshot))
      for path in [folder.path + "/new", snapshot] {
        expectOneError(
          try run(kib: 1, [], "snapshot save \(path)"),
          "cannot write the snapshot \(path): File too large")
      }
      #expect(try names == [])
      #expect(try Data(contentsOf: URL(fileURLWithPath: snapshot)) == before)
    }

    /// A log and standard output grow during the session: they end with a whole line.
    @Test func aLog() throws {
      let run = try run(kib: 1, [], "log \(folder.path)/log", "help", "help")
      #expect(run.status == 0)
      #expect(run.errors == "warning: cannot write the log to \(folder.path)/log: File too large\n")
      let text = try text(of: "log")
      #expect(text.utf8.count > 500 && text.utf8.count <= 1024)
      #expect(text.hasSuffix("\n") && run.output.hasPrefix(text), "\(text)")
    }

    @Test(arguments: [[], ["--format", "jsonl"], ["--tap"]])
    func standardOutput(format: [String]) throws {
      let run = try run(
        kib: 2, format, "help", "help", redirection: "> \(folder.path)/output")
      #expect(run.status == 1)
      #expect(run.errors == "error: cannot write to standard output: File too large\n")
      let text = try text(of: "output")
      #expect(text.isEmpty || text.hasSuffix("\n"))
      #expect(!format.isEmpty || text.utf8.count > 500)
    }

    /// The file that standard output goes to isn't replaced: all of it is there, in order.
    @Test func theFileOfStandardOutput() throws {
      let run = try run(
        kib: 1000, [], "echo a", "info breakpoints > /dev/stdout", "echo b",
        "info breakpoints >> /dev/stdout", redirection: "> \(folder.path)/output")
      expectSuccess(run)
      let line = "No breakpoints or catchpoints.\n"
      #expect(try text(of: "output") == "a\n\(line)b\n\(line)")
    }

    // MARK: Results

    @Test(arguments: [[], ["--format", "jsonl"], ["--tap"]])
    func resultsThatCannotBeWritten(format: [String]) throws {
      let file = folder.path + "/out.xml"
      try "before".write(toFile: file, atomically: true, encoding: .utf8)
      let run = try run(kib: 0, format + ["--junit", file], "echo a")
      #expect(run.status == 1)
      #expect(run.errors == "error: cannot write the results to \(file): File too large\n")
      #expect(try text(of: "out.xml") == "before")
      #expect(try names == ["out.xml"])
      // A file that can't be written at all is reported before anything is done.
      let early = try self.run(kib: 100, ["--junit", "/nonexistent/out.xml"], "echo a")
      expectOneError(early, "the results to /nonexistent/out.xml: No such file or directory")
      #expect(early.output == "")
    }

    /// However the session ends, there are results: with an error, if it couldn't begin, and if it was interrupted.
    @Test func resultsAreThereInAnyCase() throws {
      let file = folder.path + "/out.xml"
      func results(_ run: ShellRun, _ status: Int32) throws -> String {
        #expect(run.status == status, "\(run.description)")
        defer { unlink(file) }
        return try text(of: "out.xml")
      }
      let options = ["--batch", "--junit", file]
      #expect(
        try results(ShellRun(["open", snapshot] + options), 0).contains(#"tests="0""#))
      #expect(
        try results(ShellRun(["open", snapshot, "-ex", "nonsense"] + options), 1)
          .contains("no command 'nonsense'"))
      #expect(
        try results(ShellRun(["open", folder.path + "/none"] + options), 1)
          .contains("<error message=\"cannot read the snapshot"))
      for (signal, status) in [("INT", Int32(1)), ("TERM", 143)] {
        let begun = folder.path + "/begun"
        let commands = [
          "shell \(ShellRun.signal(signal, once: begun))", "while 1", "info breakpoints > \(begun)",
          "end",
        ]
        defer { unlink(begun) }
        let run = try ShellRun(
          ["open", snapshot] + commands.flatMap { ["-ex", $0] } + options)
        #expect(try results(run, status).contains(#"type="interrupted""#))
      }
    }
  }
}
