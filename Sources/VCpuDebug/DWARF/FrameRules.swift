/// How the caller's registers are found where a function has got to, by call frame information (DWARF 5, 6.4).
struct FrameRules: Equatable {
  /// Where the canonical frame address is, SP before the call.
  enum Address: Equatable {
    /// In a register, by its DWARF number, and so many bytes away.
    case register(Int, offset: UInt64)
    /// Where an expression says.
    case expression(LocationExpression)
  }
  /// Where a register of the caller is.
  enum Rule: Equatable {
    /// It can't be recovered.
    case undefined
    /// It wasn't changed.
    case same
    /// In memory, so many bytes from the frame's address.
    case memory(offset: UInt64)
    /// It is the frame's address and so many bytes.
    case address(offset: UInt64)
    /// It is in another register, by its DWARF number.
    case register(Int)
    /// Where an expression says, or what it says.
    case expression(LocationExpression)
  }

  /// The code for which this is so, as the file has it.
  let range: Range<UInt64>
  /// Whether it is a handler's frame: its caller was interrupted, and the return address is exact.
  let isSignalFrame: Bool
  /// The DWARF number of the register that holds the return address.
  let returnColumn: Int
  /// Where the frame is; nil if that isn't said.
  let address: Address?
  /// The rules by DWARF number.
  let registers: [Rule]
}
