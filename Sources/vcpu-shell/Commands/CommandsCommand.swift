internal import VCpuDebug

/// `commands`: runs commands at each stop of a breakpoint.
enum CommandsCommand: ShellCommand {
  static let name = "commands"
  static let actsOnTarget = true
  private static let number = Parameter<Int?>.optionalBreakpoint()
  static let parameters: [any AnyParameter] = [number]
  static let summary = "Give a breakpoint or catchpoint commands to run at each stop."
  static let block = BlockKind.statements()
  static let manual = """
    The lines that follow, up to 'end', run whenever breakpoint N stops the target; without a number, the
    one that was set last. 'silent' as the first line suppresses the usual report, 'continue' as the last
    resumes the target. If several breakpoints stopped it, it goes on only if all of them say 'continue'.

      catch exit mmio
      commands
        silent
        info exit --brief
        continue
      end
    """

  static let transcript = """
    (vcpu) commands
    > silent
    > info exit --brief
    > continue
    > end
    (vcpu) continue
    #1   vcpu 0  0x402000d0  wfi                        wfi: waits for an interrupt
    #1   vcpu 0  0x40200000  -                          irq: a physical interrupt is pending
    the guest has powered off
    """

  static func check(_ arguments: Arguments, in shell: Shell) throws {
    _ = try breakpoint(arguments, in: shell)
  }

  private static func breakpoint(_ arguments: Arguments, in shell: Shell) throws -> Int {
    let session = try shell.requireSession()
    guard let last = session.breakpoints.all.last?.number else {
      throw ShellError("there is no breakpoint or catchpoint to give commands to")
    }
    let number = arguments[number] ?? last
    guard session.breakpoints[number] != nil else { throw DebugError.noSuchBreakpoint(number) }
    return number
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let number = try breakpoint(arguments, in: shell)
    let lines = try shell.commands(of: arguments.block)
    try session.breakpoints.update(number) { $0.commands = lines }
    return .answer(BreakpointChangeAnswer(.commands, of: [number], in: session))
  }
}
