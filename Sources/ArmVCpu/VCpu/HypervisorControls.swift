/// The values of the EL2 registers that are the same for every vCPU of a machine. They prepare a CPU to run
/// guests. Their reset values are UNKNOWN (Arm ARM DDI 0487, D1.4.2), so each one that the CPU has is written.
public struct HypervisorControls: Equatable, Sendable {
  /// Whether the guest has the physical interrupts, the physical timer and the GIC's system registers.
  public enum Interrupts: UInt8, Sendable {
    /// Physical interrupts exit, and the guest takes virtual ones.
    case virtual
    /// The guest has the machine's interrupt controller and takes its interrupts itself.
    case passthrough
  }

  /// What the CPU implements.
  public var features: CPUFeatures
  /// How the guest gets interrupts.
  public var interrupts: Interrupts

  /// Controls for a CPU with these features.
  @inlinable
  public init(features: CPUFeatures, interrupts: Interrupts) {
    self.features = features
    self.interrupts = interrupts
  }

  /// HCR_EL2: what traps.
  public var hcr_el2: HCR_EL2 {
    var hcr = HCR_EL2.guest
    if features.contains(.pauth) { hcr.formUnion(.apk.union(.api)) }
    if features.contains(.lor) { hcr.insert(.tlor) }
    if features.contains(.ras) { hcr.insert(.terr) }
    if interrupts == .passthrough { hcr.subtract(.imo.union(.fmo)) }
    return hcr
  }

  /// CPTR_EL2: FP and SIMD belong to the guest (decision 3). SVE and SME trap; their bits are RES1 without the
  /// feature. Trace (TTA) and activity monitors (TAM) trap; CPACR_EL1 doesn't.
  ///
  /// Bits 13, 12, 9, 8 and 7:0 are RES1 or TZ and TSM; bit 10, TFP, and bit 31, TCPAC, are clear.
  public var cptr_el2: UInt64 {
    let reserved: UInt64 = 0x33ff
    let tta: UInt64 = 1 << 20
    let tam: UInt64 = 1 << 30
    return reserved | tta | tam
  }

  /// HSTR_EL2: EL0's AArch32 system registers don't trap.
  public var hstr_el2: UInt64 { 0 }

  /// MDCR_EL2: the guest's accesses to debug, performance monitor, statistical profiling (TPMS) and trace filter
  /// (TTRF) registers trap, but it takes its own debug exceptions. All event counters stay with EL1, which can't
  /// access them. The profiling and trace buffers belong to EL2 (E2PB and E2TB clear), and trap.
  ///
  /// - Parameter counterCount: PMCR_EL0.N; 0 without performance monitors.
  public func mdcr_el2(counterCount: UInt64) -> UInt64 {
    let tpmcr: UInt64 = 1 << 5
    let tpm: UInt64 = 1 << 6
    let tda: UInt64 = 1 << 9
    let tdosa: UInt64 = 1 << 10
    let tdra: UInt64 = 1 << 11
    let tpms: UInt64 = 1 << 14
    let ttrf: UInt64 = 1 << 19
    return tpmcr | tpm | tda | tdosa | tdra | tpms | ttrf | counterCount & 31
  }

  /// CNTHCTL_EL2, with HCR_EL2.E2H clear: EL1PCTEN lets the guest read the physical counter; EL1PCEN gives it the
  /// physical timer, which it has only if it gets the timer's interrupt.
  public var cnthctl_el2: UInt64 { interrupts == .passthrough ? 0b11 : 0b01 }

  /// HCRX_EL2, with FEAT_HCX: enables nothing.
  public var hcrx_el2: UInt64 { 0 }

  /// MPAM2_EL2, with FEAT_MPAM: EL1's and EL0's MPAM registers trap (TRAPMPAM0EL1, TRAPMPAM1EL1); EL2 runs in the
  /// default partition.
  public var mpam2_el2: UInt64 { 0b11 << 48 }

  /// HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, HDFGRTR_EL2 and HDFGWTR_EL2, with FEAT_FGT, and the second one of each,
  /// with FEAT_FGT2. None of their traps is on, except those whose bits have the opposite sense (nTPIDR2_EL0,
  /// nPIR_EL1, nPOR_EL0, nGCS…): they trap when clear, and the features that they enable are hidden from guests.
  public var fineGrainedTraps: UInt64 { 0 }

  /// ICC_SRE_EL2, with a GIC: system registers for EL2 (SRE), no bypass (DFB, DIB); Enable gives EL1 access to
  /// its ICC_SRE_EL1.
  public var icc_sre_el2: UInt64 { interrupts == .passthrough ? 0b1111 : 0b0111 }

  /// ICH_HCR_EL2, with a GIC: the virtual CPU interface is off. With HCR_EL2.IMO and FMO set, the guest's ICC
  /// registers access that interface, so they trap too (TC, TALL0 and TALL1): ICC_SRE_EL1.SRE, which would
  /// disable them, may be fixed to 1.
  public var ich_hcr_el2: UInt64 { interrupts == .passthrough ? 0 : 0b111 << 10 }
}
