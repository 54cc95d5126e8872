internal import ArgumentParser
internal import GDBRemote
internal import Glibc
internal import VCpuDebug

/// `vcpu-shell attach`: connects to a running stub.
struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Connect to a running stub.",
    discussion: """
      The target is stopped. When the shell exits, it runs on without breakpoints; 'disconnect' leaves it \
      stopped. It may be any AArch64 hypervisor, whose exits are caught at its vectors, another machine, or \
      a program under gdbserver or lldb-server: x86, RISC-V and 32-bit Arm as well as AArch64.
      """)

  @Argument(
    help: """
      Where the stub listens: host:port, or unix:PATH. replay:FILE plays a recording of --rsp-log instead.
      """)
  var endpoint: String

  @Option(
    help: ArgumentHelp(
      "The ELF of the hypervisor or the program, for symbols.",
      valueName: "elf"))
  var symbols: [String] = []

  @Option(help: ArgumentHelp("The guest's ELF, for symbols.", valueName: "elf"))
  var guestSymbols: [String] = []

  @OptionGroup var options: SessionOptions

  func run() throws {
    if endpoint.hasPrefix("replay:") { return try replay(String(endpoint.dropFirst(7))) }
    let endpoint: Endpoint
    do {
      endpoint = try Endpoint(parsing: self.endpoint)
    } catch {
      throw ValidationError(error.description)
    }
    let status = try ShellProgram(options: options, consoleFile: nil).run { shell in
      try shell.attach(endpoint, files)
    }
    throw ExitCode(status)
  }

  private var files: SessionOpening.Files {
    SessionOpening.Files(symbols: symbols, guestSymbols: guestSymbols, reader: Shell.reader)
  }

  private func replay(_ path: String) throws {
    guard !path.isEmpty else { throw ValidationError("write replay:FILE") }
    // The log is emptied before the recording is read.
    if let log = options.rspLog, Self.isSameFile(log, path) {
      throw ValidationError("--rsp-log would overwrite the recording that is played: \(path)")
    }
    let status = try ShellProgram(options: options, consoleFile: nil).run { shell in
      try shell.replay(path, files)
    }
    throw ExitCode(status)
  }

  private static func isSameFile(_ one: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    // Both structures are filled in by the calls, or not used.
    guard unsafe stat(one, &first) == 0, unsafe stat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
