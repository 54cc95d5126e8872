internal import ArgumentParser
internal import ArmVCpu
internal import Glibc

/// `vcpu-shell decode`: decodes registers and logs without a target.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Decode register values, or the faults in a log, without a target.",
    discussion: """
      Without a register, a log of a kernel, a hypervisor or firmware is read from standard input, or from the file \
      of --log. Its faults are printed in order: what happened in a sentence, and the registers that show it, \
      each with its line in the log and its fields. Linux oopses, KVM panics, and register dumps of Xen, \
      U-Boot, EDK2, Trusted Firmware-A, Zephyr, seL4, Hafnium, arm_vcpu, QEMU (-d int) and of programs that \
      print registers in the same way are recognized, with time stamps and colours too.

        dmesg | vcpu-shell decode
        vcpu-shell decode --log oops.txt --format jsonl

      Values are 0x2a, 42, 0b101010 or 0o52, with _ between digits. A number with hexadecimal digits, or of 8 \
      or 16 digits, is hexadecimal without 0x too, as kernels print registers; a note says so. Without values, or \
      for '-', values are read from standard input, one per line; blank lines and text after # are skipped. A line \
      that isn't a value is an error, and the others are still decoded.

        vcpu-shell decode esr 0x96000047 0x5a000000
        vcpu-shell decode hcr 0x80000001 --diagram
        vcpu-shell decode sctlr --format json < values
        vcpu-shell decode sysreg 0x3a3016 SCTLR_EL1 S3_4_C1_C1_0 'TLBI VMALLE1'

      With 'sysreg', values are names and encodings of system registers: the bits of an ISS, or the word or \
      the text of an MRS, MSR or SYS instruction. If HCR_EL2.E2H changes the layout of an EL2 register, NAME is the \
      layout with E2H 0, and NAME_VHE that with E2H 1. --list lists the names, which may be in upper or lower case.
      """)

  /// The output format.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, jsonl
  }

  @Argument(
    help: "The register: esr, spsr, hcr, vtcr, tcr, sctlr, mair, par, hpfar, smccc, sysreg, …")
  var register: String?

  @Option(help: ArgumentHelp("Find the faults in a log; '-' is standard input.", valueName: "file"))
  var log: String?

  @Argument(help: "The values, or '-' for standard input.")
  var values: [String] = []

  @Option(
    help:
      "text, json (an array with an object for each value or fault), or jsonl (one line for each).")
  var format = Format.text

  @Option(
    help: ArgumentHelp(
      "When to use colours: auto uses them at a terminal, unless NO_COLOR is set.",
      valueName: "when"))
  var color = ColorChoice.auto

  @Flag(help: "Draw the bits instead.")
  var diagram = false

  @Flag(
    inversion: .prefixedNo,
    help: "For s2desc: HCR_EL2.FWB is 1, or 0. Without either, MemAttr is decoded both ways.")
  var fwb: Bool?

  @Flag(help: "List the registers.")
  var list = false

  func validate() throws {
    if list { return }
    if log != nil, register != nil || diagram {
      throw ValidationError(
        "--log takes neither a register nor --diagram: it decodes all registers in the log")
    }
    guard let register, register != "-" else {
      if fwb != nil { throw ValidationError("--fwb and --no-fwb are for s2desc: name it") }
      guard log == nil else { return }
      if diagram { throw ValidationError("--diagram draws a register: name it") }
      if register == nil, isatty(STDIN_FILENO) == 1 {
        throw ValidationError("name a register, or --list them; --log FILE decodes a log")
      }
      return
    }
    _ = try layoutName(register)
    if diagram, format != .text { throw ValidationError("--diagram is text: leave out --format") }
    if diagram, register.lowercased() == "sysreg" {
      throw ValidationError("--diagram draws registers: sysreg has no bits of its own")
    }
  }

  func run() throws {
    let output = Output.standard(color: color)
    var failure: OutputError?
    output.onFailure = { failure = OutputError(code: $0) }
    guard let input else {
      output.error("'\(log ?? "")' cannot be read: \(unsafe String(cString: strerror(errno)))")
      throw ExitCode(ExitStatus.commandFailed.rawValue)
    }
    let lines = DescriptorLines(input)
    var run = DecodeRun(
      output: output, format: format, isDiagram: diagram,
      source: log.flatMap { $0 == "-" ? nil : "'\($0)'" } ?? "standard input"
    ) { (willWait) throws(LineError) in try lines.next(willWait: willWait) }
    if list {
      run.list()
    } else if let register, register != "-" {
      run.decode(try layoutName(register), values)
    } else {
      run.decodeLog()
    }
    // If the reader has gone away, SIGPIPE ends the program; this is a full disk, or a closed stream.
    if let failure {
      output.error(failure.description)
      throw ExitCode(ExitStatus.commandFailed.rawValue)
    }
    throw ExitCode(run.status.rawValue)
  }

  /// The descriptor of the log, or of standard input; nil if the file can't be opened.
  private var input: Int32? {
    guard let log, log != "-" else { return STDIN_FILENO }
    let descriptor = unsafe open(log, O_RDONLY | O_CLOEXEC)
    return descriptor < 0 ? nil : descriptor
  }
}
