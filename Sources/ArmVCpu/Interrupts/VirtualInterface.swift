/// The virtual CPU interface of a GIC as a hypervisor sees it: the contents of its list registers, and which of them
/// can take another interrupt.
///
/// Source: GIC architecture specification IHI 0069, 12.4 "ICH_HCR_EL2", "ICH_VTR_EL2", "ICH_ELRSR_EL2", "ICH_VMCR_EL2"
/// and "ICH_LR<n>_EL2".
public struct VirtualInterface: Sendable {
  /// ICH_HCR_EL2.
  public var control: UInt64
  /// ICH_VMCR_EL2: the groups that the guest has enabled, and its priority mask.
  public var machineControl: UInt64
  /// ICH_ELRSR_EL2: a bit set for each list register without an interrupt.
  public var emptyListRegisters: UInt64
  /// ICH_LR<n>_EL2, by n.
  public var listRegisters: [UInt64]

  /// The interface from its registers.
  public init(
    control: UInt64, machineControl: UInt64, emptyListRegisters: UInt64, listRegisters: [UInt64]
  ) {
    self.control = control
    self.machineControl = machineControl
    self.emptyListRegisters = emptyListRegisters
    self.listRegisters = listRegisters
  }

  /// ICH_HCR_EL2.En: whether the guest has a virtual CPU interface.
  public var isOn: Bool { control & 1 != 0 }

  /// How many list registers a CPU has: ICH_VTR_EL2.ListRegs, bits 4:0, plus 1.
  public static func listRegisterCount(vtr: UInt64) -> Int { Int(vtr & 0x1f) + 1 }

  /// Why an interrupt can't be made pending.
  public enum Refusal: Equatable, Sendable {
    /// ICH_HCR_EL2.En is 0.
    case isOff
    /// A list register can't hold the number: 1020–1023 are special, and INTIDs have at most 24 bits, of which a CPU
    /// may implement 16.
    case badNumber
    /// The guest already has that interrupt, in this list register.
    case isPresent(index: Int)
    /// All list registers are in use.
    case isFull
  }

  /// The outcome of placing an interrupt.
  public enum Placing: Equatable, Sendable {
    /// The list register to write, and its value.
    case listRegister(index: Int, value: UInt64)
    /// No list register can take it.
    case refused(Refusal)
  }

  /// Where to put a software interrupt that is to be pending for the guest: in the first free list register, in the
  /// group that the guest has enabled, at a priority that its mask lets through.
  public func placing(interrupt number: UInt32) -> Placing {
    guard number < 1 << 16, !(1020...1023).contains(number) else { return .refused(.badNumber) }
    guard isOn else { return .refused(.isOff) }
    for (index, register) in listRegisters.enumerated()
    where register >> 62 != 0 && UInt32(truncatingIfNeeded: register) == number {
      return .refused(.isPresent(index: index))
    }
    let free = listRegisters.indices.first {
      emptyListRegisters >> UInt64($0) & 1 != 0 && listRegisters[$0] >> 62 == 0
    }
    guard let index = free else { return .refused(.isFull) }
    // State, bits 63:62, pending; Group, bit 60; Priority, bits 55:48; vINTID, bits 31:0.
    let group: UInt64 = usesGroup0 ? 0 : 1 << 60
    return .listRegister(
      index: index, value: 1 << 62 | group | UInt64(priority) << 48 | UInt64(number))
  }

  /// Whether the guest takes only interrupts of group 0: ICH_VMCR_EL2.VENG0, bit 0, without VENG1, bit 1.
  private var usesGroup0: Bool { machineControl & 3 == 1 }

  /// The usual priority, or the highest one if the guest's mask, ICH_VMCR_EL2.VPMR, doesn't let that through.
  private var priority: UInt8 {
    let mask = UInt8(truncatingIfNeeded: machineControl >> 24)
    return Self.usualPriority < mask ? Self.usualPriority : 0
  }

  /// The priority that Linux gives all interrupts.
  private static let usualPriority: UInt8 = 0xa0
}
