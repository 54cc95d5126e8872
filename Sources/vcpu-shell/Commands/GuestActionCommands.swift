internal import VCpuDebug

/// What the commands have in common that answer an exit in the hypervisor's place.
enum GuestActionRun {
  static func run(_ action: GuestAction, in shell: Shell) throws {
    let session = try shell.requireSession()
    for line in GuestActionText(session).lines(try session.perform(action)) {
      shell.output.line(line)
    }
  }

  /// The value of an expression.
  static func value(_ text: some StringProtocol, in shell: Shell) throws -> UInt64 {
    let session = try shell.requireSession()
    var value: UInt64 = 0
    try shell.evaluating(String(text)) { value = try session.value(of: $0).bits }
    return value
  }

  static let manual = """
    The guest is entered by an 'eret' of EL2's, and stays stopped where it goes on: 'continue' lets it run.
    The hypervisor does not see the exit: it keeps no books of it, neither of a count nor of a CPU's power. It
    works at the stop of 'catch exit', on any hypervisor; once the hypervisor handles the exit it is refused.
    """
}

/// `skip`: a guest's instruction has no effect.
enum SkipCommand: ShellCommand {
  static let name = "skip"
  static let usage = ""
  static let summary = "Step over the guest's instruction that exited, and enter the guest."
  static let manual = """
    The instruction has no effect, and the guest goes on after it. After HVC that is where its PC is already;
    after anything else PC + 4 (in AArch32 also + 2), with PSTATE.BTYPE and PSTATE.SS clear.

    \(GuestActionRun.manual)

      catch exit smc
      continue
      skip
      continue
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    try arguments.requireNone(of: name)
    try GuestActionRun.run(.skip, in: shell)
  }
}

/// `complete`: a guest's instruction is finished as if the hardware had executed it.
enum CompleteCommand: ShellCommand {
  static let name = "complete"
  static let usage = "[VALUE[, VALUE]]"
  static let summary =
    "Finish the guest's access or call in its hypervisor's place, and enter the guest."
  static let manual = """
    What a load, a register read or a call gets is VALUE, an expression; 0 without one. A load cuts it to its
    width, extends its sign and clears the upper half of a W register as the instruction says; XZR discards
    it. A pair takes a value for each register, or one for both; a V register gets it in its lower 64 bits. A
    base that is written back is. A call gets VALUE in x0. Stores, register writes, WFI and WFE take no value:
    nothing is written anywhere.

    \(GuestActionRun.manual)

      catch exit mmio-read if $exit.ipa == 0xb000000
      commands
        complete 0
        continue
      end
    """

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let values = try arguments.text.split(separator: ",", omittingEmptySubsequences: false)
      .filter { !arguments.text.isEmpty || !$0.isEmpty }
      .map { try GuestActionRun.value($0.trimmed, in: shell) }
    guard values.count <= 2 else { throw ShellError("'complete' takes two values at most") }
    try GuestActionRun.run(.complete(values), in: shell)
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(Completer.expressionWords(shell))
  }
}

/// `inject`: an exception or an interrupt for the guest.
enum InjectCommand: ShellCommand {
  static let name = "inject"
  static let usage = "undef|dabt|iabt|serror|irq|fiq [VALUE]"
  static let summary = "Raise an exception or an interrupt in the guest, and enter it."
  static let manual = """
    'undef', 'dabt' and 'iabt' are taken at once, at EL1's vector: an undefined instruction, an external abort
    of data, or of the fetch. VALUE is the address that FAR_EL1 gets; without one it is the address of the
    exit, where it has one (a fetch: the PC).

    'serror', 'irq' and 'fiq' are virtual interrupts, and there are some only where the physical ones are not
    the guest's own (HCR_EL2.AMO, IMO, FMO). One that the guest does not mask is taken at once. Another one is
    pending, by HCR_EL2.VSE, VI or VF, and the debugger withdraws VI and VF at the guest's vector. A guest that
    asks its GIC for the number reads 1023, a spurious interrupt. 'irq N' puts interrupt N into a free list
    register of the GIC instead; the guest's virtual CPU interface has to be on.

    \(GuestActionRun.manual)
    It works at the stop of 'catch entry' too, with what the hypervisor has answered.

      catch exit hvc
      continue
      inject undef
    """

  static let kinds = ["undef", "dabt", "iabt", "serror", "irq", "fiq"]

  static func run(_ arguments: CommandArguments, in shell: Shell) throws {
    let words = arguments.text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    let kind = words.first.map { $0.lowercased() } ?? ""
    let operand = try words.dropFirst().first.map { try GuestActionRun.value($0, in: shell) }
    let injection: GuestInjection
    switch kind {
    case "undef": injection = .undefined
    case "dabt": injection = .dataAbort(operand)
    case "iabt": injection = .instructionAbort(operand)
    case "serror": injection = .serror(try number(operand ?? 0, kind))
    case "irq": injection = .irq(try operand.map { try number($0, kind) })
    case "fiq": injection = .fiq
    default:
      throw ShellError(
        "'inject' takes one of \(kinds.map { "'\($0)'" }.joined(separator: ", "))")
    }
    guard operand == nil || !["undef", "fiq"].contains(kind) else {
      throw ShellError("'inject \(kind)' takes nothing more")
    }
    try GuestActionRun.run(.inject(injection), in: shell)
  }

  private static func number(_ value: UInt64, _ kind: String) throws -> UInt32 {
    guard let number = UInt32(exactly: value) else {
      throw ShellError("'inject \(kind)' takes a number of 32 bits at most")
    }
    return number
  }

  static func completions(_ arguments: CommandArguments, in shell: Shell) -> Completion {
    .words(arguments.words.isEmpty ? kinds : Completer.expressionWords(shell))
  }
}
