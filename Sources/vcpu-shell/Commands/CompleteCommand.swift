internal import VCpuDebug

/// `complete`: finishes a guest's instruction as if the hardware had executed it.
enum CompleteCommand: ShellCommand {
  static let name = "complete"
  static let actsOnTarget = true
  private static let values = Parameter<String?>.optionalExpression("[VALUE[, VALUE]]")
  static let parameters: [any AnyParameter] = [values]
  static let summary =
    "Finish the guest's access or call in its hypervisor's place, and enter the guest."
  static let manual = """
    VALUE, an expression, is the result of a load, a register read or a call; the default is 0. A load truncates
    it to its width, sign-extends it and clears the upper half of a W register as the instruction says; XZR
    discards it. A pair takes a value for each register, or one for both; a V register gets it in its lower 64
    bits. The base of a load with writeback is updated. A call gets VALUE in x0. Stores, register writes, WFI
    and WFE take no value: nothing is written anywhere.

    \(GuestActionRun.manual)

      catch exit mmio-read if $exit.ipa == 0xb000000
      commands
        complete 0
        continue
      end
    """

  static let transcript = """
    (vcpu) complete 0x80
    completed: mmio-read, x3 0x0 -> 0xffffffffffffff80; the guest goes on at 0x40200034 <load_signed+4>
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let texts =
      arguments[values]?.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmed)
      ?? []
    guard !texts.contains("") else {
      throw ShellError("'complete' needs a value before and after a comma")
    }
    let values = try texts.map { try GuestActionRun.value($0, in: shell) }
    guard values.count <= 2 else { throw ShellError("'complete' takes two values at most") }
    return try GuestActionRun.run(.complete(values), in: shell)
  }
}
