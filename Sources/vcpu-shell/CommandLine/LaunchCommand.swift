internal import ArgumentParser
internal import Foundation
internal import GDBRemote
internal import VCpuDebug

/// `vcpu-shell launch`: starts a machine.
struct LaunchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract: "Start QEMU with the hypervisor and a guest, stopped before the first instruction.",
    discussion: """
      The emulator ends with the shell. The guest's console output appears between the shell's own lines, or, \
      with --console, in a file.
      """)

  @Argument(
    help: """
      The guest: 'tour', 'linux' (Debian's kernel and busybox, from scripts/setup --linux), or the path of an \
      arm64 Linux Image, an AArch64 ELF, UEFI firmware (QEMU_EFI.fd), or a flat binary such as U-Boot's.
      """)
  var guest = "tour"

  @Option(help: ArgumentHelp("The number of CPUs, 1 to 8.", valueName: "n"))
  var cpus = 1

  @Option(
    help: ArgumentHelp(
      "The guest's memory in MiB. (default: 64; 512 for Linux and firmware)", valueName: "mib"))
  var memory: Int?

  @Option(help: ArgumentHelp("The CPU model, such as cortex-a57 or max.", valueName: "model"))
  var cpu = "cortex-a57"

  @Option(
    help: ArgumentHelp(
      "The guest's interrupts: 'passthrough' gives it those of the machine, the interrupt controller and all "
        + "devices, as Linux and firmware always have them; its memory then begins at 0x41000000, otherwise at "
        + "0x40000000. 'virtual' is not implemented yet. (default: no interrupts)",
      valueName: "mode"))
  var interrupts: InterruptMode?

  @Option(help: ArgumentHelp("The guest's initial file system.", valueName: "file"))
  var initrd: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The guest's command line.", valueName: "text"))
  var append = ""

  @Option(
    help: ArgumentHelp(
      "The guest's device tree, instead of the emulator's own. The shell still sets its memory, "
        + "/psci and /chosen. Its address is in x0 at the start.", valueName: "file"))
  var dtb: String?

  @Option(
    help: ArgumentHelp("The hypervisor's ELF, instead of the one built here.", valueName: "elf"))
  var hypervisor: String?

  @Option(
    name: .customLong("guest-symbols"),
    help: ArgumentHelp("An ELF with the guest's symbols, instead of the guest.", valueName: "elf"))
  var guestSymbols: [String] = []

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
      let linux = try guest == "linux" ? images.linux() : nil
      let guestPath = try linux?.image ?? (guest == "tour" ? images.path(of: "tour") : guest)
      let hypervisorPath = try hypervisor ?? images.path(of: "vcpu-image")
      var configuration = LaunchConfiguration(hypervisor: hypervisorPath, guest: guestPath)
      configuration.emulator = qemu
      configuration.cpuModel = cpu
      configuration.cpuCount = cpus
      configuration.memoryMiB = memory
      configuration.interrupts = interrupts
      configuration.initrd = initrd ?? linux?.initrd
      configuration.commandLine = append
      configuration.deviceTree = dtb
      configuration.guestSymbols = guestSymbols
      configuration.extraArguments = qemuArg
      try shell.launch(configuration)
    }
    throw ExitCode(status)
  }
}
