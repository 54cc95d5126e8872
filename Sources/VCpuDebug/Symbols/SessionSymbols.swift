internal import GDBRemote

/// The symbols of a session: those of the hypervisor, or of the program, and those of the guest.
public struct SessionSymbols {
  /// The symbols of the hypervisor, or of the program if there is no hypervisor.
  public let hypervisor: SymbolFile?
  /// The symbols of the guest, if they are known.
  public let guest: SymbolFile?

  /// The file that says the most about the target.
  var main: SymbolFile? { hypervisor ?? guest }

  /// The symbols of an address space.
  public func of(_ space: AddressSpace) -> SymbolFile? {
    switch space.kind {
    case .guest: guest
    case .hypervisor: hypervisor
    case .plain: main
    case .program, .intermediatePhysical, .physical: nil
    }
  }
}
