// What QEMU masks while a CPU single-steps.

extension RemoteTarget {
  /// Whether interrupts come while a CPU single-steps.
  ///
  /// QEMU holds interrupts and timers back unless it is told otherwise. The setting belongs to the machine and outlives
  /// the connection.
  ///
  /// - Throws: `.unsupported` if the stub can't hold them back, or can only do so: it isn't QEMU's, or it replays a
  ///   recording.
  public func takesInterruptsInSteps() throws(RemoteError) -> Bool {
    let bits = try stepBits()
    let reply = try exchange(.stepMask)
    if let error = StandardReply(reply).error(of: "the step mask") { throw error }
    guard let takes = bits.takesInterrupts(withMask: reply) else {
      throw .unexpected(reply, of: "the step mask")
    }
    return takes
  }

  /// Sets whether interrupts come while a CPU single-steps.
  ///
  /// - Throws: as `takesInterruptsInSteps()` does, and `.writeIgnored` if the stub has another mask afterwards.
  public func setTakesInterruptsInSteps(_ takes: Bool) throws(RemoteError) {
    let bits = try stepBits()
    let mask = bits.enable | (takes ? 0 : bits.holdBack)
    try setStepMask(mask)
    guard try takesInterruptsInSteps() == takes else {
      throw RemoteError(.writeIgnored, "the stub accepted the step mask but has another one")
    }
  }

  /// Sets what QEMU masks while a CPU single-steps: 1 enables single steps, 2 masks interrupts, 4 masks timers. QEMU
  /// starts with 7.
  public func setStepMask(_ mask: UInt64) throws(RemoteError) {
    guard profile.kind.isQEMU else {
      throw RemoteError(.unsupported, "the stub has no step mask")
    }
    try StandardReply.requireOK(try exchange(.stepMask(mask)), of: "the step mask")
  }

  private func stepBits() throws(RemoteError) -> StepBits {
    guard profile.kind.isQEMU else {
      throw RemoteError(.unsupported, "only QEMU's stub can hold interrupts back during a step")
    }
    let reply = try exchange(.stepBits)
    guard let bits = StepBits(parsing: reply) else {
      throw RemoteError(
        .unsupported,
        profile.isReplaying
          ? "interrupts come when the recording has them" : "the stub has no step mask")
    }
    return bits
  }
}
