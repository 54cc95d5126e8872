/// The space that an address belongs to.
public enum AddressSpace: String, Equatable, Sendable, CaseIterable {
  /// `hv:`, EL2 virtual.
  case hypervisor = "hv"
  /// `guest:`, guest virtual (stage 1 and 2).
  case guest = "guest"
  /// `ipa:`, guest physical (stage 2).
  case intermediatePhysical = "ipa"
  /// `pa:`, physical.
  case physical = "pa"
  /// The virtual addresses of a target without guests, which don't need a prefix.
  case plain = ""

  /// Whether its addresses are those that a CPU translates.
  public var isVirtual: Bool {
    switch self {
    case .hypervisor, .guest, .plain: true
    case .intermediatePhysical, .physical: false
    }
  }

  /// The prefix without a colon.
  public var prefix: String { rawValue }

  /// The prefix with the colon, as typed; empty for a plain address.
  public var label: String { self == .plain ? "" : rawValue + ":" }
}
