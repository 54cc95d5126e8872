#if !hasFeature(Embedded)
  extension ESR_EL2 {
    /// The syndrome in one line: `MRS x3, CTR_EL0`, `data abort from a lower EL: write of w8, 4 bytes,
    /// translation fault level 3`. Defined for each of the 2^64 values; it is the same for ESR_EL1, ESR_EL2 and
    /// ESR_EL3.
    public var summary: String {
      switch exceptionClass.rawValue {
      case 0x00: "unknown reason, such as an undefined instruction"
      case 0x01: wait
      case 0x03, 0x05, 0x08: coprocessorAccess
      case 0x04, 0x0c: coprocessorPairAccess
      case 0x06: iss & 1 != 0 ? "LDC of p14, c5" : "STC of p14, c5"
      case 0x0a: "\(FeatureSyndrome.otherInstruction(iss))"
      case 0x0d: "branch target exception, BTYPE \(iss & 3)"
      case 0x11, 0x15: call("SVC")
      case 0x12, 0x16: call("HVC")
      case 0x17: call("SMC")
      case 0x13: "SMC, AArch32"
      case 0x14: systemRegisterPairAccess
      case 0x18: SystemRegisterSyndrome(iss: iss).assembly
      case 0x1a: iss & 2 == 0 ? "ERET" : iss & 1 == 0 ? "ERETAA" : "ERETAB"
      case 0x1b: "TSTART \(registerName(UInt64(iss >> 5 & 31)))"
      case 0x1c:
        "pointer authentication failure, \(iss & 2 != 0 ? "data" : "instruction") key "
          + (iss & 1 != 0 ? "B" : "A")
      case 0x1e: granuleProtectionCheck
      case 0x20, 0x21: instructionAbort
      case 0x24, 0x25: dataAbort
      case 0x27: memoryCopy
      case 0x28, 0x2c: floatingPoint
      case 0x2f: serror
      case 0x30...0x35: debugException
      case 0x38: "BKPT #0x\(String(immediate, radix: 16))"
      case 0x3c: "BRK #0x\(String(immediate, radix: 16))"
      default: "\(exceptionClass.name)"
      }
    }

    /// Where an exception came from: `from a lower EL`, `at the same EL`. Of the classes that come in pairs,
    /// the even one is from a lower level.
    private var origin: String {
      exceptionClass.rawValue & 1 == 0 ? "from a lower EL" : "at the same EL"
    }

    // MARK: Aborts

    private var dataAbort: String {
      "data abort \(origin): "
        + DataAbortSyndrome(iss: iss).access + ", " + DataAbortSyndrome(iss: iss).status.shortName
        + walk
    }

    private var instructionAbort: String {
      let status = InstructionAbortSyndrome(iss: iss).status
      return "instruction abort \(origin): \(FaultStatus.short(status.nameForInstruction))" + walk
    }

    private var granuleProtectionCheck: String {
      let isFetch = iss & 1 << 20 != 0
      let access = isFetch ? "instruction fetch" : iss & 1 << 6 != 0 ? "write" : "read"
      return "granule protection check: \(access), "
        + FaultStatus(rawValue: UInt8(truncatingIfNeeded: iss)).shortName + walk
    }

    /// S1PTW, at the same position for all aborts.
    private var walk: String { iss & 1 << 7 != 0 ? ", during a stage 1 table walk" : "" }

    // MARK: Instructions

    private var wait: String {
      let wait = WaitSyndrome(iss: iss)
      let name = "\(wait.instruction.name)"
      return wait.timeoutRegister.map { "\(name) \(registerName(UInt64($0)))" } ?? name
    }

    private func call(_ name: String) -> String {
      let isAArch32 = exceptionClass.rawValue < 0x15
      return "\(name) #0x\(String(immediate, radix: 16))" + (isAArch32 ? ", AArch32" : "")
    }

    private var coprocessorAccess: String {
      let register = registerName(UInt64(iss >> 5 & 31), is64Bit: false)
      let target = CoprocessorRegister(self)
      let mnemonic =
        exceptionClass.rawValue == 0x08 ? "VMRS" : iss & 1 != 0 ? "MRC" : "MCR"
      guard let target else { return mnemonic }
      return "\(mnemonic) "
        + (target.name.map { "\(register), \($0)" } ?? target.assembly("\(register)"))
    }

    private var coprocessorPairAccess: String {
      let first = registerName(UInt64(iss >> 5 & 31), is64Bit: false)
      let second = registerName(UInt64(iss >> 10 & 31), is64Bit: false)
      let mnemonic = iss & 1 != 0 ? "MRRC" : "MCRR"
      let registers = "\(first), \(second)"
      guard let target = CoprocessorRegister(self) else { return mnemonic }
      return "\(mnemonic) "
        + (target.name.map { "\(registers), \($0)" } ?? target.assembly(registers))
    }

    private var systemRegisterPairAccess: String {
      let syndrome = SystemRegisterSyndrome(iss: iss)
      let first = UInt64(iss >> 6 & 15) * 2
      let registers = "\(registerName(first)), \(registerName(first + 1))"
      let name = syndrome.targetName
      return syndrome.isRead ? "MRRS \(registers), \(name)" : "MSRR \(name), \(registers)"
    }

    private var memoryCopy: String {
      let registers = [10, 5, 0].map { registerName(UInt64(iss >> UInt32($0) & 31)) }
      let isSet = iss & 1 << 24 != 0
      return "memory \(isSet ? "set" : "copy") exception: \(isSet ? "SET*" : "CPY*") "
        + registers.map { "\($0)" }.joined(separator: ", ")
    }

    // MARK: Others

    private var floatingPoint: String {
      let name = "\(exceptionClass.name)"
      guard iss & 1 << 23 != 0 else { return name }
      let causes: [(bit: UInt32, words: String)] = [
        (7, "input denormal"), (4, "inexact"), (3, "underflow"), (2, "overflow"),
        (1, "division by zero"), (0, "invalid operation"),
      ]
      let words = causes.filter { iss >> $0.bit & 1 != 0 }.map(\.words)
      return words.isEmpty ? name : "\(name): " + words.joined(separator: ", ")
    }

    private var serror: String {
      let syndrome = SErrorSyndrome(iss: iss)
      if syndrome.isImplementationDefined {
        return "SError: IMPLEMENTATION DEFINED syndrome 0x\(String(iss & 0xff_ffff, radix: 16))"
      }
      if let severity = syndrome.severity { return "SError: \(severity)" }
      return iss & 0x3f == 0 ? "SError: uncategorized error" : "SError: reserved status"
    }

    private var debugException: String {
      let syndrome = DebugSyndrome(iss: iss)
      switch exceptionClass.rawValue {
      case 0x30, 0x31: return "breakpoint \(origin)"
      case 0x32, 0x33:
        let exclusive = syndrome.steppedExclusive == true ? ", of a load-exclusive" : ""
        return "software step \(origin)" + exclusive
      default:
        let number = syndrome.watchpointNumber.map { " \($0)" } ?? ""
        // CM: WnR says write for these too.
        let access =
          iss & 1 << 8 != 0 ? "cache maintenance" : syndrome.isWrite ? "write" : "read"
        return "watchpoint\(number) \(origin): \(access)"
      }
    }
  }

  extension FaultStatus {
    /// The code in a few words: `translation fault level 3`.
    var shortName: String { Self.short(name) }

    static func short(_ name: StaticString) -> String {
      String(decoding: "\(name)".utf8.filter { $0 != UInt8(ascii: ",") }, as: UTF8.self)
    }
  }

  extension DataAbortSyndrome {
    /// The access: `write of w8, 4 bytes`, `read into x3, 1 byte, sign-extended`, `cache maintenance`.
    fileprivate var access: String {
      let through = iss & 1 << 13 != 0 ? " through VNCR_EL2" : ""
      if isCacheMaintenance { return "cache maintenance" + through }
      // UNKNOWN for unsupported atomic hardware updates, and unsupported exclusive or atomic accesses.
      guard status.rawValue != 0x31, status.rawValue != 0x35 else { return "access" + through }
      guard isInstructionSyndromeValid else { return (isWrite ? "write" : "read") + through }
      let name = registerName(UInt64(register), is64Bit: is64BitRegister)
      return (isWrite ? "write of \(name)" : "read into \(name)") + through
        + (byteCount == 1 ? ", 1 byte" : ", \(byteCount) bytes")
        + (extendsSign ? ", sign-extended" : "")
    }
  }

  extension SystemRegisterSyndrome {
    /// The instruction as an assembler accepts it, in the manual's spelling: `MRS x3, CTR_EL0`, `DC CIVAC, x1`,
    /// `MSR DAIFSet, #0xf`.
    var assembly: String {
      let target = systemRegister
      let register = registerName(UInt64(self.register))
      if let write = ImmediateWrite(target) {
        return "MSR \(write.field.name), #0x\(String(write.value, radix: 16))"
      }
      guard target.op0 == 1 else {
        return isRead ? "MRS \(register), \(targetName)" : "MSR \(targetName), \(register)"
      }
      let hasRegister = self.register != 31
      if let name = target.name(isRead: isRead) {
        return isRead
          ? "\(register) from \(name)" : "\(name)" + (hasRegister ? ", \(register)" : "")
      }
      let parts = "#\(target.op1), C\(target.crn), C\(target.crm), #\(target.op2)"
      return isRead
        ? "SYSL \(register), \(parts)" : "SYS \(parts)" + (hasRegister ? ", \(register)" : "")
    }

    /// The manual's name of the register, or the encoding name that every register has.
    fileprivate var targetName: String {
      systemRegister.name(isRead: isRead)?.description ?? systemRegister.encodingName
    }
  }
#endif
