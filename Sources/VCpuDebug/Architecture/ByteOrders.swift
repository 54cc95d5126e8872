public import GDBRemote

/// The orders in which a target has the bytes of its values: the one place that registers, memory and
/// expressions ask.
public struct ByteOrders: Equatable, Sendable {
  /// Of the registers in the stub's packets.
  public let registers: RegisterDescription.ByteOrder
  /// Of the values in memory.
  public let data: RegisterDescription.ByteOrder
  /// Of the instructions: AArch64 and today's Arm have little-endian ones among big-endian data.
  public let instructions: RegisterDescription.ByteOrder
  /// Whether nothing tells the order, so that the usual one of the architecture is taken.
  public let isAssumed: Bool

  /// Orders that are known.
  init(
    registers: RegisterDescription.ByteOrder, data: RegisterDescription.ByteOrder,
    instructions: RegisterDescription.ByteOrder, isAssumed: Bool
  ) {
    self.registers = registers
    self.data = data
    self.instructions = instructions
    self.isAssumed = isAssumed
  }

  /// What an architecture, an ELF and a stub tell of the order, in this sequence: an architecture that has
  /// one order alone; the ELF, which says so in its header; what a system told its program; the usual order.
  ///
  /// - Parameters:
  ///   - architecture: the target's name of it.
  ///   - file: the order of the ELF that the target runs.
  ///   - hasLittleEndianCode: whether the instructions are little-endian whatever the data are.
  ///   - program: what the system told the program, where the target is one.
  ///   - fixedRegisters: the order of the stub's registers where it does not follow the CPU.
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

  /// Whether a program counter shows that an order which was assumed is the wrong one: it is an address in
  /// the other order alone.
  func isContradicted(by pc: UInt64, byteCount: Int) -> Bool {
    isAssumed && byteCount == 8 && !Self.isAddress(pc) && Self.isAddress(pc.byteSwapped)
  }

  /// Whether the bits are equal that no architecture has for an address: 52 are the widest.
  private static func isAddress(_ value: UInt64) -> Bool {
    let top = Int64(bitPattern: value) >> 52
    return top == 0 || top == -1
  }
}
