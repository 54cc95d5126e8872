/// A guest's virtual CPU interface. (IHI 0069, 12.4 "ICH_HCR_EL2", "ICH_VMCR_EL2", "ICH_LR<n>_EL2".)
public struct VirtualInterfaceState: Equatable, Sendable {
  /// A list register: one of the guest's interrupts.
  public struct ListRegister: Equatable, Sendable {
    /// The state of the interrupt.
    public enum State: UInt64, Sendable {
      case empty, pending, active
      case pendingAndActive
    }

    /// All 64 bits.
    public var rawValue: UInt64

    /// Creates a list register from its bits.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Creates one from GICv2's format: HW is bit 31, Grp1 bit 30, State bits 29:28, Priority bits 27:23, PhysicalID
    /// bits 19:10 and VirtualID bits 9:0. (IHI 0048, "GICH_LR<n>".)
    public init(v2 word: UInt32) {
      let word = UInt64(word)
      let flags = (word >> 28 & 3) << 62 | (word >> 31 & 1) << 61 | (word >> 30 & 1) << 60
      let hardware = word >> 31 & 1 != 0 ? (word >> 10 & 0x3ff) << 32 : 0
      rawValue = flags | (word >> 23 & 0x1f) << 51 | hardware | word & 0x3ff
    }

    /// State, bits 63:62.
    public var state: State { State(rawValue: rawValue >> 62) ?? .empty }
    /// vINTID, bits 31:0.
    public var interrupt: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
    /// Priority, bits 55:48.
    public var priority: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 48) }
    /// Group, bit 60.
    public var isGroup1: Bool { rawValue >> 60 & 1 != 0 }
    /// The physical interrupt that the guest's deactivation deactivates, pINTID, bits 44:32; nil without HW, bit 61.
    public var hardwareInterrupt: UInt32? {
      rawValue >> 61 & 1 != 0 ? UInt32(truncatingIfNeeded: rawValue >> 32 & 0x1fff) : nil
    }
    /// Whether the guest has yet to take it.
    public var isPending: Bool { state == .pending || state == .pendingAndActive }
  }

  /// ICH_HCR_EL2.
  public var control: UInt64
  /// ICH_VMCR_EL2: the guest's settings of its interface.
  public var machineControl: UInt64
  /// The priority of the interrupt of group 1 that the guest handles; nil while it handles none, and if that isn't
  /// known.
  public var running: UInt8?
  /// The list registers.
  public var listRegisters: [ListRegister]

  /// Creates an interface from its registers.
  public init(
    control: UInt64, machineControl: UInt64, running: UInt8? = nil,
    listRegisters: [ListRegister]
  ) {
    self.control = control
    self.machineControl = machineControl
    self.running = running
    self.listRegisters = listRegisters
  }

  /// The priority of the most urgent interrupt that is handled, by ICH_AP1R0_EL2, which has a bit for each priority,
  /// and ICH_VTR_EL2.PREbits, bits 28:26; nil if none is handled. (IHI 0069, "ICH_AP1R<n>_EL2".)
  public static func runningPriority(activePriorities: UInt64, vtr: UInt64) -> UInt8? {
    guard activePriorities & 0xffff_ffff != 0 else { return nil }
    let bitCount = min(Int(vtr >> 26 & 7) + 1, 7)
    return UInt8(truncatingIfNeeded: activePriorities.trailingZeroBitCount << (8 - bitCount))
  }

  /// En, bit 0.
  public var isOn: Bool { control & 1 != 0 }
  /// VENG0, bit 0: whether the guest has enabled group 0.
  public var isGroup0On: Bool { machineControl & 1 != 0 }
  /// VENG1, bit 1.
  public var isGroup1On: Bool { machineControl & 2 != 0 }
  /// VPMR, bits 31:24: the guest's priority mask.
  public var mask: UInt8 { UInt8(truncatingIfNeeded: machineControl >> 24) }

  /// Why the guest doesn't get a list register's pending interrupt; nil if there is no obstacle.
  public func obstacle(to register: ListRegister) -> InterruptObstacle? {
    guard isOn else { return .virtualInterfaceOff }
    guard register.isGroup1 ? isGroup1On : isGroup0On else {
      return .virtualGroupOff(register.isGroup1 ? 1 : 0)
    }
    guard register.priority < mask else { return .virtualMask(register.priority, mask: mask) }
    if register.isGroup1, let running, register.priority >= running {
      return .virtualRunning(register.priority, running: running)
    }
    return nil
  }
}
