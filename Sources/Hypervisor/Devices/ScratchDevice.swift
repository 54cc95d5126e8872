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
    @inline(always)
    static func answer(_ access: DeviceAccess) -> UInt64? {
      let offset = access.address.rawValue &- base
      guard let value = access.storedValue else { return load(offset, access.byteCount) }
      guard contains(offset, access.byteCount) else { return nil }
      hypervisor_scratch_store(offset, UInt64(access.byteCount), value)
      return value
    }

    @inline(always)
    private static func load(_ offset: UInt64, _ count: UInt8) -> UInt64? {
      if offset == byteCount, count == 4 { return identification }
      guard contains(offset, count) else { return nil }
      return hypervisor_scratch_load(offset, UInt64(count))
    }

    @inline(always)
    private static func contains(_ offset: UInt64, _ count: UInt8) -> Bool {
      offset <= byteCount &- UInt64(count)
    }
  }
#endif
