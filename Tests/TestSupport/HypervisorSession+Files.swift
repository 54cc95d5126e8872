import GDBRemote
import VCpuDebug

extension HypervisorSession {
  /// A session with at most one file for each world.
  public convenience init(
    target: any DebugTarget, symbols: SymbolFile?, guestSymbols: SymbolFile? = nil,
    variables: Variables = Variables()
  ) throws {
    let modules =
      [symbols.map { Module($0, in: .hypervisor) }, guestSymbols.map { Module($0, in: .guest) }]
      .compactMap { $0 }
    try self.init(target: target, modules: modules, variables: variables)
  }
}
