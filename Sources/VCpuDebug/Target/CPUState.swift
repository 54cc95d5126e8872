public import GDBRemote

/// The general registers of a CPU at a stop.
public struct CPUState: Equatable, Sendable {
  /// x0 to x30.
  public var x: [UInt64]
  /// The stack pointer in use.
  public var sp: UInt64
  /// The PC.
  public var pc: UInt64
  /// PSTATE, in the form of an SPSR.
  public var cpsr: UInt64

  /// The state in one `g` packet.
  ///
  /// - Throws: `DebugError.notAArch64` for a target without these registers.
  public init(_ registers: GeneralRegisters) throws(DebugError) {
    guard let sp = registers["sp"], let pc = registers["pc"], let cpsr = registers["cpsr"] else {
      throw .notAArch64
    }
    var x: [UInt64] = []
    x.reserveCapacity(31)
    for (index, name) in Self.names.enumerated() {
      // Stubs have them in this order; where one has not, the name is searched.
      let isInPlace =
        index < registers.registers.count && registers.registers[index].name == name
      let value =
        isInPlace
        ? registers[number: registers.registers[index].number] : registers[name]
      guard let value else { throw .notAArch64 }
      x.append(value)
    }
    self.x = x
    self.sp = sp
    self.pc = pc
    self.cpsr = cpsr
  }

  private static let names = (0..<31).map { "x\($0)" }

  /// The exception level, PSTATE.EL; EL1 or EL0 for AArch32, by its mode.
  public var exceptionLevel: UInt8 {
    if cpsr & 0x10 != 0 { return cpsr & 0xf == 0 ? 0 : 1 }
    return UInt8(truncatingIfNeeded: cpsr >> 2) & 3
  }

  /// Whether the CPU runs the hypervisor rather than its guest.
  public var isAtEL2: Bool { exceptionLevel == 2 }
}
