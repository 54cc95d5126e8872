public import GDBRemote

/// The byte orders of a target's values, used for registers, memory and expressions.
public struct ByteOrders: Equatable, Sendable {
  /// The byte order of registers in the stub's packets.
  public let registers: RegisterDescription.ByteOrder
  /// The byte order of values in memory.
  public let data: RegisterDescription.ByteOrder
  /// The byte order of instructions: AArch64 and today's Arm have little-endian ones even with
  /// big-endian data.
  public let instructions: RegisterDescription.ByteOrder
  /// Whether the order isn't known, so that the architecture's usual one is assumed.
  public let isAssumed: Bool

  /// Creates known byte orders.
  init(
    registers: RegisterDescription.ByteOrder, data: RegisterDescription.ByteOrder,
    instructions: RegisterDescription.ByteOrder, isAssumed: Bool
  ) {
    self.registers = registers
    self.data = data
    self.instructions = instructions
    self.isAssumed = isAssumed
  }

  /// Finds out the byte orders from the following, the first that is available: an architecture with only
  /// one order; the header of the ELF file; what the system told the program; the architecture's usual
  /// order.
  ///
  /// - Parameters:
  ///   - architecture: the target's name for it.
  ///   - file: the byte order of the ELF file that the target runs.
  ///   - hasLittleEndianCode: whether the instructions are little-endian whatever the data are.
  ///   - program: what the system told the program, if the target is one.
  ///   - fixedRegisters: the order of the stub's registers if it doesn't follow the CPU.
  init(
    architecture: String?, file: RegisterDescription.ByteOrder?, hasLittleEndianCode: Bool,
    program: RegisterDescription.ByteOrder?, fixedRegisters: RegisterDescription.ByteOrder?
  ) {
    let only = RegisterDescription.ByteOrder.only(for: architecture)
    data = only ?? file ?? program ?? .usual(for: architecture)
    registers = fixedRegisters ?? data
    instructions = hasLittleEndianCode ? .little : data
    isAssumed = only == nil && file == nil && program == nil
  }

  /// Whether a program counter shows that an assumed order is wrong: it is a valid address only in the
  /// other order.
  func isContradicted(by pc: UInt64, byteCount: Int) -> Bool {
    isAssumed && byteCount == 8 && !Self.isAddress(pc) && Self.isAddress(pc.byteSwapped)
  }

  /// Whether the bits above the widest address of any architecture, which has 52 bits, are all
  /// equal.
  private static func isAddress(_ value: UInt64) -> Bool {
    let top = Int64(bitPattern: value) >> 52
    return top == 0 || top == -1
  }
}
