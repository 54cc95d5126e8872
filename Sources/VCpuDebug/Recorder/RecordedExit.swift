public import ArmVCpu
internal import CArmVCpu

/// A guest's exit that a recorder has kept: what the CPU recorded, where the guest was, and how long it took.
public struct RecordedExit: Equatable, Sendable {
  /// The number of the CPU that recorded it, from 0.
  public let cpu: Int
  /// Its number on that CPU, from 0.
  public let number: UInt64
  /// The VM and the vCPU, by the hypervisor's numbers.
  public let vm: Int
  /// Likewise.
  public let vcpu: Int
  /// CNTVCT_EL0 at the exit.
  public let time: UInt64
  /// How long the hypervisor handled it, in ticks; nil if it isn't over, or isn't known.
  public let duration: UInt64?
  /// How long the guest ran on this CPU before it, in ticks; nil if the exit before it isn't known.
  public let guestTime: UInt64?
  /// What the CPU recorded. ESR_EL2, FAR_EL2 and HPFAR_EL2 of an interrupt are those of an earlier exit.
  public let syndrome: ExitSyndrome
  /// SPSR_EL2, its lowest 32 bits.
  public let spsr: UInt32
  /// ELR_EL2: the guest's PC. After HVC it is past the instruction.
  public let pc: UInt64
  /// The register that the instruction transfers, as it was at the exit; x0 if it transfers none.
  public let value: UInt64

  /// Creates a record from its parts.
  public init(
    cpu: Int, number: UInt64, vm: Int, vcpu: Int, time: UInt64, duration: UInt64?,
    guestTime: UInt64?, syndrome: ExitSyndrome, spsr: UInt32, pc: UInt64, value: UInt64
  ) {
    self.cpu = cpu
    self.number = number
    self.vm = vm
    self.vcpu = vcpu
    self.time = time
    self.duration = duration
    self.guestTime = guestTime
    self.syndrome = syndrome
    self.spsr = spsr
    self.pc = pc
    self.value = value
  }

  /// Why the guest left. The guest's registers are 0, but for the one that was recorded.
  public var reason: ExitReason { ExitDecoder.reason(syndrome, self) }

  /// Whether it is the same as another: the same vCPU at the same place with the same syndrome, and the same value.
  public func isRepetition(of other: RecordedExit) -> Bool {
    vm == other.vm && vcpu == other.vcpu && pc == other.pc && value == other.value
      && syndrome == other.syndrome
  }
}

extension RecordedExit: GuestState {
  /// The number of the register whose value was recorded: Rt of MRS and MSR, SRT of a load or store. (Arm ARM DDI 0487,
  /// "ESR_EL2", the ISS of EC 0x18 and 0x24.)
  private var recordedRegister: UInt8 {
    guard syndrome.kind == .synchronous else { return 0 }
    let iss = syndrome.esr.iss
    switch syndrome.esr.exceptionClass {
    case .systemRegister: return UInt8(truncatingIfNeeded: iss >> 5 & 31)
    case .dataAbortLower: return UInt8(truncatingIfNeeded: iss >> 16 & 31)
    default: return 0
    }
  }

  /// The register that was recorded, and 0 for every other one.
  public func gpr(_ index: UInt8) -> UInt64 {
    index < 31 && index == recordedRegister ? value : 0
  }

  /// The guest's PSTATE.
  public var pstate: SPSR_EL2 { SPSR_EL2(rawValue: UInt64(spsr)) }
}

extension Exit {
  /// A recorded exit, to be described as others are. Of the guest's registers only one was recorded; the others are 0.
  public init(_ record: RecordedExit) {
    var frame = TrapFrame()
    for index: UInt8 in 0..<31 { frame.setGPR(index, record.gpr(index)) }
    frame.elr = record.pc
    frame.spsr = UInt64(record.spsr)
    self.init(
      way: .context, storage: .seen(reason: "it was recorded, and is over"), frame: frame,
      syndrome: record.syndrome,
      origin: ExitOrigin(
        vm: UInt32(truncatingIfNeeded: record.vm), vcpu: UInt32(truncatingIfNeeded: record.vcpu)),
      count: .kept(record.number &+ 1))
  }
}
