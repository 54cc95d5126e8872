internal import ArmVCpu

/// A part of an exit with a 64-bit value: a register of the guest, or of the syndrome.
public enum ExitPart: Hashable, Sendable {
  /// x0–x30, by number.
  case gpr(Int)
  /// The guest's SP_EL0.
  case spEL0
  /// The guest's SP_EL1.
  case spEL1
  /// The guest's PC, ELR_EL2 at the exit.
  case pc
  /// The guest's PSTATE, SPSR_EL2 at the exit.
  case pstate
  /// ESR_EL2 at the exit.
  case esr
  /// FAR_EL2 at the exit.
  case far
  /// HPFAR_EL2 at the exit.
  case hpfar

  /// The part that a register's name means at an exit, or nil if it isn't a part of one.
  ///
  /// - Parameter pstate: the guest's PSTATE, which selects its `sp`.
  init?(named name: String, pstate: SPSR_EL2) {
    let name = Architecture.aarch64.synonyms.first { $0.contains(name) }?.first ?? name
    if let number = Architecture.aarch64GeneralRegisters.firstIndex(of: name) {
      self = .gpr(number)
      return
    }
    switch name {
    case "sp": self = pstate.usesEL1StackPointer ? .spEL1 : .spEL0
    case "sp_el0": self = .spEL0
    case "sp_el1": self = .spEL1
    case "pc", "elr_el2": self = .pc
    case "cpsr", "spsr_el2": self = .pstate
    case "esr_el2": self = .esr
    case "far_el2": self = .far
    case "hpfar_el2": self = .hpfar
    default: return nil
    }
  }

  /// The CPU register that holds this part at the first instruction of a vector.
  var registerName: String {
    switch self {
    case .gpr(let number): "x\(number)"
    case .spEL0: "SP_EL0"
    case .spEL1: "SP_EL1"
    case .pc: "ELR_EL2"
    case .pstate: "SPSR_EL2"
    case .esr: "ESR_EL2"
    case .far: "FAR_EL2"
    case .hpfar: "HPFAR_EL2"
    }
  }
}

/// Where a part of an exit can be written.
enum ExitPlace: Equatable {
  /// A doubleword of EL2's memory.
  case memory(UInt64)
  /// A register of the CPU, by the target's name.
  case cpu(String)
  /// Nowhere, and why.
  case nowhere(String)
}
