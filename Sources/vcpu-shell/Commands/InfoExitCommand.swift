internal import VCpuDebug

/// `info exit`: shows the current exit in full.
enum InfoExitCommand: ShellCommand {
  static let name = "info exit"
  private static let isBrief = Parameter<Bool>.flag("--brief", short: "-b")
  static let parameters: [any AnyParameter] = [isBrief]
  static let summary =
    "Show the exit that the CPU is at or handles: what, where, and every field of the syndrome."
  static let manual = """
    Shows what the guest did, where, and ESR_EL2 field by field. An exit lasts until a guest is entered on its
    CPU: anywhere in the hypervisor, 'info exit', $exit and $guest refer to the exit that it handles. With our
    hypervisor they show what its memory holds now; with others, what was seen when the exit was caught.

    With --brief (-b), the same in one line, for example in the commands of a catchpoint:

      catch exit
      commands
        silent
        info exit --brief
        continue
      end
    """

  static let transcript = """
    (vcpu) info exit
    exit 1, vcpu 0: mmio-write of 4 bytes: 0x41 from w1 to IPA 0x9000000
      guest pc 0x40200010 <store32>:  str w1, [x0]
      IPA 0x9000000, write of 4 bytes, register w1, value 0x41
    ESR_EL2    0x0000000093810047
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
    FAR_EL2    0x0000000009000000
    HPFAR_EL2  0x0000000000090000
    PSTATE     0x00000000000003c5  EL1
    time       8192, 256 ticks after the entry; VM 1
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireHypervisor(for: "guest exits")
    let exit = try session.exits.requireCause()
    let isPast = exit.moment == .entering && exit != session.exits.caught
    let answer = ExitAnswer(exit, in: session, by: shell.disassembler, isPast: isPast)
    return .answer(answer, arguments[isBrief] ? .brief : .full)
  }
}
