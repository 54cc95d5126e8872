public import ArmVCpu

/// Everything that decides which interrupts reach a CPU and its guest, at a stop. What could not be read is nil, and is
/// named in `missing`.
public struct InterruptState: Equatable, Sendable {
  /// What a CPU that isn't executing waits for.
  public enum Wait: Equatable, Sendable {
    /// It doesn't wait.
    case none
    /// The instruction before its PC is WFI.
    case wfi
    /// It waits, but the instruction before its PC is a different one, or can't be read: it may be powered
    /// off.
    case other
  }

  /// Registers that could not be read, and the end of a sentence that says why.
  public struct Missing: Equatable, Sendable {
    /// The manual's names.
    public var names: [String]
    /// Why.
    public var reason: String
  }

  /// PSTATE of the CPU.
  public var pstate: SPSR_EL2
  /// Whether the CPU waits.
  public var wait = Wait.none
  /// PSTATE of the guest at the exit that the CPU is at or handles; nil if there is none.
  public var guestPSTATE: SPSR_EL2?
  /// Whether that exit is a WFI or a WFE: whether the guest waits.
  public var isGuestWaiting = false
  /// HCR_EL2.
  public var hcr: HCR_EL2?
  /// ISR_EL1: what is pending for the CPU, at EL2 physically.
  public var pending: UInt64?
  /// The counter and the timers.
  public var timers = InterruptTimers()
  /// What the guest gets through list registers.
  public var virtualInterface: VirtualInterfaceState?
  /// The interface that passes the controller's interrupts to the CPU.
  public var cpuInterface: CPUInterfaceState?
  /// The interrupt controller.
  public var controller = ControllerAnswer.unknown("it was not looked for")
  /// What could not be read.
  public var missing: [Missing] = []

  /// Creates a state of which nothing else is known yet.
  public init(pstate: SPSR_EL2) { self.pstate = pstate }

  /// Whether EL2 runs a host's programs rather than a guest: HCR_EL2.TGE.
  var hasNoGuest: Bool { hcr?.contains(.tge) == true }
}

/// What is known about the interrupt controller.
public enum ControllerAnswer: Equatable, Sendable {
  /// Its state for this CPU.
  case known(InterruptController)
  /// Nothing, with the reason: a sentence without a full stop.
  case unknown(String)

  /// The state; nil if nothing is known.
  public var controller: InterruptController? {
    if case .known(let controller) = self { controller } else { nil }
  }
}

/// The CPU interface of a GIC. (IHI 0069, "ICC_PMR_EL1", "ICC_RPR_EL1", "ICC_IGRPEN0_EL1", "ICC_IGRPEN1_EL1"; IHI 0048,
/// "GICC_PMR", "GICC_RPR", "GICC_CTLR".)
public struct CPUInterfaceState: Equatable, Sendable {
  /// The priority mask: only interrupts of a lower number pass.
  public var mask: UInt8
  /// The priority of what the CPU handles, 0xff while that is nothing; nil if it isn't known.
  public var running: UInt8?
  /// Whether group 0 passes; nil if it isn't known.
  public var isGroup0On: Bool?
  /// Whether group 1 passes.
  public var isGroup1On: Bool

  /// Creates an interface with these controls.
  public init(mask: UInt8, running: UInt8? = nil, isGroup0On: Bool? = nil, isGroup1On: Bool) {
    self.mask = mask
    self.running = running
    self.isGroup0On = isGroup0On
    self.isGroup1On = isGroup1On
  }
}
