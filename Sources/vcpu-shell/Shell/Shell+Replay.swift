internal import GDBRemote
internal import VCpuDebug

extension Shell {
  /// Opens a session with a recording in the place of a stub.
  ///
  /// Nobody left breakpoints in a recording, so none are looked for.
  func replay(_ path: String, symbols: String?, guestSymbols: String?) throws {
    let symbolFile = try symbols.map { try SymbolFile(path: $0, for: nil) }
    let guestFile = try guestSymbols.map { try SymbolFile(path: $0, for: nil) }
    let transport = ReplayTransport(try Recording(contentsOf: path), order: .free, name: path)
    let target = try connect(transport)
    session = try HypervisorSession(target: target, symbols: symbolFile, guestSymbols: guestFile)
  }
}
