internal import ArmVCpu
internal import GDBRemote

/// Loads a guest into its CPU and enters it, in place of its hypervisor: writes system registers by executed
/// instructions, then general ones through the stub, and then steps over an `eret`.
///
/// Until that step, everything can be undone: if something fails on the way, the CPU's registers are
/// restored.
struct GuestEntry {
  let access: TargetAccess
  /// The place where the CPU is.
  let ground: ExecutionGround
  /// The address of an `eret` in EL2.
  let exceptionReturn: UInt64
  /// System registers with their new and old values, in the order in which they are written.
  var systemRegisters: [(register: SystemRegister, value: UInt64, before: UInt64)] = []
  /// Registers by the target's names, with their new and old raw bytes.
  private var others: [(register: RegisterDescription, bytes: [UInt8], before: [UInt8])] = []
  private var target: any DebugTarget { access.target }

  init(_ access: TargetAccess, on ground: ExecutionGround, by exceptionReturn: UInt64) {
    self.access = access
    self.ground = ground
    self.exceptionReturn = exceptionReturn
  }

  /// Sets one of the stub's registers to a value.
  mutating func set(_ name: String, to value: UInt64, from before: UInt64) throws {
    let register = try access.description(of: name)
    let order = access.byteOrders.registers
    guard let bytes = register.bytes(of: value, byteOrder: order),
      let old = register.bytes(of: before, byteOrder: order)
    else { throw DebugError.cannotExecute(.unknownState) }
    others.append((register, bytes, old))
  }

  /// Sets a register of any width to raw bytes.
  mutating func set(_ register: RegisterDescription, to bytes: [UInt8], from before: [UInt8]) {
    others.append((register, bytes, before))
  }

  /// Writes all registers and enters the guest.
  ///
  /// - Returns: the CPU's state after that.
  func enter() throws -> CPUState {
    var owed = ground
    owed.registers = systemRegisters.map { ($0.register, $0.before) }
    owed.others = others.map { ($0.register, $0.before) }
    let executor = try InstructionExecutor(access)
    let outcomes = try executor.run(
      systemRegisters.map { .write(ground.encoding(of: $0.register), $0.value) }, on: owed)
    for (entry, outcome) in zip(systemRegisters, outcomes) {
      guard case .executed = outcome else {
        try executor.putBack(owed)
        access.forget()
        throw DebugError.readOnly(
          entry.register.typedName, reason: "the CPU does not accept it, so everything was restored"
        )
      }
    }
    access.owedGround = owed
    let thread = ground.thread
    do throws(RemoteError) {
      let pc = try access.description(of: "pc")
      let returnBytes =
        pc.bytes(of: exceptionReturn, byteOrder: access.byteOrders.registers) ?? []
      let writes = others.map { Request.writeRegister($0.register, $0.bytes) }
      for response in try target.batch(writes + [.writeRegister(pc, returnBytes)]) {
        try response.check()
      }
      access.forget()
      try executor.step(thread, from: exceptionReturn)
      guard try executor.isBelowEL2() else {
        throw RemoteError(
          .protocolViolation,
          "the eret at hv:0x\(String(exceptionReturn, radix: 16)) did not enter the guest")
      }
      access.owedGround = nil
    } catch {
      throw executor.recovered(from: error, owed)
    }
    return try access.requireState()
  }
}
