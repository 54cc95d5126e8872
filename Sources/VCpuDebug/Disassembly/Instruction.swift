/// One A64 instruction as text.
public struct Instruction: Equatable, Sendable, CustomStringConvertible {
  /// The instruction's address, in the address space that the caller disassembles.
  public let address: UInt64
  /// The 32 bits of the instruction.
  public let word: UInt32
  /// The mnemonic: `add`, `b.ne`, or `.inst` for a word that is no known instruction.
  public let mnemonic: String
  /// The operands in GDB's notation, empty when there are none.
  public let operands: String
  /// The address that the operands name: a branch's target, a literal's or page's address.
  public let referencedAddress: UInt64?

  /// Mnemonic and operands with one space between them.
  public var text: String { operands.isEmpty ? mnemonic : "\(mnemonic) \(operands)" }

  /// Whether the word is an instruction that the disassembler knows.
  public var isKnown: Bool { mnemonic != ".inst" }

  /// The same as `text`.
  public var description: String { text }
}
