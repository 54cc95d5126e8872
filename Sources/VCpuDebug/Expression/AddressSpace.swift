/// What an address is an address of.
public enum AddressSpace: String, Equatable, Sendable, CaseIterable {
  /// `hv:`, EL2 virtual.
  case hypervisor = "hv"
  /// `guest:`, guest virtual (stage 1 and 2).
  case guest = "guest"
  /// `ipa:`, guest physical (stage 2).
  case intermediatePhysical = "ipa"
  /// `pa:`, physical.
  case physical = "pa"

  /// The prefix without its colon, as a person types it.
  public var prefix: String { rawValue }
}
