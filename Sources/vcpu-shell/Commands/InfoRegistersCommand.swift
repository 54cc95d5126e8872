internal import VCpuDebug

/// `info registers`: the general registers, or named ones.
enum InfoRegistersCommand: ShellCommand {
  static let name = "info registers"
  private static let words = Parameter<[String]>.words("[guest|hv] [all|GROUP|NAME…]") { shell in
    .words(
      (shell.session?.registers.names ?? []) + ["all", "guest", "hv"]
        + RegisterGroup.allCases.map(\.rawValue))
  }
  static let parameters: [any AnyParameter] = [words]
  static let aliases = ["info r", "info reg"]
  static let summary = "Show registers: the guest's at an exit, or the CPU's."
  static let manual = """
    Without names, shows x0 to x30, SP, PC and PSTATE: at the stop of 'catch exit' or 'catch entry', and with
    'guest', the guest's; anywhere else, and with 'hv', the CPU's. Other architectures have their own. NAME is
    any register, even one that the stub does not show: at EL2 the shell makes the CPU read it. A group is one
    of

      el1    EL1's and EL0's system registers: at an exit the guest's, with HCR_EL2.E2H as well as without
      el2    EL2's own
      timer  the counters and timers of all levels
      gic    the interrupt controller's: CPU interface, virtual interface, list registers
      id     what the CPU is and implements
      pauth  the keys of pointer authentication
      debug  breakpoints, watchpoints and the debug channel
      pmu    performance and activity monitors, statistical profiling

    and 'all' is the registers outside of any group, then every group: those that the stub shows, then all
    others that the CPU can read without side effects. A register whose read acknowledges an interrupt or
    empties a channel is read only by its name. A named register's fields are shown too, if 'decode' knows them.

      info registers
      info registers hv
      info registers esr_el2 vttbr_el2
      info registers gic
    """

  static let transcript = """
    (vcpu) info registers pc esr_el2
    pc          0x0000000040200010  1075838992
    esr_el2     0x0000000093810047
      31:26    EC            0x24      data abort, lower EL
      25       IL            0x1       32-bit instruction
      24:0     ISS           0x1810047
        24       ISV         0x1       instruction syndrome valid
        23:22    SAS         0x2       word
        21       SSE         0x0       does not sign-extend
        20:16    SRT         0x1       w1
        15       SF          0x0       32-bit register
        14       AR          0x0       neither acquire nor release
        13       VNCR        0x0
        12:11    LST         0x0       not specified
        10       FnV         0x0       FAR valid
        9        EA          0x0
        8        CM          0x0       not cache maintenance
        7        S1PTW       0x0       not during a stage 1 table walk
        6        WnR         0x1       write
        5:0      DFSC        0x7       translation fault, level 3
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    var words = arguments[words]
    var world: World?
    if let first = words.first, let named = World(rawValue: first.lowercased()) {
      world = named
      words.removeFirst()
      try session.requireHypervisor(for: "registers of two worlds")
      if named == .guest { try session.registers.requireGuest() }
    }
    let reader = RegisterReader(session: session, check: shell.checkInterrupt)
    var sections: [RegistersAnswer.Section] = []
    do {
      if words.isEmpty { sections.append(try reader.general(of: world)) }
      for word in words {
        sections += try self.sections(word, of: world, reader, isOnly: words.count == 1)
      }
    } catch {
      guard !sections.isEmpty else { throw error }
      return .partial(answer(sections, in: shell), error)
    }
    return .answer(answer(sections, in: shell))
  }

  private static func answer(
    _ sections: [RegistersAnswer.Section], in shell: Shell
  ) -> RegistersAnswer {
    RegistersAnswer(
      sections: shell.seenRegisters.marked(
        sections, thread: shell.session?.threads.selectedNumber))
  }

  private static func sections(
    _ word: String, of world: World?, _ reader: RegisterReader, isOnly: Bool
  ) throws -> [RegistersAnswer.Section] {
    let session = reader.session
    if word == "all", isOnly {
      guard world == nil else {
        throw ShellError("'all' shows the CPU's registers: leave '\(world?.rawValue ?? "")' out")
      }
      return try reader.all()
    }
    if let group = RegisterGroup(rawValue: word.lowercased()), session.hasHypervisor {
      guard world == nil else {
        throw ShellError(
          "'\(word)' already says whose register it is: leave '\(world?.rawValue ?? "")' out")
      }
      return [try reader.group(group.registers)]
    }
    let name = word.hasPrefix("$") ? String(word.dropFirst()) : word
    return [try reader.named(name, in: world)]
  }
}
