/// A system register by its encoding, in the form of a trap's ISS with Rt and the direction
/// cleared: Op0[21:20] Op2[19:17] Op1[16:14] CRn[13:10] CRm[4:1] (Arm ARM DDI 0487, "ESR_EL2", "ISS
/// encoding for an exception from MSR, MRS, or System instruction execution in AArch64 state").
public struct SystemRegister: RawRepresentable, Hashable, Sendable {
  /// The encoding, in the bits of the ISS.
  public var rawValue: UInt32

  /// The bits of the ISS that name a register.
  public static let mask: UInt32 = 0x3f_fc1e

  /// A register from the ISS of a trap; Rt and the direction are dropped.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue & Self.mask }

  /// A register from the five numbers of its encoding; bits that don't fit are dropped.
  @inlinable
  public init(_ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32) {
    let high = (op0 & 3) << 20 | (op2 & 7) << 17 | (op1 & 7) << 14
    rawValue = high | (crn & 15) << 10 | (crm & 15) << 1
  }

  /// Op0, 0–3.
  @inlinable public var op0: UInt32 { rawValue >> 20 & 3 }
  /// Op1, 0–7.
  @inlinable public var op1: UInt32 { rawValue >> 14 & 7 }
  /// CRn, 0–15.
  @inlinable public var crn: UInt32 { rawValue >> 10 & 15 }
  /// CRm, 0–15.
  @inlinable public var crm: UInt32 { rawValue >> 1 & 15 }
  /// Op2, 0–7.
  @inlinable public var op2: UInt32 { rawValue >> 17 & 7 }

  /// Whether the register is in the space that HCR_EL2.TID3 traps: Op0 3, Op1 0, CRn 0, CRm 1–7. Unallocated
  /// registers there read as zero.
  @inlinable
  public var isFeatureIdentification: Bool {
    // Op0, Op1, CRn and CRm's bit 3 in one comparison.
    rawValue & 0x31_fc10 == 0x30_0000 && rawValue & 0xe != 0
  }

  /// Whether the encoding is IMPLEMENTATION DEFINED: CRn 11 and 15 for registers, Op0 3, and for
  /// instructions, Op0 1 (Arm ARM DDI 0487, "HCR_EL2", TIDCP).
  @inlinable
  public var isImplementationDefined: Bool { (op0 == 1 || op0 == 3) && (crn == 11 || crn == 15) }

  /// ACTLR_EL1, Auxiliary Control Register.
  public static let actlr_el1 = SystemRegister(3, 0, 1, 0, 1)
  /// ICC_SGI1R_EL1, Interrupt Controller Software Generated Interrupt Group 1 Register.
  public static let icc_sgi1r_el1 = SystemRegister(3, 0, 12, 11, 5)
}
