/// An interrupt that a hypervisor makes pending for its guest with HCR_EL2, without a virtual interrupt
/// controller: the guest takes it when its PSTATE doesn't mask it, at its vector for IRQ, FIQ or SError.
public enum VirtualInterrupt: Equatable, Sendable {
  /// A virtual IRQ, HCR_EL2.VI. It stays pending until it is withdrawn.
  case irq
  /// A virtual FIQ, HCR_EL2.VF. It stays pending until it is withdrawn.
  case fiq
  /// A virtual SError, HCR_EL2.VSE. The CPU withdraws it when the guest takes it. Its syndrome is what
  /// ESR_EL1.ISS gets, 25 bits, if the CPU has FEAT_RAS (VSESR_EL2).
  case serror(syndrome: UInt32)

  /// The bit of HCR_EL2 that makes it pending, and the bit without which that has no effect.
  var controls: (pending: HCR_EL2, routing: HCR_EL2) {
    switch self {
    case .irq: (.vi, .imo)
    case .fiq: (.vf, .fmo)
    case .serror: (.vse, .amo)
    }
  }

  /// The bits of PSTATE that mask it if any of them is set: I, F or A, and ALLINT for interrupts.
  var masks: UInt64 {
    switch self {
    case .irq: 1 << 7 | SPSR_EL2.allint
    case .fiq: 1 << 6 | SPSR_EL2.allint
    case .serror: 1 << 8
    }
  }

  /// The offset of its vector from that of a synchronous exception.
  var vectorOffset: UInt64 {
    switch self {
    case .irq: 0x80
    case .fiq: 0x100
    case .serror: 0x180
    }
  }
}

extension VCpu {
  /// Makes an interrupt pending for the guest, which must be bound to this CPU.
  ///
  /// - Returns: false if the guest has the physical interrupts of that kind (HCR_EL2.IMO, FMO or AMO is clear):
  ///   then there are no virtual ones, and nothing changes (Arm ARM DDI 0487, "HCR_EL2").
  @discardableResult
  public mutating func raise(_ interrupt: VirtualInterrupt) -> Bool {
    let hcr = HCR_EL2(rawValue: machine.read(.hcr_el2))
    let (pending, routing) = interrupt.controls
    guard hcr.contains(routing) else { return false }
    if case .serror(let syndrome) = interrupt, features.contains(.ras) {
      machine.write(.vsesr_el2, UInt64(syndrome & 0x1ff_ffff))
    }
    machine.write(.hcr_el2, hcr.union(pending).rawValue)
    return true
  }

  /// Withdraws an interrupt that the guest hasn't taken.
  public mutating func withdraw(_ interrupt: VirtualInterrupt) {
    let hcr = HCR_EL2(rawValue: machine.read(.hcr_el2))
    machine.write(.hcr_el2, hcr.subtracting(interrupt.controls.pending).rawValue)
  }

  /// Waits for a physical interrupt on the guest's behalf, as its WFI would: a pending interrupt ends the wait. A
  /// virtual SError would end the guest's wait but not EL2's, so if one is pending this doesn't wait, which the
  /// architecture allows.
  public mutating func waitForInterrupt() {
    if !isPending(.serror(syndrome: 0)) { machine.waitForInterrupt() }
  }

  /// Whether an interrupt is pending for the guest. HCR_EL2 is read again: the CPU clears VSE when the
  /// guest takes its SError.
  public mutating func isPending(_ interrupt: VirtualInterrupt) -> Bool {
    HCR_EL2(rawValue: machine.read(.hcr_el2)).contains(interrupt.controls.pending)
  }
}
