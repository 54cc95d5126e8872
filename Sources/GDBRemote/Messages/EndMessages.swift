// The packets `D`, `k` and `vKill`.
//
// Source: GDB manual, Packets.

extension Command {
  /// Detaches from the target. With `multiprocess+`, QEMU requires the process.
  static func detach(process: Int?) -> Command {
    guard let process else { return Command("D") }
    return Command("D;").appending(hex: UInt64(process))
  }

  /// Kills a process. QEMU answers `OK`, then `W00`, and ends.
  static func kill(process: Int) -> Command {
    Command("vKill;").appending(hex: UInt64(process))
  }

  /// Kills the target. There is no answer.
  static let kill = Command("k", expecting: .nothing)
}
