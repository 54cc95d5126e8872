internal import ArgumentParser

/// The program: a debugger for AArch64 hypervisors.
@main
struct VCpuShell: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vcpu-shell",
    abstract: "Debug an AArch64 hypervisor, from guest exit to guest exit.",
    discussion: """
      Connects to QEMU's GDB stub, stops when a guest exits to EL2, and shows the exit, decoded with \
      the hypervisor's own library. At the prompt, 'help' lists the commands.

      Exit status: 0 ok, 1 a command failed, 2 usage, 3 an assertion failed, 4 the target was lost \
      or timed out, 5 the guest ended unexpectedly.
      """,
    version: "\(Program.name) \(Program.version)",
    subcommands: [
      LaunchCommand.self, AttachCommand.self, OpenCommand.self, DecodeCommand.self,
      SchemaCommand.self,
    ])

  /// Like ArgumentParser's own, except that a usage error has status 2, as in shells.
  static func main() {
    StandardStreams.open()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      let status = exitCode(for: error)
      guard status == .validationFailure else { exit(withError: error) }
      Output.standard().message(fullMessage(for: error))
      Self.exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
  }
}
