internal import ArmVCpu

/// The encoding in an instruction that is executed at EL2. With HCR_EL2.E2H it isn't always that of the register which it
/// reaches: `ExecutionGround.encoding(of:)` tells.
struct EL2Encoding: Equatable {
  let encoding: SystemRegister

  /// An encoding that means the same with E2H and without: a register of EL2, or a system instruction.
  init(itself encoding: SystemRegister) { self.encoding = encoding }

  /// The one that reaches a register.
  init(reaching register: SystemRegister, isE2H: Bool) {
    encoding = register.encodingAtEL2(isE2H: isE2H) ?? register
  }
}
