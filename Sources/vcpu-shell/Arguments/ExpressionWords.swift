internal import ArmVCpu
internal import VCpuDebug

/// The words that expressions are made of, for the Tab key.
enum ExpressionWords {
  /// Registers, fields of the exit, and symbols.
  static func all(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let registers =
      (session.registers.names + session.architecture.commonRegisterNames).map { "$" + $0 }
    guard session.hasHypervisor else {
      return Array(Set(registers)).sorted() + symbols(shell)
    }
    let exit = Exits.fieldNames.map { "$exit." + $0 }
    return Array(Set(registers + exit + ["$guest.", "$hv."])).sorted() + symbols(shell)
      + ExitClass.allCases.map(\.word)
  }

  /// Symbols of the hypervisor, and of the guest after `guest:`.
  static func symbols(_ shell: Shell) -> [String] {
    guard let session = shell.session else { return [] }
    let hypervisor = session.symbols.hypervisor?.symbols(withPrefix: "") ?? []
    let guest = session.symbols.guest?.symbols(withPrefix: "") ?? []
    guard session.hasHypervisor else { return hypervisor + guest }
    return hypervisor.filter { !$0.hasPrefix("$") }
      + hypervisor.filter { !$0.hasPrefix("$") }.map { "hv:" + $0 }
      + guest.filter { !$0.hasPrefix("$") }.map { "guest:" + $0 }
  }
}
