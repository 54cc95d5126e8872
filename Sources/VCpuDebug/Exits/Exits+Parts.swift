internal import ArmVCpu
internal import GDBRemote

/// The parts of an exit, by their names.
extension Exits {
  /// The value of a part of the exit.
  func read(_ part: ExitPart, named typed: String) throws -> UInt64 {
    let exit = try require()
    if let value = exit.value(of: part) { return value }
    // What isn't stored with the exit is still in the CPU, unless the exit is an old one.
    if case .cpu(let name) = exit.storage.place(of: part) { return try access.readRegister(name) }
    throw DebugError.notReadable(typed, reason: "it was not read at the exit")
  }

  /// Changes a part of the exit where it is.
  ///
  /// - Throws: `DebugError.readOnly` if it can't be changed.
  func write(_ value: UInt64, to part: ExitPart, named typed: String) throws {
    let exit = try require()
    let target = try access.live()
    switch exit.storage.place(of: part) {
    case .memory(let address):
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
      // The CPU is at EL2, so it sees EL2's memory.
      try target.batch([.writeMemory(at: address, bytes)])[0].check()
      access.noteMemoryChange()
      note(value, of: part)
    case .cpu(let name): try system.write(value, toCPU: name, named: typed)
    case .nowhere(let reason): throw DebugError.readOnly(typed, reason: reason)
    }
    if exit.moment != .entering { history.update(part, to: value, of: exit, on: access.thread) }
  }
}
