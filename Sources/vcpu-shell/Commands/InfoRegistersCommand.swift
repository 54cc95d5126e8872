internal import VCpuDebug

/// `info registers`: the general registers, or those that are named.
enum InfoRegistersCommand: ShellCommand {
  static let name = "info registers"
  static let aliases = ["info r", "info reg"]
  static let usage = "[guest|hv] [all|NAME…]"
  static let summary = "Show registers: the guest's at an exit, or the CPU's."
  static let manual = """
    Without names, x0 to x30, SP, PC and PSTATE: at the stop of 'catch exit' or 'catch entry', and with 'guest',
    the guest's; anywhere else, and with 'hv', the CPU's. Another architecture has its own. 'all' are those that
    the stub has of the CPU.
    Names are any registers, with their fields where they are known:

      info registers
      info registers hv
      info registers esr_el2 vttbr_el2
      info registers all
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let session = try shell.requireSession()
    try session.requireStopped()
    var words = arguments.words
    var world: World?
    if let first = words.first, let named = World(rawValue: first.lowercased()) {
      world = named
      words.removeFirst()
      try session.requireHypervisor(for: "registers of two worlds")
      if named == .guest { try session.registers.requireGuest() }
    }
    let text = RegisterText(session: session)
    guard !words.isEmpty else {
      for line in try text.general(of: world) { shell.output.line(line) }
      return
    }
    if words == ["all"], world == nil {
      for line in try text.all() {
        try shell.checkInterrupt()
        shell.output.line(line)
      }
      return
    }
    for word in words {
      let name = word.hasPrefix("$") ? String(word.dropFirst()) : word
      for line in try text.named(name, in: world) { shell.output.line(line) }
    }
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words((shell.session?.registers.names ?? []) + ["all", "guest", "hv"])
  }
}
