/// HPFAR_EL2, Hypervisor IPA Fault Address Register (Arm ARM DDI 0487, "HPFAR_EL2"): the page of the
/// intermediate physical address of a stage-2 fault.
public struct HPFAR_EL2: RawRepresentable, Equatable, Sendable {
  /// All 64 bits.
  public var rawValue: UInt64

  /// A register from its 64 bits.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The 4 KiB page of the fault. FIPA is bits 47:4 and holds IPA[55:12]; bit 63 is NS and not part
  /// of the address.
  @inlinable
  public var page: IntermediatePhysicalAddress {
    IntermediatePhysicalAddress((rawValue & 0x0000_ffff_ffff_fff0) << 8)
  }
}
