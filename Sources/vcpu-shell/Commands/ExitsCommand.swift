internal import ArmVCpu
internal import VCpuDebug

/// `exits`: lists recorded exits.
enum ExitsCommand: ShellCommand {
  static let name = "exits"
  static let worksWhileRunning = true
  private static let words = Parameter<[String]>.words("[N] [CLASS…]") { _ in
    .words(ExitClass.allCases.map(\.word))
  }
  static let parameters: [any AnyParameter] = [words]
  static let summary = "List the last recorded exits, of some classes or of all."
  static let manual = """
    Our hypervisor can record each of its guests' exits without stopping: when it was, how long it took at EL2,
    why the guest left and where. 'exits' lists the last 20, or the last N, in the order in which they
    happened. Classes are those of 'catch exit'.

    A record has one general-purpose register: the one that the access or the system register transfers, or x0
    for every other exit. The time is that of the counter, CNTVCT_EL0.

    A machine that 'vcpu-shell launch' has started shares its memory with the shell, so records are read without
    a packet and without stopping the guest. Each CPU keeps its last 65,536 exits.

      exits 100
      exits mmio-write
      exits 5 hvc smc
    """

  static let transcript = """
    (vcpu) exits 4
              time  vCPU    in EL2  exit
        1.001612 s     0    640 ns  dabt: read of IPA 0xdead000: translation fault, level 3, guest at 0x40200010 <store32>
        1.001614 s     0    640 ns  dabt: read of IPA 0xdead000: translation fault, level 3, guest at 0x40200010 <store32>
        1.001616 s     0    640 ns  dabt: read of IPA 0xdead000: translation fault, level 3, guest at 0x40200010 <store32>
        1.001617 s     0         –  dabt: read of IPA 0xdead000: translation fault, level 3, guest at 0x40200010 <store32>
    (vcpu) exits psci
              time  vCPU    in EL2  exit
        1.000160 s     0    720 ns  psci by hvc: PSCI_VERSION, guest at 0x4020002c <store8+12>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    var count = 20
    var classes: [ExitClass] = []
    for word in arguments[words] {
      if let number = Int(word) {
        guard number > 0 else {
          throw ShellError("'\(name)' takes a number of at least 1, not '\(word)'")
        }
        count = number
      } else {
        classes.append(try ExitClass(parsing: word))
      }
    }
    let session = try shell.requireSession()
    let source = try session.recorder.source()
    let log = try source.log(last: classes.isEmpty ? count : nil)
    return .answer(RecordedExitReader(session).answer(log, of: classes, last: count))
  }
}
