internal import ArgumentParser
internal import Foundation
internal import GDBRemote
internal import VCpuDebug

/// `vcpu-shell launch`: a machine of our own.
struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Start QEMU with the hypervisor and a guest, stopped before the first instruction.",
    discussion: """
      The emulator ends with the shell. What the guest prints on its console appears between the \
      shell's own lines, or in a file with --console.
      """)

  @Argument(help: "The guest: 'tour', or the path of an AArch64 ELF or flat binary.")
  var guest = "tour"

  @Option(help: ArgumentHelp("The number of CPUs, 1 to 8.", valueName: "n"))
  var cpus = 1

  @Option(help: ArgumentHelp("The guest's memory in MiB.", valueName: "mib"))
  var memory = 64

  @Option(help: ArgumentHelp("The CPU model, such as cortex-a57 or max.", valueName: "model"))
  var cpu = "cortex-a57"

  @Option(
    help: ArgumentHelp("The hypervisor's ELF, instead of the one built here.", valueName: "elf"))
  var hypervisor: String?

  @Option(help: ArgumentHelp("Write the guest's console to a file.", valueName: "file"))
  var console: String?

  @Option(help: ArgumentHelp("The emulator, a name or a path.", valueName: "path"))
  var qemu = "qemu-system-aarch64"

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("An argument to pass on to the emulator; may be repeated.", valueName: "arg")
  )
  var qemuArg: [String] = []

  @OptionGroup var options: SessionOptions

  func run() throws {
    let status = try ShellProgram(options: options, consoleFile: console).run { shell in
      let images = ImageLocator(executablePath: ShellProgram.executablePath)
      let guestPath = try guest == "tour" ? images.path(of: "tour") : guest
      let hypervisorPath = try hypervisor ?? images.path(of: "vcpu-image")
      var configuration = LaunchConfiguration(hypervisor: hypervisorPath, guest: guestPath)
      configuration.emulator = qemu
      configuration.cpuModel = cpu
      configuration.cpuCount = cpus
      configuration.memoryMiB = memory
      configuration.extraArguments = qemuArg
      try shell.launch(configuration)
    }
    throw ExitCode(status.rawValue)
  }
}
