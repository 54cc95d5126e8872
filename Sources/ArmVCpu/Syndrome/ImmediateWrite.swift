/// MSR (immediate): a write to a PSTATE field, with the value in the instruction (Arm ARM DDI 0487, C5.1.3,
/// "op0==0b00, MSR (immediate), and others", and C6.2, "MSR (immediate)").
public struct ImmediateWrite: Equatable, Sendable {
  /// A PSTATE field that has such an instruction, including streaming mode and ZA (SMSTART and SMSTOP).
  public enum Field: UInt8, CaseIterable, Sendable {
    case uao, pan, spSel, allInt, pm, ssbs, dit, tco, daifSet, daifClr, svcrSM, svcrZA, svcrSMZA

    /// The name that assemblers accept.
    public var name: StaticString {
      switch self {
      case .uao: "UAO"
      case .pan: "PAN"
      case .spSel: "SPSel"
      case .allInt: "ALLINT"
      case .pm: "PM"
      case .ssbs: "SSBS"
      case .dit: "DIT"
      case .tco: "TCO"
      case .daifSet: "DAIFSet"
      case .daifClr: "DAIFClr"
      case .svcrSM: "SVCRSM"
      case .svcrZA: "SVCRZA"
      case .svcrSMZA: "SVCRSMZA"
      }
    }

    /// op1 and op2, and the bits of CRm that aren't the value; nil if all four are the value.
    var encoding: (op1: UInt32, op2: UInt32, crmHigh: UInt32?) {
      switch self {
      case .uao: (0, 3, nil)
      case .pan: (0, 4, nil)
      case .spSel: (0, 5, nil)
      case .allInt: (1, 0, 0b000)
      case .pm: (1, 0, 0b001)
      case .ssbs: (3, 1, nil)
      case .dit: (3, 2, nil)
      case .tco: (3, 4, nil)
      case .daifSet: (3, 6, nil)
      case .daifClr: (3, 7, nil)
      case .svcrSM: (3, 3, 0b001)
      case .svcrZA: (3, 3, 0b010)
      case .svcrSMZA: (3, 3, 0b011)
      }
    }
  }

  /// The field that is written.
  public var field: Field
  /// The value, up to 15; up to 1 for the fields that share an encoding.
  public var value: UInt8

  /// The write that an encoding with op0 0 means; nil for any other encoding.
  public init?(_ encoding: SystemRegister) {
    guard encoding.op0 == 0, encoding.crn == 4 else { return nil }
    let isBit: Bool
    switch (encoding.op1, encoding.op2, encoding.crm >> 1) {
    case (0, 3, _): (field, isBit) = (.uao, false)
    case (0, 4, _): (field, isBit) = (.pan, false)
    case (0, 5, _): (field, isBit) = (.spSel, false)
    case (1, 0, 0): (field, isBit) = (.allInt, true)
    case (1, 0, 1): (field, isBit) = (.pm, true)
    case (3, 1, _): (field, isBit) = (.ssbs, false)
    case (3, 2, _): (field, isBit) = (.dit, false)
    case (3, 3, 1): (field, isBit) = (.svcrSM, true)
    case (3, 3, 2): (field, isBit) = (.svcrZA, true)
    case (3, 3, 3): (field, isBit) = (.svcrSMZA, true)
    case (3, 4, _): (field, isBit) = (.tco, false)
    case (3, 6, _): (field, isBit) = (.daifSet, false)
    case (3, 7, _): (field, isBit) = (.daifClr, false)
    default: return nil
    }
    value = UInt8(truncatingIfNeeded: isBit ? encoding.crm & 1 : encoding.crm)
  }

  /// The encoding, with the value in CRm.
  public var encoding: SystemRegister {
    let (op1, op2, crmHigh) = field.encoding
    let crm = crmHigh.map { $0 << 1 | UInt32(value & 1) } ?? UInt32(value)
    return SystemRegister(0, op1, 4, crm, op2)
  }

  /// The word of the instruction: Rt is 31 (Arm ARM DDI 0487, C6.2, "MSR (immediate)").
  public var instruction: UInt32 {
    let (op1, op2) = (encoding.op1, encoding.op2)
    return 0xd500_401f | op1 << 16 | encoding.crm << 8 | op2 << 5
  }
}

#if !hasFeature(Embedded)
  extension ImmediateWrite {
    /// The instruction as a disassembler writes it: `msr DAIFSet, #0xf`.
    public var assembly: String { "msr \(field.name), #0x\(String(value, radix: 16))" }

    /// The write that a text means, with or without a leading `msr`, ignoring case: `daifset, #0xf`, `msr
    /// pan, 1`. Nil for any other text, and for a value that doesn't fit.
    public init?(assembly text: some StringProtocol) {
      var words = text.lowercased().split { $0.isWhitespace || $0 == "," }
      if words.first == "msr" { words.removeFirst() }
      guard words.count == 2,
        let field = Field.allCases.first(where: { $0.name.description.lowercased() == words[0] })
      else { return nil }
      let digits = words[1].first == "#" ? words[1].dropFirst() : words[1]
      let value =
        digits.hasPrefix("0x") ? UInt8(digits.dropFirst(2), radix: 16) : UInt8(digits)
      guard let value, value <= (field.encoding.crmHigh == nil ? 15 : 1) else { return nil }
      self.field = field
      self.value = value
    }
  }
#endif
