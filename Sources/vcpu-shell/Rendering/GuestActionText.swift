internal import ArmVCpu
internal import VCpuDebug

/// What was done about an exit, in a line or two.
struct GuestActionText {
  let session: HypervisorSession

  init(_ session: HypervisorSession) { self.session = session }

  func lines(_ resumption: GuestResumption) -> [String] {
    let symbol = session.symbols.of(.guest)?.symbol(at: resumption.pc).map { " <\($0)>" } ?? ""
    let place = "the guest goes on at \(hexadecimal(resumption.pc))\(symbol)"
    let head = [what(resumption), place].joined(separator: "; ")
    return [head] + resumption.warnings.map { "warning: " + $0 }
  }

  private func what(_ resumption: GuestResumption) -> String {
    let before = resumption.exit.reason
    switch resumption.action {
    case .skip: return "skipped: \(before.exitClass.word)"
    case .complete:
      let changes = registers(resumption)
      return "completed: \(before.exitClass.word)" + (changes.isEmpty ? "" : ", " + changes)
    case .inject(let injection):
      let changes = resumption.systemChanges.map { "\($0.name) \(hexadecimal($0.value))" }
      return "injected: \(Self.name(of: injection))"
        + (changes.isEmpty ? "" : ", " + changes.joined(separator: ", "))
    }
  }

  /// What the instruction has changed of the guest's registers, besides the PC.
  private func registers(_ resumption: GuestResumption) -> String {
    let general = resumption.changes.compactMap { change -> String? in
      switch change.part {
      case .gpr(let number):
        "x\(number) \(hexadecimal(change.before)) -> \(hexadecimal(change.after))"
      case .spEL0: "sp_el0 \(hexadecimal(change.before)) -> \(hexadecimal(change.after))"
      default: nil
      }
    }
    let vectors = resumption.vectorRegisters.map { "v\($0)" }
    let system = resumption.systemChanges.map { "\($0.name) \(hexadecimal($0.value))" }
    return (general + vectors + system).joined(separator: ", ")
  }

  private static func name(of injection: GuestInjection) -> String {
    switch injection {
    case .undefined: "undefined instruction"
    case .dataAbort: "data abort"
    case .instructionAbort: "instruction abort"
    case .serror: "virtual SError"
    case .irq(nil): "virtual IRQ"
    case .irq(let number?): "interrupt \(number)"
    case .fiq: "virtual FIQ"
    }
  }
}
