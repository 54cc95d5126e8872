extension HypervisorTables {
  /// EL2's stage 1 translation of one virtual address.
  enum Translation: Equatable, Sendable {
    /// It is mapped. With the MMU off the address is unchanged, writable and executable.
    case mapped(physical: UInt64, isExecutable: Bool, isWritable: Bool)
    /// The walk ends at an invalid descriptor of this level.
    case unmapped(level: Int)
    /// No table translates such an address.
    case outOfRange
    /// The table is at an address without memory.
    case unreadable(table: UInt64)
  }

  /// The physical address of the byte at `virtual`.
  ///
  /// - Throws: `EL2TranslationControls.Unsupported`, and what `read` throws.
  func translation(of virtual: UInt64, read: @escaping BatchRead) throws -> Translation {
    guard controls.isMMUOn else {
      return .mapped(physical: virtual, isExecutable: true, isWritable: true)
    }
    for half in try controls.halves() {
      if let offset = half.offset(of: virtual) {
        return try translation(ofOffset: offset, half, read)
      }
    }
    return .outOfRange
  }

  private func translation(
    ofOffset offset: UInt64, _ half: EL2TranslationControls.Half, _ read: @escaping BatchRead
  ) throws -> Translation {
    var table = half.root
    var above = EL2Descriptor.Permissions()
    for level in half.startLevel...3 {
      let index = offset >> UInt64(half.shift(level)) & UInt64(half.entryCount(level) - 1)
      // Only one entry of the table is needed.
      var tables = PhysicalTables(isBigEndian: controls.isBigEndian, read: read)
      let address = table &+ index * 8
      _ = try tables.read([address], entryCount: 1, byteLimit: 8)
      guard let entry = tables[address]?.first else { return .unreadable(table: table) }
      switch EL2Descriptor(entry, level: level, half: half, controls: controls) {
      case .invalid: return .unmapped(level: level)
      case .table(let next, let permissions):
        table = next
        above = permissions.limited(by: above)
      case .leaf(let address, let permissions):
        let permissions = permissions.limited(by: above)
        let inside: UInt64 = (1 << UInt64(half.shift(level))) - 1
        return .mapped(
          physical: address | offset & inside,
          isExecutable: permissions.mayExecute(with: controls), isWritable: permissions.isWritable)
      }
    }
    // At level 3 there are pages and invalid entries, and no tables.
    return .unmapped(level: 3)
  }
}

extension EL2TranslationControls.Half {
  /// How far into this half an address is, or nil if it isn't in it. A tag in the top byte is ignored if TBI
  /// is set: bit 55 then chooses the half.
  fileprivate func offset(of virtual: UInt64) -> UInt64? {
    var address = virtual
    if ignoresTopByte {
      address = address & ~(0xff << 56) | (address >> 55 & 1 == 1 ? 0xff << 56 : 0)
    }
    guard address >> UInt64(inputBitWidth) == base >> UInt64(inputBitWidth) else { return nil }
    return address & ((1 << UInt64(inputBitWidth)) - 1)
  }
}
