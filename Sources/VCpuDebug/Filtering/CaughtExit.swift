internal import ArmVCpu

/// The exit that a CPU is at, as a filter's programs see it. What isn't part of the exit is read from the target when a
/// program wants it.
final class CaughtExit: FilteredExit {
  private let exit: Exit
  private let exits: Exits
  private let system: SystemRegisters
  /// Why something couldn't be read; then the program's result means nothing.
  private(set) var failure: (any Error)?

  init(_ exit: Exit, of exits: Exits, _ system: SystemRegisters) {
    self.exit = exit
    self.exits = exits
    self.system = system
  }

  var syndrome: ExitSyndrome { exit.syndrome }
  private(set) lazy var reason = exit.reason
  var pc: UInt64 { exit.pc }
  var pstate: SPSR_EL2 { exit.pstate }
  var spEL0: UInt64 { exit.value(of: .spEL0) ?? 0 }
  var vcpu: UInt64 { exit.origin.vcpu }
  var vm: UInt64 { exit.origin.vm }
  var exitNumber: UInt64 { exit.count.value }
  func gpr(_ index: UInt8) -> UInt64 { exit.gpr(index) }

  var time: UInt64 { read { try exits.value(ofField: "time")?.bits } }
  var writtenValue: UInt64 { read { try exits.value(ofField: "value")?.bits } }

  func value(of register: FilterRegister) -> UInt64 {
    read {
      guard register != .sp_el1 else { return try exits.read(.spEL1, named: "sp_el1") }
      return try system.value(of: register.systemRegister, named: register.name.description)
    }
  }

  private func read(_ value: () throws -> UInt64?) -> UInt64 {
    do {
      return try value() ?? 0
    } catch {
      failure = failure ?? error
      return 0
    }
  }
}
