internal import ArgumentParser
internal import VCpuDebug

/// `vcpu-shell open`: opens a snapshot.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Examine a snapshot that 'snapshot save' has written.",
    discussion: """
      Nothing runs, and QEMU is not needed: commands that only read give the same answers as when the snapshot was \
      saved. Symbols come from the files that it was saved with, if these still exist.
      """)

  @Argument(help: "The snapshot.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "The ELF of the hypervisor or the program, instead of the one that it was saved with.",
      valueName: "elf"))
  var symbols: [String] = []

  @Option(
    help: ArgumentHelp(
      "The guest's ELF, instead of the one that it was saved with.", valueName: "elf"))
  var guestSymbols: [String] = []

  @OptionGroup var options: SessionOptions

  func run() throws {
    guard options.rspLog == nil else {
      throw ValidationError("--rsp-log is not for snapshots: they have no stub")
    }
    let status = try ShellProgram(options: options, consoleFile: nil).run { shell in
      try shell.open(
        file,
        SessionOpening.Files(symbols: symbols, guestSymbols: guestSymbols, reader: Shell.reader))
    }
    throw ExitCode(status)
  }
}
