internal import ArmVCpu

/// The encoding in an instruction that is executed at EL2. With HCR_EL2.E2H it isn't always the encoding of the
/// register that it accesses: see `ExecutionGround.encoding(of:)`.
struct EL2Encoding: Equatable {
  let encoding: SystemRegister

  /// An encoding that means the same with E2H and without: an EL2 register, or a system instruction.
  init(itself encoding: SystemRegister) { self.encoding = encoding }

  /// The encoding that accesses a register.
  init(reaching register: SystemRegister, isE2H: Bool) {
    encoding = register.encodingAtEL2(isE2H: isE2H) ?? register
  }
}
