#if !hasFeature(Embedded)
  /// An AArch32 register, by the encoding of its MRC, MCR, MRRC, MCRR or VMRS, which is in the syndrome. EL2
  /// runs AArch64 and doesn't need the names, so they are only for hosts.
  ///
  /// The names are those of Arm ARM DDI 0487, G7.2 and G7.3 ("AArch32 System register encodings").
  public struct CoprocessorRegister: Equatable, Sendable {
    /// How the register is accessed.
    public enum Access: Equatable, Sendable {
      /// MRC or MCR.
      case word
      /// MRRC or MCRR.
      case doubleword
      /// VMRS of a floating-point identification register.
      case floatingPoint
    }

    /// 14 or 15; 10 for `floatingPoint`.
    public let coprocessor: UInt8
    /// How it is accessed.
    public let access: Access
    /// opc1, CRn, CRm and opc2, four bits each; CRn and opc2 are 0 for `doubleword`.
    private let key: UInt32

    /// The register of an exception of class 0x03, 0x04, 0x05, 0x08 or 0x0c; nil for any other.
    public init?(_ esr: ESR_EL2) {
      let iss = esr.iss
      switch esr.exceptionClass.rawValue {
      case 0x03, 0x05, 0x08:
        let isFloatingPoint = esr.exceptionClass.rawValue == 0x08
        access = isFloatingPoint ? .floatingPoint : .word
        coprocessor = isFloatingPoint ? 10 : esr.exceptionClass.rawValue == 0x03 ? 15 : 14
        key = (iss >> 14 & 7) << 12 | (iss >> 10 & 15) << 8 | (iss >> 1 & 15) << 4 | iss >> 17 & 7
      case 0x04, 0x0c:
        access = .doubleword
        coprocessor = esr.exceptionClass.rawValue == 0x04 ? 15 : 14
        key = (iss >> 16 & 15) << 12 | (iss >> 1 & 15) << 4
      default: return nil
      }
    }

    private var opc1: UInt32 { key >> 12 }
    private var crn: UInt32 { key >> 8 & 15 }
    private var crm: UInt32 { key >> 4 & 15 }
    private var opc2: UInt32 { key & 15 }

    /// The manual's name; nil if the architecture doesn't name it.
    public var name: StaticString? {
      switch (access, coprocessor) {
      case (.floatingPoint, _): Self.floatingPoint(crn)
      case (.doubleword, 15): Self.doubleword(key)
      case (.doubleword, _): Self.debugDoubleword(key)
      case (.word, 15) where crn < 8: Self.system(key)
      case (.word, 15) where crn == 14 && crm >= 8: Self.events(key)
      case (.word, 15): Self.maintenance(key)
      case (.word, _): Self.debug(key)
      }
    }

    /// What assemblers use instead of a name: `p15, 0, c1, c0, 0` around the registers of the transfer.
    func assembly(_ registers: String) -> String {
      switch access {
      case .floatingPoint: "\(registers), FP system register \(crn)"
      case .doubleword: "p\(coprocessor), \(opc1), \(registers), c\(crm)"
      case .word: "p\(coprocessor), \(opc1), \(registers), c\(crn), c\(crm), \(opc2)"
      }
    }

    private static func floatingPoint(_ crn: UInt32) -> StaticString? {
      switch crn {
      case 0: "FPSID"
      case 5: "MVFR2"
      case 6: "MVFR1"
      case 7: "MVFR0"
      default: nil
      }
    }

    /// Coprocessor 15, MRRC and MCRR.
    private static func doubleword(_ key: UInt32) -> StaticString? {
      switch key {
      case 0x0020: "TTBR0"
      case 0x1020: "TTBR1"
      case 0x4020: "HTTBR"
      case 0x6020: "VTTBR"
      case 0x0070: "PAR"
      case 0x0090: "PMCCNTR"
      case 0x00c0: "ICC_SGI1R"
      case 0x10c0: "ICC_ASGI1R"
      case 0x20c0: "ICC_SGI0R"
      case 0x00e0: "CNTPCT"
      case 0x10e0: "CNTVCT"
      case 0x20e0: "CNTP_CVAL"
      case 0x30e0: "CNTV_CVAL"
      case 0x40e0: "CNTVOFF"
      case 0x60e0: "CNTHP_CVAL"
      case 0x80e0: "CNTPCTSS"
      case 0x90e0: "CNTVCTSS"
      default: nil
      }
    }

    /// Coprocessor 14, MRRC.
    private static func debugDoubleword(_ key: UInt32) -> StaticString? {
      switch key {
      case 0x0010: "DBGDRAR"
      case 0x0020: "DBGDSAR"
      default: nil
      }
    }
  }
#endif
