/// Where a variable is: the result of a location expression (DWARF 5, 2.6).
enum Location: Equatable {
  /// At a run-time address.
  case memory(UInt64)
  /// In a register, by its DWARF number.
  case register(Int)
  /// Nowhere, but these are its bytes, in the target's order (`DW_OP_implicit_value`, `DW_OP_stack_value`). There
  /// may be more or fewer than the type has.
  case value([UInt8])
  /// A pointer that the compiler removed: what it pointed at is described by the entry at an offset of
  /// `.debug_info`, and the pointer is this many bytes past its start.
  case implicitPointer(entry: UInt64, byteOffset: Int64)
  /// In several places, from the first byte to the last.
  case pieces([Piece])
  /// Nowhere: the compiler removed it.
  case optimizedOut

  /// A part of a variable.
  struct Piece: Equatable {
    /// Where the part is.
    let location: Location
    /// The first bit within `location`, from the least significant one.
    let bitOffset: UInt64
    /// The part's size.
    let bitCount: UInt64
  }
}
