extension SystemRegister {
  /// CNTPCT_EL0, the physical counter.
  public static let cntpct_el0 = SystemRegister(3, 3, 14, 0, 1)
  /// CNTP_TVAL_EL0.
  public static let cntp_tval_el0 = SystemRegister(3, 3, 14, 2, 0)
  /// CNTP_CTL_EL0.
  public static let cntp_ctl_el0 = SystemRegister(3, 3, 14, 2, 1)
  /// CNTP_CVAL_EL0.
  public static let cntp_cval_el0 = SystemRegister(3, 3, 14, 2, 2)
  /// MDSCR_EL1, monitor debug system control.
  public static let mdscr_el1 = SystemRegister(2, 0, 0, 2, 2)
  /// OSLAR_EL1, OS lock access, write-only.
  public static let oslar_el1 = SystemRegister(2, 0, 1, 0, 4)
  /// OSLSR_EL1, OS lock status, read-only.
  public static let oslsr_el1 = SystemRegister(2, 0, 1, 1, 4)
  /// ERRIDR_EL1, the number of error records.
  public static let erridr_el1 = SystemRegister(3, 0, 5, 3, 0)
  /// ERXFR_EL1, the features of the selected error record, read-only.
  public static let erxfr_el1 = SystemRegister(3, 0, 5, 4, 0)
  /// DC ISW, invalidate by set and way.
  public static let dc_isw = SystemRegister(1, 0, 7, 6, 2)
  /// DC CSW, clean by set and way.
  public static let dc_csw = SystemRegister(1, 0, 7, 10, 2)
  /// DC CISW, clean and invalidate by set and way.
  public static let dc_cisw = SystemRegister(1, 0, 7, 14, 2)

  /// Whether the register selects an error record or belongs to the selected record: ERRSELR_EL1;
  /// ERXFR_EL1, ERXCTLR_EL1, ERXSTATUS_EL1 and ERXADDR_EL1; ERXMISC0_EL1 to ERXMISC3_EL1.
  @inlinable
  public var isErrorRecord: Bool {
    guard op0 == 3, op1 == 0, crn == 5 else { return false }
    return crm == 3 && op2 == 1 || (crm == 4 || crm == 5) && op2 <= 3
  }

  /// The lowest exception level that can access the register at all, by the Op1 convention (Arm ARM DDI
  /// 0487, D22.1.2): 3 is EL0, 0–2 are EL1, and the others are higher levels.
  @inlinable
  public var lowestExceptionLevel: UInt8 {
    switch op1 {
    case 3: 0
    case 0, 1, 2: 1
    case 4, 5: 2
    default: 3
    }
  }
}
