internal import VCpuDebug

/// `info hypervisor`: what is at EL2, and how its exits are found.
enum InfoHypervisorCommand: ShellCommand {
  static let name = "info hypervisor"
  static let usage = ""
  static let summary = "Show what is at EL2, and how its exits are found."
  static let manual = """
    Shows the way in which guest exits are found and why, what the hypervisor seems to be, and EL2's registers:

      context     our hypervisor says in memory where its exits are, and keeps all of each
      trampoline  the code of arm_vcpu, the vCPU of AxVisor: the guest's registers are in its frame
      vectors     any other: all of an exit is in the CPU when the vector begins

    'set catch-way' chooses another way, 'set catch-way auto' the best one.
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    let session = try shell.requireSession()
    try session.requireStopped()
    try session.requireHypervisor(for: "exits")
    for line in try HypervisorText(session).lines() { shell.output.line(line) }
  }
}

/// `set catch-way`: how exits are found.
enum CatchWaySetting {
  static let name = "catch-way"
  static let words = ["auto"] + ExitWay.allCases.map(\.rawValue)

  static func set(_ word: String, in shell: Shell) throws {
    let session = try shell.requireSession()
    guard let wanted = words.first(where: { !word.isEmpty && $0.hasPrefix(word.lowercased()) })
    else {
      throw ShellError(
        "'set catch-way' takes one of \(words.map { "'\($0)'" }.joined(separator: ", "))")
    }
    try session.exits.setWay(ExitWay(rawValue: wanted))
    for line in HypervisorText(session).way { shell.output.line(line) }
  }
}
