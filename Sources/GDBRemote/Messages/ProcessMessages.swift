// The packets of processes: `!`, `R`, `vRun`, `vAttach` and `qAttached`.
//
// Source: GDB manual, Packets, and General Query Packets ("qAttached").

extension Command {
  /// Keeps the stub running when its process ends, so that another can be started.
  static let extendedMode = Command("!")

  /// Starts the program again. There is no answer; extended mode only.
  static let restart = Command("R00", expecting: .nothing)

  /// Starts a program, which stops at its first instruction. An empty name means the last program.
  static func run(_ program: String, _ arguments: [String]) -> Command {
    var command = Command("vRun;", expecting: .status).appending(hex: Array(program.utf8))
    for argument in arguments {
      command = command.appending(";").appending(hex: Array(argument.utf8))
    }
    return command
  }

  /// Attaches to a process, and stops it.
  static func attach(process: Int) -> Command {
    Command("vAttach;", expecting: .status).appending(hex: UInt64(process))
  }

  /// Asks whether the process existed before the stub (`1`) or was started by it (`0`).
  static func isAttached(process: Int?) -> Command {
    guard let process else { return Command("qAttached") }
    return Command("qAttached:").appending(hex: UInt64(process))
  }
}
