/// The generic timers of a CPU and the counter that they compare with. (Arm ARM DDI 0487, D12 "The Generic Timer in
/// AArch64 state".)
public struct InterruptTimers: Equatable, Sendable {
  /// CNTPCT_EL0, the physical counter; nil if it wasn't read.
  public var counter: UInt64?
  /// CNTFRQ_EL0, in Hz: the counter's frequency according to firmware; nil if it wasn't read or is 0.
  public var frequency: UInt64?
  /// CNTVOFF_EL2: the virtual counter is the physical one less this.
  public var virtualOffset: UInt64?
  /// The timers that were read, in the order of `InterruptTimer.Kind`.
  public var all: [InterruptTimer] = []

  /// Creates timers of which nothing is known.
  public init() {}

  /// How many ticks are left until a timer's condition is met, or have passed since. Nil if the counter isn't known.
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

  /// Whether a timer's condition is met: by the counter, or else by the timer's own status. Nil if it is off and the
  /// counter isn't known.
  public func isDue(_ timer: InterruptTimer) -> Bool? {
    ticksUntilDue(timer)?.isPast ?? (timer.isOn ? timer.saysItIsDue : nil)
  }

  /// Whether a timer asserts its interrupt.
  public func isAsserted(_ timer: InterruptTimer) -> Bool {
    timer.isOn && !timer.isMasked && isDue(timer) == true
  }

  /// A number of counter ticks from now.
  public struct Ticks: Equatable, Sendable {
    /// How many.
    public var count: UInt64
    /// Whether they have passed.
    public var isPast: Bool
  }
}

/// A timer: its control, and what it compares with.
public struct InterruptTimer: Equatable, Sendable {
  /// The kinds of timers.
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

    /// Its interrupt. (Arm Base System Architecture, DEN0094, "PPI assignments"; most machines follow it.)
    public var interrupt: Int {
      switch self {
      case .virtual: 27
      case .physical: 30
      case .hypervisor: 26
      case .hypervisorVirtual: 28
      }
    }
  }

  /// The kind of timer.
  public var kind: Kind
  /// Its control register.
  public var control: UInt64
  /// The counter value from which its condition is met.
  public var compareValue: UInt64

  /// Creates a timer with these registers.
  public init(_ kind: Kind, control: UInt64, compareValue: UInt64) {
    self.kind = kind
    self.control = control
    self.compareValue = compareValue
  }

  /// ENABLE, bit 0.
  public var isOn: Bool { control & 1 != 0 }
  /// IMASK, bit 1.
  public var isMasked: Bool { control & 2 != 0 }
  /// ISTATUS, bit 2, which is valid while the timer is on.
  public var saysItIsDue: Bool { control & 4 != 0 }
}
