// The packets `D`, `k` and `vKill`.
//
// Source: GDB manual, Packets.

extension Command {
  /// Lets the target go. With `multiprocess+` QEMU insists on the process.
  static func detach(process: Int?) -> Command {
    guard let process else { return Command("D") }
    return Command("D;").appending(hex: UInt64(process))
  }

  /// Kills a process. QEMU answers `OK`, then `W00`, and ends.
  static func kill(process: Int) -> Command {
    Command("vKill;").appending(hex: UInt64(process))
  }

  /// Kills the target without an answer.
  static let kill = Command("k", expecting: .nothing)
}
