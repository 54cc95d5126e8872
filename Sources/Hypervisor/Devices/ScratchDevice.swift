#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The device that the hypervisor emulates: 64 bytes of memory that take accesses of every width, and
  /// an identification register after them. Little-endian.
  ///
  /// | offset | width | access | what |
  /// |---|---|---|---|
  /// | 0x00–0x3f | 1, 2, 4, 8 | RW | memory |
  /// | 0x40 | 4 | RO | 0x75706376, "vcpu" |
  enum ScratchDevice {
    /// Its page in the guest's physical address space.
    static let base = UInt64(AVCPU_SCRATCH_BASE)
    private static let byteCount: UInt64 = 64
    private static let identification: UInt64 = 0x7570_6376

    /// The result of an access, any value for a store; nil if there is no register of that width.
    static func answer(_ access: DeviceAccess) -> UInt64? {
      let offset = access.address.rawValue &- base
      guard let value = access.storedValue else { return load(offset, access.byteCount) }
      guard contains(offset, access.byteCount) else { return nil }
      for index in 0..<UInt64(access.byteCount) {
        unsafe memory[Int(offset + index)] = UInt8(truncatingIfNeeded: value >> (index * 8))
      }
      return value
    }

    private static func load(_ offset: UInt64, _ count: UInt8) -> UInt64? {
      if offset == byteCount, count == 4 { return identification }
      guard contains(offset, count) else { return nil }
      var value: UInt64 = 0
      for index in 0..<UInt64(count) {
        value |= UInt64(unsafe memory[Int(offset + index)]) << (index * 8)
      }
      return value
    }

    private static func contains(_ offset: UInt64, _ count: UInt8) -> Bool {
      offset < byteCount && offset + UInt64(count) <= byteCount
    }

    private static var memory: UnsafeMutablePointer<UInt8> {
      unsafe hypervisor_scratch_address()
    }
  }
#endif
