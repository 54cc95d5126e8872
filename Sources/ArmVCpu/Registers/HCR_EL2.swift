/// HCR_EL2, Hypervisor Configuration Register (Arm ARM DDI 0487, "HCR_EL2"): controls what traps.
public struct HCR_EL2: OptionSet, Sendable {
  /// All 64 bits.
  public var rawValue: UInt64
  /// A register from its 64 bits.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// VM: stage 2 translation.
  public static let vm = HCR_EL2(rawValue: 1 << 0)
  /// SWIO: set/way invalidation cleans too.
  public static let swio = HCR_EL2(rawValue: 1 << 1)
  /// PTW: a stage-1 walk of the guest through device memory faults.
  public static let ptw = HCR_EL2(rawValue: 1 << 2)
  /// FMO: physical FIQs exit, virtual ones are possible.
  public static let fmo = HCR_EL2(rawValue: 1 << 3)
  /// IMO: physical IRQs exit, virtual ones are possible.
  public static let imo = HCR_EL2(rawValue: 1 << 4)
  /// AMO: physical SErrors exit, virtual ones are possible.
  public static let amo = HCR_EL2(rawValue: 1 << 5)
  /// VF: a virtual FIQ is pending.
  public static let vf = HCR_EL2(rawValue: 1 << 6)
  /// VI: a virtual IRQ is pending.
  public static let vi = HCR_EL2(rawValue: 1 << 7)
  /// VSE: a virtual SError is pending.
  public static let vse = HCR_EL2(rawValue: 1 << 8)
  /// FB: the guest's local maintenance is broadcast.
  public static let fb = HCR_EL2(rawValue: 1 << 9)
  /// BSU: the guest's barriers apply at least to the inner shareable domain.
  public static let bsuInnerShareable = HCR_EL2(rawValue: 1 << 10)
  /// TWI: WFI exits.
  public static let twi = HCR_EL2(rawValue: 1 << 13)
  /// TWE: WFE exits.
  public static let twe = HCR_EL2(rawValue: 1 << 14)
  /// TID3: reads of the feature identification registers exit.
  public static let tid3 = HCR_EL2(rawValue: 1 << 18)
  /// TSC: SMC exits.
  public static let tsc = HCR_EL2(rawValue: 1 << 19)
  /// TIDCP: IMPLEMENTATION DEFINED registers and instructions exit.
  public static let tidcp = HCR_EL2(rawValue: 1 << 20)
  /// TACR: accesses to ACTLR_EL1 exit.
  public static let tacr = HCR_EL2(rawValue: 1 << 21)
  /// TSW: data cache maintenance by set and way exits.
  public static let tsw = HCR_EL2(rawValue: 1 << 22)
  /// TGE: EL0 belongs to the host, and its exceptions go to EL2. No guest runs.
  public static let tge = HCR_EL2(rawValue: 1 << 27)
  /// RW: EL1 is AArch64.
  public static let rw = HCR_EL2(rawValue: 1 << 31)
  /// FWB: stage 2's MemAttr determines the memory type, with a different encoding.
  public static let fwb = HCR_EL2(rawValue: 1 << 46)
  /// E2H: EL2 hosts an operating system, and some of its registers have a different layout
  /// (FEAT_VHE).
  public static let e2h = HCR_EL2(rawValue: 1 << 34)
  /// TLOR: accesses to the limited-ordering-region registers exit (FEAT_LOR; otherwise RES0).
  public static let tlor = HCR_EL2(rawValue: 1 << 35)
  /// TERR: accesses to the error records exit (FEAT_RAS; otherwise RES0).
  public static let terr = HCR_EL2(rawValue: 1 << 36)
  /// APK: the guest may use the pointer authentication keys (FEAT_PAuth; otherwise RES0).
  public static let apk = HCR_EL2(rawValue: 1 << 40)
  /// API: the guest may use the pointer authentication instructions (FEAT_PAuth; otherwise RES0).
  public static let api = HCR_EL2(rawValue: 1 << 41)

  /// The value that every guest runs with. Physical interrupts and SErrors exit; SMC, WFI, WFE,
  /// ACTLR_EL1, the identification registers and cache maintenance by set and way trap.
  ///
  /// This isn't an option set literal: unoptimized code allocates an array for one, and EL2 has no
  /// heap.
  public static var guest: HCR_EL2 {
    vm.union(swio).union(ptw).union(fmo).union(imo).union(amo).union(fb).union(bsuInnerShareable)
      .union(twi).union(twe).union(tid3).union(tsc).union(tidcp).union(tacr).union(tsw)
      .union(rw)
  }
}
