internal import GDBRemote

/// Finds an `eret` of EL2's own, by which a guest is entered without its hypervisor.
///
/// It is not placed: after it the CPU is in the guest, through whose tables the place is not to be reached to be put back.
final class ExceptionReturn {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let exits: Exits
  /// The one that was found last: a search reads much memory, and each exit that is answered wants one.
  private var found: UInt64?

  init(_ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits) {
    self.access = access
    self.memory = memory
    self.exits = exits
  }

  /// ERET without pointer authentication. (Arm ARM DDI 0487, C6.2 "ERET".)
  private static let word: UInt64 = 0xd69f_03e0

  /// The address of one; nil where there is none that could be found.
  func address() throws -> UInt64? {
    if let found, try isReturn(at: found) { return found }
    found = try search()
    return found
  }

  private func search() throws -> UInt64? {
    for address in exits.exceptionReturns where try isReturn(at: address) { return address }
    let search = CodeSearch(access: access, memory: memory, symbols: exits.symbols)
    let state = try access.requireState()
    if let near = try first(of: search.places(around: state.pc)) { return near }
    guard let control = ControlRegisters(try access.read(ControlRegisters.names(in: access))) else {
      return nil
    }
    let regime = control.regime(isCodeLow: state.pc < 1 << 63)
    return try first(of: search.places(by: control, regime).places)
  }

  private func first(of places: [ControlInstruction.Place]) throws -> UInt64? {
    try places.first {
      try $0.instruction == .exceptionReturn && isReturn(at: $0.address)
    }?.address
  }

  /// Whether the CPU sees one there now.
  private func isReturn(at address: UInt64) throws -> Bool {
    do {
      let bytes = try memory.read(.hypervisor, address, byteCount: 4)
      return RegisterDescription.integer(bytes) == Self.word
    } catch is DebugError {
      return false
    }
  }
}
