internal import ArmVCpu
internal import VCpuDebug

/// `walk`: how the tables translate an address.
enum WalkCommand: ShellCommand {
  static let name = "walk"
  private static let hardware = Parameter<Bool>.flag("--hardware")
  private static let stages = Parameter<SessionWalks.Stages?>(
    "[s1|s2|all]", .word, complete: { _ in .words(SessionWalks.Stages.allCases.map(\.rawValue)) }
  ) { scanner in
    guard let stages = scanner.nextWord.flatMap(SessionWalks.Stages.init) else { return nil }
    _ = scanner.takeWord()
    return stages
  }
  private static let address = Parameter<String>.expression(
    "[SPACE:]ADDRESS", "needs an address, such as guest:$guest.pc")
  private static let access = Parameter<Access?>(
    "[for read|write|exec [at el0]]", .suffix,
    complete: { _ in .words(["for read", "for write", "for exec", "at el0"]) }
  ) { scanner in try Access(&scanner) }
  static let parameters: [any AnyParameter] = [hardware, stages, address, access]
  static let summary = "Show how translation tables translate an address."
  static let manual = """
    The tables are read as they are now and walked as the CPU would walk them, with all granules, 52-bit
    addresses and both stages: each entry, then where the address leads, what may be done there, and how the
    memory behaves; or the fault that the CPU would take. Without 'for' permissions and the access flag do not
    matter; with it they do, and so does PSTATE.PAN as it is now.

    A guest's address goes through stage 1 and stage 2 ('all'): 's1' stops at the intermediate physical
    address, an 'ipa:' address goes through stage 2 alone ('s2'), and 'hv:' is an address of EL2. The entries
    of stage 2 that translate the address of each stage 1 table are read too, but shown only where they end the
    walk. 'pa:(guest:ADDRESS)' in an expression is the result alone.

    With '--hardware' the CPU is asked too, at a stop at EL2: it executes an AT instruction, and PAR_EL1 gets
    its value back. AT asks for a read without 'for', and PSTATE.PAN does not matter to it; so it is with the
    walk, and whether both agree is shown.

      walk guest:$guest.pc
      walk guest:0xffff800008000000 for write
      walk s1 guest:0x400000 for read at el0
      walk ipa:0x40200000
      walk --hardware hv:$hv.pc
    """

  static let transcript = """
    (vcpu) walk guest:$guest.pc
    guest:0x40200010 -> ipa:0x40200010 -> pa:0x41200010
      EL1 rwx, EL0 rwx; device-nGnRnE
    stage 1 is off
    stage 2: VTTBR_EL2, 4 KiB pages, 39 bits
      level 1  pa:0x44000008  0x0000000044001003  table at pa:0x44001000
      level 2  pa:0x44001008  0x00000000412007fd  2 MiB block at pa:0x41200000, EL1 rwx, EL0 rwx
    """

  /// Whom the address is translated for.
  struct Access {
    var kind: TranslatedAccess.Kind?
    var isUnprivileged = false

    /// Takes `for read at el0` off the end; nil if it isn't there.
    init?(_ scanner: inout ArgumentScanner) throws {
      var rest = scanner
      let hasFor = rest.rest.split(separator: " ").contains("for")
      let mistake = ShellError(
        "'for' takes read, write or exec, with 'at el0' after it if EL0 does it")
      isUnprivileged = rest.takeLast(of: ["el0"]) != nil
      if isUnprivileged, rest.takeLast(of: ["at"]) == nil {
        if hasFor { throw mistake }
        return nil
      }
      guard let word = rest.takeLast(of: ["read", "write", "exec"]),
        rest.takeLast(of: ["for"]) != nil
      else {
        if hasFor { throw mistake }
        return nil
      }
      kind =
        switch word {
        case "write": .write
        case "exec": .execute
        default: .read
        }
      scanner = rest
    }
  }

  /// Only the CPU's own translation acts on it.
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool {
    arguments[hardware]
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let text = arguments[address]
    let value = try shell.evaluating(text) { try session.value(of: $0) }
    let space = try session.expressions.space(of: value)
    let access = arguments[access]
    let stages = arguments[stages] ?? .all
    guard arguments[hardware] else {
      let walk = try session.walks.walk(
        value.bits, in: space, stages, for: access?.kind,
        isUnprivileged: access?.isUnprivileged ?? false)
      return .answer(WalkAnswer(walk, in: space))
    }
    guard access?.kind != .execute else {
      throw ShellError("no instruction asks the CPU 'for exec': leave out '--hardware'")
    }
    // AT translates for a read or a write, whatever PSTATE.PAN is.
    let isUnprivileged = access?.isUnprivileged ?? false
    let walk = try session.walks.walk(
      value.bits, in: space, stages, for: access?.kind ?? .read, isUnprivileged: isUnprivileged,
      honorsPAN: false)
    let hardware: WalkAnswer.Hardware
    do {
      let translated = try session.agent.translation(
        of: value.bits, in: space, isWrite: access?.kind == .write, isEL0: isUnprivileged)
      hardware = WalkAnswer.Hardware(translated, stages, comparedWith: walk)
    } catch let error as DebugError {
      // The walk is an answer without the CPU's, too.
      hardware = WalkAnswer.Hardware(obstacle: "\(error)")
    }
    return .answer(WalkAnswer(walk, in: space, hardware: hardware))
  }
}
