/// The generic timers of a CPU and the counter that they compare with. (Arm ARM DDI 0487, D12 "The Generic Timer in
/// AArch64 state".)
public struct InterruptTimers: Equatable, Sendable {
  /// CNTPCT_EL0, the physical counter; nil where it was not read.
  public var counter: UInt64?
  /// CNTFRQ_EL0, in Hz: what firmware says of the counter's frequency; nil where it was not read or is 0.
  public var frequency: UInt64?
  /// CNTVOFF_EL2: the virtual counter is the physical one less this.
  public var virtualOffset: UInt64?
  /// Those that were read, in the order of `InterruptTimer.Kind`.
  public var all: [InterruptTimer] = []

  /// Timers of which nothing is known.
  public init() {}

  /// How many ticks it is to the moment at which a timer's condition is met: none or fewer once it is. Nil where the
  /// counter is not known.
  public func ticksUntilDue(_ timer: InterruptTimer) -> Ticks? {
    guard let counter else { return nil }
    let offset: UInt64
    if timer.kind == .virtual {
      guard let virtualOffset else { return nil }
      offset = virtualOffset
    } else {
      offset = 0
    }
    // Both are unsigned. (D12.2.4.)
    let now = counter &- offset
    return now >= timer.compareValue
      ? Ticks(count: now - timer.compareValue, isPast: true)
      : Ticks(count: timer.compareValue - now, isPast: false)
  }

  /// Whether a timer's condition is met: by the counter, or else by what the timer says itself. Nil where it is off and
  /// the counter is not known.
  public func isDue(_ timer: InterruptTimer) -> Bool? {
    ticksUntilDue(timer)?.isPast ?? (timer.isOn ? timer.saysItIsDue : nil)
  }

  /// Whether a timer asserts its interrupt.
  public func isAsserted(_ timer: InterruptTimer) -> Bool {
    timer.isOn && !timer.isMasked && isDue(timer) == true
  }

  /// A number of ticks of the counter from now.
  public struct Ticks: Equatable, Sendable {
    /// How many.
    public var count: UInt64
    /// Whether they are over.
    public var isPast: Bool
  }
}

/// A timer: its control, and what it compares with.
public struct InterruptTimer: Equatable, Sendable {
  /// Which one.
  public enum Kind: String, CaseIterable, Sendable {
    case virtual
    case physical = "EL1 physical"
    case hypervisor = "EL2 physical"
    case hypervisorVirtual = "EL2 virtual"

    /// Its control register.
    public var controlName: String {
      switch self {
      case .virtual: "CNTV_CTL_EL0"
      case .physical: "CNTP_CTL_EL0"
      case .hypervisor: "CNTHP_CTL_EL2"
      case .hypervisorVirtual: "CNTHV_CTL_EL2"
      }
    }

    /// The register of its compare value.
    var compareName: String { controlName.replacing("_CTL_", with: "_CVAL_") }

    /// Its interrupt. (Arm Base System Architecture, DEN0094, "PPI assignments"; most machines keep to it.)
    public var interrupt: Int {
      switch self {
      case .virtual: 27
      case .physical: 30
      case .hypervisor: 26
      case .hypervisorVirtual: 28
      }
    }
  }

  /// Which one.
  public var kind: Kind
  /// Its control register.
  public var control: UInt64
  /// The value of the counter from which on its condition is met.
  public var compareValue: UInt64

  /// A timer with these registers.
  public init(_ kind: Kind, control: UInt64, compareValue: UInt64) {
    self.kind = kind
    self.control = control
    self.compareValue = compareValue
  }

  /// ENABLE, bit 0.
  public var isOn: Bool { control & 1 != 0 }
  /// IMASK, bit 1.
  public var isMasked: Bool { control & 2 != 0 }
  /// ISTATUS, bit 2, which means something while the timer is on.
  public var saysItIsDue: Bool { control & 4 != 0 }
}
