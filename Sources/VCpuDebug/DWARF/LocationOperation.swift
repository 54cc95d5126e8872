/// One operation of a location expression, with everything that it refers to.
struct LocationOperation: Equatable {
  /// `DW_OP_…` (DWARF 5, 7.7.1).
  let code: UInt8
  /// The operands, sign-extended if they are signed.
  let first: UInt64
  let second: UInt64
  /// Where in the expression it is, in bytes.
  let offset: UInt64
  /// What isn't a number.
  let detail: Detail

  init(
    code: UInt8, first: UInt64 = 0, second: UInt64 = 0, offset: UInt64 = 0, detail: Detail = .none
  ) {
    self.code = code
    self.first = first
    self.second = second
    self.offset = offset
    self.detail = detail
  }

  enum Detail: Equatable {
    case none
    /// The bytes of `DW_OP_implicit_value`.
    case bytes([UInt8])
    /// What `DW_OP_call…` calls, and what `DW_OP_entry_value` is about.
    case expression([LocationOperation])
    /// The type of a typed operation, and the bytes of `DW_OP_const_type`.
    case type(LocationValue.Kind, [UInt8])
    /// The entry that `DW_OP_implicit_pointer` refers to, by its offset in `.debug_info`.
    case entry(UInt64)
  }
}

/// A location expression, copied from libdw.
struct LocationExpression: Equatable {
  let operations: [LocationOperation]
  let layout: DataLayout
}
