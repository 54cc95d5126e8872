/// Why an interrupt doesn't get any further.
public enum InterruptObstacle: Equatable, Sendable, CustomStringConvertible {
  /// The controller does not have it pending.
  case notPending
  /// It is not enabled in the distributor, or in the redistributor.
  case notEnabled(register: String)
  /// It was taken but not deactivated.
  case isActive
  /// The distributor does not forward its group.
  case distributorOff(group: Int)
  /// The distributor sends it to other CPUs.
  case goesElsewhere
  /// The CPU interface does not pass its group.
  case groupOff(Int)
  /// The CPU's priority mask holds it back.
  case mask(UInt8, mask: UInt8)
  /// The CPU is handling one that is at least as urgent.
  case running(UInt8, running: UInt8)
  /// The guest's interface is off.
  case virtualInterfaceOff
  /// The guest has not enabled its group.
  case virtualGroupOff(Int)
  /// The guest's priority mask holds it back.
  case virtualMask(UInt8, mask: UInt8)
  /// The guest is handling one that is at least as urgent.
  case virtualRunning(UInt8, running: UInt8)

  /// The text after "interrupt 27": `is pending in the redistributor but …`.
  public var description: String {
    switch self {
    case .notPending: "is not pending in the controller"
    case .notEnabled(let register): "is not enabled (\(register))"
    case .isActive:
      "is active: the controller does not signal it again until it is deactivated"
    case .distributorOff(let group):
      "is not forwarded: the distributor has group \(group) off (GICD_CTLR)"
    case .goesElsewhere: "is sent to another CPU by the distributor"
    case .groupOff(let group): "is not signalled: the CPU interface has group \(group) off"
    case .mask(let priority, let mask):
      "is held back: its priority \(Self.hexadecimal(priority)) is not below the CPU's priority mask \(Self.hexadecimal(mask))"
    case .running(let priority, let running):
      "is held back: its priority \(Self.hexadecimal(priority)) is not below the running priority \(Self.hexadecimal(running)) (ICC_RPR_EL1)"
    case .virtualInterfaceOff:
      "does not get there: the guest's interface is off (ICH_HCR_EL2.En is 0)"
    case .virtualGroupOff(let group):
      "is held back: the guest has group \(group) off (ICH_VMCR_EL2.VENG\(group) is 0)"
    case .virtualMask(let priority, let mask):
      "is held back: its priority \(Self.hexadecimal(priority)) is not below the guest's priority mask \(Self.hexadecimal(mask)) (ICH_VMCR_EL2.VPMR)"
    case .virtualRunning(let priority, let running):
      "has to wait: its priority \(Self.hexadecimal(priority)) is not below that of the one the guest is handling, \(Self.hexadecimal(running)) (ICH_AP1R0_EL2)"
    }
  }

  private static func hexadecimal(_ value: UInt8) -> String { "0x" + String(value, radix: 16) }
}
