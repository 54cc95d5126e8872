public import ArmVCpu
internal import CArmVCpu

/// A guest exit: the guest's registers, the syndrome, and its origin, however it was found.
///
/// It lasts from the vector until a guest is entered on that CPU. Where each part can be written, and whether, depends
/// on what it was read from.
public struct Exit: Equatable, Sendable {
  /// How far its handling is.
  public enum Moment: Equatable, Sendable {
    /// At an address that every exit passes: it has not been handled yet.
    case caught
    /// In the hypervisor, which handles it.
    case handled
    /// About to enter the guest again: the registers are what the guest gets.
    case entering
  }

  /// The way in which it was found.
  public let way: ExitWay
  /// How far its handling is.
  public internal(set) var moment = Moment.caught
  /// What it was read from.
  var storage: ExitStorage
  /// x0–x30, SP_EL0, PC and PSTATE of the guest.
  private(set) var frame: TrapFrame
  /// The guest's SP_EL1; nil if it was not read.
  private(set) var spEL1: UInt64?
  /// What the CPU recorded about the exit.
  public private(set) var syndrome: ExitSyndrome
  /// The VM and vCPU that left.
  public let origin: ExitOrigin
  /// How often the vCPU has left so far, this exit included.
  public internal(set) var count: ExitCount
  /// When it happened; nil if the hypervisor does not record that.
  public let times: ExitTimes?
  /// HCR_EL2 at the exit; nil if it was not read.
  public internal(set) var hcr: HCR_EL2?
  /// SCTLR_EL1, on which an address that the syndrome does not give depends, and the bytes of a big-endian
  /// guest's store; nil if it wasn't read.
  var sctlr: UInt64?
  /// Whether the user has set the PC: then it doesn't identify the instruction that exited.
  var hasSetPC = false
  /// How many times in a row the vCPU has left with the same fault and the same registers, including this
  /// one.
  public internal(set) var repetition = 1

  init(
    way: ExitWay, storage: ExitStorage, frame: TrapFrame, spEL1: UInt64? = nil,
    syndrome: ExitSyndrome, origin: ExitOrigin, count: ExitCount, times: ExitTimes? = nil,
    hcr: HCR_EL2? = nil
  ) {
    self.way = way
    self.storage = storage
    self.frame = frame
    self.spEL1 = spEL1
    self.syndrome = syndrome
    self.origin = origin
    self.count = count
    self.times = times
    self.hcr = hcr
  }

  /// Why the guest left, decoded as our hypervisor decodes it. Where HPFAR_EL2 holds no address, the
  /// hypervisor asks the MMU (`AT S1E1R`); here the answer is known while the guest's stage 1 is off.
  public var reason: ExitReason {
    ExitDecoder.reason(
      syndrome, frame, sctlr: { sctlr ?? 0 },
      faultAddress: { isStage1Off ? IntermediatePhysicalAddress($0.rawValue) : nil })
  }
  /// Whether the guest's MMU was off: its virtual addresses are intermediate physical ones.
  private var isStage1Off: Bool { sctlr.map { $0 & 1 == 0 } ?? false }

  /// Whether it is a copy of what was seen earlier, which can't be changed.
  public var isCopy: Bool {
    if case .seen = storage { true } else { false }
  }

  /// The guest's PC.
  public var pc: UInt64 { frame.exceptionPC }
  /// The guest's PSTATE.
  public var pstate: SPSR_EL2 { frame.pstate }
  /// General-purpose register `index` of the guest; 31 reads zero.
  public func gpr(_ index: UInt8) -> UInt64 { frame.gpr(index) }

  /// Whether ESR_EL2 belongs to the exit; at an interrupt it belongs to an earlier exit.
  public var hasSyndrome: Bool { syndrome.hasESR }
  /// Whether FAR_EL2 belongs to the exit.
  public var hasFaultAddress: Bool { syndrome.hasFaultAddress }

  /// The address of the guest's instruction that exited: the PC, or the instruction before it for HVC, or
  /// nil for an interrupt.
  public var instructionAddress: UInt64? {
    switch reason {
    case .irq, .fiq, .serror: nil
    default: reason.isPCBehindInstruction ? pc &- 4 : pc
    }
  }

  // MARK: Parts

  /// The value of a part; nil if it was not read.
  func value(of part: ExitPart) -> UInt64? {
    switch part {
    case .gpr(let number): frame.gpr(UInt8(number))
    case .spEL0: frame.sp_el0
    case .spEL1: spEL1
    case .pc: frame.elr
    case .pstate: frame.spsr
    case .esr: syndrome.esr.rawValue
    case .far: syndrome.far
    case .hpfar: syndrome.hpfar.rawValue
    }
  }

  /// Takes over a part's new value.
  mutating func update(_ part: ExitPart, to value: UInt64) {
    switch part {
    case .gpr(let number): frame.setGPR(UInt8(number), value)
    case .spEL0: frame.sp_el0 = value
    case .spEL1: spEL1 = value
    case .pc: frame.elr = value
    case .pstate: frame.spsr = value
    case .esr: syndrome.esr = ESR_EL2(rawValue: value)
    case .far: syndrome.far = value
    case .hpfar: syndrome.hpfar = HPFAR_EL2(rawValue: value)
    }
  }

  /// Takes over the cause from an earlier state of the same exit.
  mutating func takeCause(of exit: Exit) {
    syndrome = exit.syndrome
    count = exit.count
    repetition = exit.repetition
  }

  /// The parts of the guest's registers, in their usual order.
  static let guestParts = (0..<31).map { ExitPart.gpr($0) } + [.spEL0, .spEL1, .pc, .pstate]

  /// Whether two exits are equal in everything that comes from the guest and the CPU.
  func hasSameState(as other: Exit) -> Bool {
    syndrome == other.syndrome
      && Self.guestParts.allSatisfy { value(of: $0) == other.value(of: $0) }
  }

  /// A `TrapFrame` is plain bytes, which are compared.
  public static func == (left: Exit, right: Exit) -> Bool {
    left.way == right.way && left.moment == right.moment && left.storage == right.storage
      && left.origin == right.origin && left.count == right.count && left.times == right.times
      && left.hasSameState(as: right)
  }
}
