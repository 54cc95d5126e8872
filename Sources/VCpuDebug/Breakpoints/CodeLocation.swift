/// The instructions that a person means by a location: one, or one for each function with a name, each copy of a line.
public struct CodeLocation: Equatable, Sendable {
  /// An instruction.
  public struct Instruction: Hashable, Sendable {
    /// The virtual address.
    public let address: UInt64
    /// The length of a breakpoint there.
    let byteCount: Int
  }

  /// The instructions, at least one, sorted.
  public let instructions: [Instruction]
  /// The space that they are addresses of.
  public let space: AddressSpace
  /// The location as typed.
  public let text: String

  /// - Parameter instructions: at least one.
  init(_ instructions: [Instruction], in space: AddressSpace, text: String) {
    precondition(!instructions.isEmpty, "a location has an instruction")
    self.instructions = Set(instructions).sorted { $0.address < $1.address }
    self.space = space
    self.text = text
  }

  /// The addresses, at least one.
  public var addresses: [UInt64] { instructions.map(\.address) }
  /// The first address.
  public var address: UInt64 { instructions[0].address }
  /// Whether it is one instruction.
  public var isOne: Bool { instructions.count == 1 }
}
