internal import CElfutils

extension LocationExpression {
  /// Copies the operations of an expression that has no attribute, such as a rule of call frame information. Blocks
  /// and types can't be read there, and operations with those are unsupported.
  init(_ operations: UnsafeBufferPointer<Dwarf_Op>, layout: DataLayout) {
    self.operations = unsafe operations.map {
      LocationOperation(
        code: $0.atom, first: $0.number, second: $0.number2, offset: $0.offset)
    }
    self.layout = layout
  }

  /// The expression of an attribute that holds one; nil if it has none, or a malformed one.
  init?(_ attribute: Dwarf_Attribute, layout: DataLayout) {
    var reader = LocationReader()
    guard let operations = unsafe reader.expression(of: attribute) else { return nil }
    self.operations = operations
    self.layout = layout
  }

  /// The expression that is valid at an address of the file, where the attribute is a location list; nil if none is.
  init?(_ attribute: Dwarf_Attribute, at address: UInt64, layout: DataLayout) {
    var attribute = unsafe attribute
    var operations: UnsafeMutablePointer<Dwarf_Op>?
    var count = 0
    guard unsafe dwarf_getlocation_addr(&attribute, address, &operations, &count, 1) == 1,
      let operations = unsafe operations
    else { return nil }
    var reader = LocationReader()
    let buffer = unsafe UnsafeBufferPointer(start: operations, count: count)
    guard let copied = unsafe reader.copy(buffer, of: attribute) else { return nil }
    self.operations = copied
    self.layout = layout
  }
}

/// Copies operations out of libdw's memory.
private struct LocationReader {
  /// Expressions refer to others, which could refer back: in total.
  private var remaining = 10_000
  private var depth = 0

  mutating func expression(of attribute: Dwarf_Attribute) -> [LocationOperation]? {
    var attribute = unsafe attribute
    var operations: UnsafeMutablePointer<Dwarf_Op>?
    var count = 0
    guard unsafe dwarf_getlocation(&attribute, &operations, &count) == 0 else { return nil }
    guard let operations = unsafe operations else { return [] }
    return unsafe copy(UnsafeBufferPointer(start: operations, count: count), of: attribute)
  }

  mutating func copy(
    _ operations: UnsafeBufferPointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> [LocationOperation]? {
    remaining -= operations.count
    guard remaining >= 0, depth < 8 else { return nil }
    depth += 1
    defer { depth -= 1 }
    var copied: [LocationOperation] = []
    copied.reserveCapacity(operations.count)
    for index in operations.indices {
      guard let start = operations.baseAddress,
        let operation = unsafe copy(start + index, of: attribute)
      else { return nil }
      copied.append(operation)
    }
    return copied
  }

  /// - Parameter operation: in libdw's own array, where it looks for more about it.
  private mutating func copy(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> LocationOperation? {
    var first = unsafe operation.pointee.number
    var detail = LocationOperation.Detail.none
    switch unsafe Int(operation.pointee.atom) {
    case DW_OP_addrx, DW_OP_GNU_addr_index, DW_OP_constx, DW_OP_GNU_const_index:
      guard let value = unsafe indexed(operation, of: attribute) else { return nil }
      first = value
    case DW_OP_implicit_value:
      guard let bytes = unsafe bytes(operation, of: attribute) else { return nil }
      detail = .bytes(bytes)
    case DW_OP_call2, DW_OP_call4, DW_OP_call_ref, DW_OP_entry_value, DW_OP_GNU_entry_value:
      guard let called = unsafe self.attribute(operation, of: attribute) else { return nil }
      // An entry without a location.
      guard unsafe called.valp != nil else { break }
      guard let operations = unsafe expression(of: called) else { return nil }
      detail = .expression(operations)
    case DW_OP_implicit_pointer, DW_OP_GNU_implicit_pointer:
      guard let entry = unsafe entry(operation, of: attribute) else { break }
      var die = unsafe entry
      detail = unsafe .entry(dwarf_dieoffset(&die))
    case DW_OP_regval_type, DW_OP_GNU_regval_type, DW_OP_deref_type, DW_OP_GNU_deref_type,
      DW_OP_const_type, DW_OP_GNU_const_type, DW_OP_convert, DW_OP_GNU_convert, DW_OP_reinterpret,
      DW_OP_GNU_reinterpret:
      guard let kind = unsafe type(operation, of: attribute) else { return nil }
      detail = unsafe .type(kind, bytes(operation, of: attribute) ?? [])
    default: break
    }
    return unsafe LocationOperation(
      code: operation.pointee.atom, first: first, second: operation.pointee.number2,
      offset: operation.pointee.offset, detail: detail)
  }

  private func attribute(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> Dwarf_Attribute? {
    var attribute = unsafe attribute
    var result = unsafe Dwarf_Attribute()
    guard unsafe dwarf_getlocation_attr(&attribute, operation, &result) == 0 else { return nil }
    return unsafe result
  }

  private func indexed(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> UInt64? {
    guard var result = unsafe self.attribute(operation, of: attribute) else { return nil }
    var value: UInt64 = 0
    if unsafe result.code == UInt32(DW_AT_low_pc) {
      return unsafe dwarf_formaddr(&result, &value) == 0 ? value : nil
    }
    if unsafe dwarf_formudata(&result, &value) == 0 { return value }
    return unsafe dwarf_formaddr(&result, &value) == 0 ? value : nil
  }

  private func bytes(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> [UInt8]? {
    guard
      unsafe [DW_OP_implicit_value, DW_OP_const_type, DW_OP_GNU_const_type]
        .contains(Int(operation.pointee.atom))
    else { return nil }
    guard var result = unsafe self.attribute(operation, of: attribute) else { return nil }
    var block = unsafe Dwarf_Block()
    guard unsafe dwarf_formblock(&result, &block) == 0 else { return nil }
    return unsafe [UInt8](UnsafeBufferPointer(start: block.data, count: Int(block.length)))
  }

  private func entry(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> Dwarf_Die? {
    var attribute = unsafe attribute
    var die = unsafe Dwarf_Die()
    guard unsafe dwarf_getlocation_die(&attribute, operation, &die) == 0 else { return nil }
    return unsafe die
  }

  /// The base type that an operation refers to; the generic type where it refers to none.
  private func type(
    _ operation: UnsafePointer<Dwarf_Op>, of attribute: Dwarf_Attribute
  ) -> LocationValue.Kind? {
    let code = unsafe Int(operation.pointee.atom)
    let converts = [DW_OP_convert, DW_OP_GNU_convert, DW_OP_reinterpret, DW_OP_GNU_reinterpret]
    if converts.contains(code), unsafe operation.pointee.number == 0 { return .generic }
    guard var die = unsafe entry(operation, of: attribute) else { return nil }
    let size = unsafe Int(dwarf_bytesize(&die))
    var attribute = unsafe Dwarf_Attribute()
    var encoding: UInt64 = 0
    guard (1...8).contains(size),
      unsafe dwarf_attr(&die, UInt32(DW_AT_encoding), &attribute) != nil,
      unsafe dwarf_formudata(&attribute, &encoding) == 0
    else { return nil }
    switch Int(encoding) {
    case DW_ATE_float: return size == 4 || size == 8 ? .float(byteCount: size) : nil
    case DW_ATE_signed, DW_ATE_signed_char: return .signed(byteCount: size)
    default: return .unsigned(byteCount: size)
    }
  }
}
