/// One instruction as text.
public struct Instruction: Equatable, Sendable, CustomStringConvertible {
  /// The instruction's address, in the address space that the caller disassembles.
  public let address: UInt64
  /// The bytes of the instruction, in the order of memory.
  public let bytes: [UInt8]
  /// The mnemonic: `add`, `b.ne`, or `.inst`, `.byte`, `.2byte` for anything but a known
  /// instruction.
  public let mnemonic: String
  /// The operands in GDB's notation, empty when there are none.
  public let operands: String
  /// The address that the operands name: a branch's target, a literal's or page's address. Known only
  /// for A64.
  public let referencedAddress: UInt64?

  /// The first 32 bits, little-endian: the whole instruction if it is A64.
  public var word: UInt32 { bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }

  /// Mnemonic and operands with one space between them.
  public var text: String { operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)" }

  /// The same as `text`.
  public var description: String { text }
}
