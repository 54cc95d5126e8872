internal import ArmVCpu
internal import VCpuDebug

/// Describes an exit and its parts in words.
struct ExitWords {
  private let exit: Exit

  /// Whether the guest's registers are known, and not only the one that the exit transfers.
  private let hasRegisters: Bool

  init(_ exit: Exit, hasRegisters: Bool = true) {
    self.exit = exit
    self.hasRegisters = hasRegisters
  }

  /// What happened, without where the guest was.
  var summary: String {
    switch exit.reason {
    case .mmioRead(let access):
      "mmio-read of \(bytes(access)) from IPA \(hexadecimal(access.address.rawValue)) into "
        + Self.register(access.register, is64Bit: access.is64BitRegister)
        + (access.extendsSign ? ", sign-extended" : "")
    case .mmioWrite(let access, let value):
      "mmio-write of \(bytes(access)): \(hexadecimal(value)) from "
        + Self.register(access.register, is64Bit: access.is64BitRegister)
        + " to IPA \(hexadecimal(access.address.rawValue))"
    case .dataAbort(let abort):
      "dabt: \(abort.isCacheMaintenance ? "cache maintenance" : abort.isWrite ? "write" : "read")"
        + location(abort) + ": \(abort.status.name)"
    case .instructionAbort(let abort): "iabt: fetch" + location(abort) + ": \(abort.status.name)"
    case .hypercall(let immediate, let function):
      "hvc #\(hexadecimal(immediate)): function \(hexadecimal(function))\(named(immediate, function))"
    case .secureMonitorCall(let immediate, let function):
      "smc #\(hexadecimal(immediate)): function \(hexadecimal(function))\(named(immediate, function))"
    case .psci(let call, let conduit):
      "psci by \(conduit == .hvc ? "hvc" : "smc"): "
        + (hasRegisters ? self.call(call) : call.name.description)
    case .systemRegisterRead(let register, let target):
      "sysreg-read of \(name(of: register, isRead: true)) into \(Self.register(target, is64Bit: true))"
    case .systemRegisterWrite(let register, let source, let value):
      "sysreg-write of \(name(of: register)): \(hexadecimal(value)) from "
        + Self.register(source, is64Bit: true)
    case .softwareInterrupt(let interrupt, let source):
      "sysreg-write of \(name(of: interrupt.systemRegister)): \(hexadecimal(interrupt.rawValue)) from "
        + "\(Self.register(source, is64Bit: true)): \(self.interrupt(interrupt))"
    case .wait(let instruction, let timeout): wait(instruction, timeout)
    case .featureTrap(let feature):
      "\(exit.reason.exitClass.word): a trapped \(feature.name) instruction" + self.feature(feature)
    case .debug(let exception): "debug: " + debug(exception)
    case .irq: "irq: a physical interrupt is pending"
    case .fiq: "fiq: a physical fast interrupt is pending"
    case .serror(let syndrome): "serror: " + (syndrome.severity?.description ?? "no severity given")
    case .conditionFailed: "unhandled: an AArch32 instruction whose condition fails"
    // All others: the class, and the syndrome's name.
    default:
      "\(exit.reason.exitClass.word): \(exit.syndrome.esr.exceptionClass.name) (EC "
        + "\(hexadecimal(exit.syndrome.esr.exceptionClass.rawValue, digits: 2))), "
        + "ISS \(hexadecimal(exit.syndrome.esr.iss))"
    }
  }

  private func bytes(_ access: MMIOAccess) -> String {
    access.byteCount == 1 ? "1 byte" : "\(access.byteCount) bytes"
  }

  /// `w1`, `xzr`.
  static func register(_ index: UInt8, is64Bit: Bool) -> String {
    "\(GeneralRegister.name(index, is64Bit: is64Bit))"
  }

  private func location(_ abort: MemoryAbort) -> String {
    if let address = abort.address { return " of IPA \(hexadecimal(address.rawValue))" }
    if let address = abort.virtualAddress { return " of guest \(hexadecimal(address.rawValue))" }
    return ""
  }

  /// The function's name and its arguments, if a specification names them; otherwise x1 to x6.
  private func named(_ immediate: UInt16, _ function: UInt64) -> String {
    guard let name = Self.name(of: function, immediate) else { return arguments }
    guard hasRegisters else { return " (\(name))" }
    let names =
      SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: function)).function?
      .argumentNames ?? []
    guard !names.isEmpty else { return " (\(name))" + arguments }
    return " (\(name))"
      + zip(names, UInt8(1)...).map { ", \($0) \(hexadecimal(exit.gpr($1)))" }.joined()
  }

  /// The name of a function; nil if there is none. The calling convention applies to HVC #0 and SMC #0. The meaning of
  /// a vendor's function number depends on the hypervisor, so the names of KVM's functions are not used.
  private static func name(of function: UInt64, _ immediate: UInt16) -> String? {
    let id = SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: function))
    guard immediate == 0, id.owner != 6 || id.function == nil else { return nil }
    let name = id.name.description
    return name.isEmpty ? nil : name
  }

  /// x1 to x6, up to the last one that is not zero.
  private var arguments: String {
    let count = UInt8((1...6).last { exit.gpr($0) != 0 } ?? 0)
    guard count > 0 else { return "" }
    return "," + (1...count).map { " x\($0) \(hexadecimal(exit.gpr($0)))" }.joined()
  }

  private func call(_ call: PSCI.Call) -> String {
    switch call {
    case .cpuOn(let target, let entry, let context):
      "CPU_ON of \(hexadecimal(target)) at \(hexadecimal(entry)), context \(hexadecimal(context))"
    case .cpuSuspend(let state, let entry, let context):
      "CPU_SUSPEND to state \(hexadecimal(state)), entry \(hexadecimal(entry)), "
        + "context \(hexadecimal(context))"
    case .affinityInfo(let target, let level):
      "AFFINITY_INFO of \(hexadecimal(target)), level \(level)"
    case .systemReset2(let type): "SYSTEM_RESET2 of type \(hexadecimal(type))"
    case .features(let id): "PSCI_FEATURES of \(hexadecimal(id.rawValue, digits: 8))"
    case .unsupported(let id): "\(call.name), \(hexadecimal(id.rawValue, digits: 8))"
    default: call.name.description
    }
  }

  private func interrupt(_ interrupt: SoftwareInterrupt) -> String {
    let sgi = "SGI \(interrupt.interrupt)"
    if interrupt.isForAllOthers { return sgi + " to all others" }
    let first = UInt64(interrupt.rangeSelector) * 16
    let targets = (0..<16).filter { interrupt.targetList >> $0 & 1 != 0 }.map {
      hexadecimal(interrupt.cluster | first + UInt64($0))
    }
    return sgi
      + (targets.isEmpty ? " to no CPU" : " to affinity " + targets.joined(separator: ", "))
  }

  private func feature(_ feature: TrappedFeature) -> String {
    guard case .sme(let reason) = feature, reason != 0 else { return "" }
    return ", SMTC \(reason)"
  }

  private func debug(_ exception: DebugException) -> String {
    switch exception {
    case .breakpoint: return "hardware breakpoint"
    case .softwareStep(let exclusive):
      return "software step" + (exclusive == true ? " of a load-exclusive" : "")
    case .watchpoint(let address, let isWrite, let number):
      return "watchpoint" + (number.map { " \($0)" } ?? "") + ", \(isWrite ? "write" : "read")"
        + (address.map { " of guest \(hexadecimal($0.rawValue))" } ?? "")
    case .vectorCatch: return "vector catch"
    case .breakInstruction(let comment):
      return "\(exit.pstate.isAArch32 ? "bkpt" : "brk") #\(hexadecimal(comment))"
    }
  }

  private func name(of register: SystemRegister, isRead: Bool = false) -> String {
    register.name(isRead: isRead)?.description ?? register.encodingName
  }

  private func wait(_ instruction: WaitInstruction, _ timeout: UInt8?) -> String {
    let name = instruction.name.description.lowercased()
    let event = instruction == .wfi || instruction == .wfit ? "an interrupt" : "an event"
    guard let timeout, hasRegisters else { return "\(name): waits for \(event)" }
    return "\(name): waits for \(event) until the counter is \(hexadecimal(exit.gpr(timeout)))"
  }

  // MARK: Parts

  /// The exit's call; nil for other exits.
  var call: ExitAnswer.Call? {
    let conduit: String
    var name: String?
    switch exit.reason {
    case .hypercall(let immediate, let function):
      conduit = "hvc"
      name = Self.name(of: function, immediate)
    case .secureMonitorCall(let immediate, let function):
      conduit = "smc"
      name = Self.name(of: function, immediate)
    case .psci(let call, let by):
      conduit = by == .hvc ? "hvc" : "smc"
      name = call.name.description
    default: return nil
    }
    return ExitAnswer.Call(
      conduit: conduit, function: Hex(exit.gpr(0)), name: name,
      arguments: (1...6).map { Hex(exit.gpr($0)) })
  }

  /// The exit's access to a system register; nil for other exits.
  var registerAccess: ExitAnswer.RegisterAccess? {
    let reason = exit.reason
    guard let register = reason.systemRegister, let index = reason.register else { return nil }
    let isWrite = reason.writtenValue != nil
    return ExitAnswer.RegisterAccess(
      name: name(of: register, isRead: !isWrite), isWrite: isWrite,
      register: Self.register(index, is64Bit: true), value: reason.writtenValue.map { Hex($0) })
  }

  /// Further remarks on an abort.
  ///
  /// - Parameter word: the instruction, if it can be read.
  func remarks(on abort: MemoryAbort, word: UInt32?) -> [String] {
    var remarks: [String] = []
    if abort.isStage1Walk { remarks.append("during the guest's stage 1 table walk") }
    if let address = abort.virtualAddress {
      remarks.append("guest address \(hexadecimal(address.rawValue))")
    }
    let iss = DataAbortSyndrome(iss: exit.syndrome.esr.iss)
    if case .dataAbort = exit.reason, !iss.isInstructionSyndromeValid {
      remarks.append(
        "the syndrome does not describe the instruction (ISV 0)"
          + (iss.isUnmappedAccess ? accesses(of: word) : ""))
    }
    return remarks
  }

  /// What a hypervisor that decodes the instruction would find.
  private func accesses(of word: UInt32?) -> String {
    guard !exit.pstate.isAArch32, let word else { return "" }
    switch MemoryInstruction(word) {
    case .loadStore(let instruction):
      let verb = instruction.isLoad ? "loads" : "stores"
      let count = instruction.isPair ? "2 × " : ""
      return "; it \(verb) \(count)\(instruction.byteCount) bytes"
    case .indivisible: return "; it isn't a sequence of device accesses"
    case .other: return "; it accesses no memory"
    }
  }
}
