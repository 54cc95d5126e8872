internal import ArmVCpu
internal import GDBRemote

/// Makes the CPU read system registers that its stub doesn't show.
struct ExecutedReading {
  private let access: TargetAccess

  init(_ access: TargetAccess) { self.access = access }

  /// The values of registers, executed in a row.
  ///
  /// - Throws: what the target throws. A CPU that can't execute anything is an answer, not an
  ///   error.
  func answers(for registers: [SystemRegister]) throws -> [SystemRegisterAnswer] {
    let executor = try InstructionExecutor(access)
    do {
      let ground = try executor.ground()
      var outcomes = try executor.run(
        registers.map { .read(ground.encoding(of: $0)) }, on: ground)
      let again = registers.indices.filter {
        Self.hasNoAlias(registers[$0], outcomes[$0], on: ground)
      }
      let others = try executor.run(
        again.map { .read(EL2Encoding(itself: registers[$0])) }, on: ground)
      for (index, outcome) in zip(again, others) { outcomes[index] = outcome }
      return zip(registers, outcomes).map { register, outcome in
        // A trap in the row has changed them.
        if let known = ground.syndrome.first(where: { $0.register == register }) {
          return .value(known.value, from: .executed)
        }
        if register.isReadWithoutOffset, ground.hcr.contains(.e2h) {
          return .unavailable(
            "EL2 reads it without its offset while HCR_EL2.E2H is 1: it is $cntpct_el0 - $cntvoff_el2"
          )
        }
        return switch outcome {
        case .executed(let value): .value(value, from: .executed)
        case .trapped, .trappedToEL3: .unavailable(outcome.obstacle)
        }
      }
    } catch DebugError.cannotExecute(let obstacle) {
      let reason = "the stub does not show it; \(obstacle)"
      return registers.map { _ in .unavailable(reason) }
    }
  }

  /// Whether a register must be accessed by its own name even if HCR_EL2.E2H is 1. Some have an `_EL12` name only with
  /// a later extension (ACTLR_EL1, FEAT_SRMASK), without which their own name isn't redirected.
  static func hasNoAlias(
    _ register: SystemRegister, _ outcome: ExecutionOutcome, on ground: ExecutionGround
  ) -> Bool {
    guard case .trapped(let esr?) = outcome, esr.exceptionClass.rawValue == 0 else { return false }
    return ground.encoding(of: register) != EL2Encoding(itself: register)
  }
}

extension ExecutionOutcome {
  /// Why an access was not executed; empty if it was.
  var obstacle: String {
    switch self {
    case .executed: ""
    case .trappedToEL3: "the access is trapped to EL3"
    case .trapped(nil): "the access causes an exception"
    case .trapped(let esr?):
      esr.exceptionClass.rawValue == 0
        ? "UNDEFINED on this CPU" : "the access is trapped: \(esr.exceptionClass.name)"
    }
  }
}
