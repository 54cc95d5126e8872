internal import GDBRemote

/// Finds an `eret` in EL2's code, which is used to enter a guest without its hypervisor.
///
/// The debugger doesn't place one itself: after it the CPU is in the guest, and the place can't be reached through the
/// guest's tables to be restored.
final class ExceptionReturn {
  private let access: TargetAccess
  private let memory: SessionMemory
  private let exits: Exits
  /// The last one found. A search reads much memory, and each answered exit needs one.
  private var found: UInt64?

  init(_ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits) {
    self.access = access
    self.memory = memory
    self.exits = exits
  }

  /// ERET without pointer authentication. (Arm ARM DDI 0487, C6.2 "ERET".)
  private static let word: UInt64 = 0xd69f_03e0

  /// The address of one, or nil if none was found.
  func address() throws -> UInt64? {
    if let found, try isReturn(at: found) { return found }
    found = try search()
    return found
  }

  private func search() throws -> UInt64? {
    for address in exits.exceptionReturns where try isReturn(at: address) { return address }
    let search = CodeSearch(access: access, memory: memory, modules: exits.modules)
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

  /// Whether there is one at the address now, as the CPU sees memory.
  private func isReturn(at address: UInt64) throws -> Bool {
    do {
      let bytes = try memory.read(.hypervisor, address, byteCount: 4)
      return RegisterDescription.integer(bytes) == Self.word
    } catch is DebugError {
      return false
    }
  }
}
