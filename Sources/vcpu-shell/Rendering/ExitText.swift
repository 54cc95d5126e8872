internal import ArmVCpu
internal import VCpuDebug

/// An exit in words.
struct ExitText {
  private let exit: Exit
  private let isPast: Bool
  private let addresses: AddressText

  /// The exit that the session is at. The value of a store needs the order of the guest's bytes; a stub that
  /// does not tell it leaves the little-endian one.
  ///
  /// - Parameter isPast: whether it is an exit of before, which is to be shown as it was.
  init(
    _ exit: Exit, session: HypervisorSession, disassembler: Disassembler, isPast: Bool = false
  ) {
    if !isPast { try? session.exits.readByteOrder() }
    self.isPast = isPast
    self.exit = isPast ? exit : session.exit ?? exit
    addresses = AddressText(session: session, disassembler: disassembler)
  }

  /// What is shown at a stop: what happened, and where.
  var banner: [String] {
    ["\(name): \(what)", "  guest pc " + place] + repetition
  }

  /// Which exit: `exit 21, vcpu 0`, or `exit 3 seen, vmid 7, vcpu 0` where the numbers are not the hypervisor's.
  var name: String {
    switch exit.count {
    case .kept(let count): "exit \(count), \(vcpu)"
    // Where nobody waits for exits none is counted.
    case .seen(0): "exit, vmid \(exit.origin.vm), \(vcpu)"
    case .seen(let count): "exit \(count) seen, vmid \(exit.origin.vm), \(vcpu)"
    }
  }

  /// Who left. An affinity of more than Aff0 is shown as it is in MPIDR_EL1.
  private var vcpu: String {
    let number = exit.origin.vcpu
    return "vcpu " + (number < 256 ? "\(number)" : hexadecimal(number))
  }

  /// That the guest got no further since the exit before.
  private var repetition: [String] {
    guard exit.repetition > 1 else { return [] }
    let isFault = exit.reason.abort != nil || exit.reason.access != nil
    return [
      "  the same \(isFault ? "fault" : "exit") again, \(exit.repetition) in a row: the instruction was executed again "
        + "with the same registers"
    ]
  }

  /// One line for everything.
  var brief: String {
    let pc = exit.instructionAddress ?? exit.pc
    let instruction =
      exit.instructionAddress.flatMap { addresses.instruction(at: $0, in: .guest)?.text } ?? "-"
    let head = "#\(exit.count.value)".padded(to: 4) + " \(vcpu)  " + hexadecimal(pc, digits: 8)
    return head + "  " + instruction.padded(to: 26) + " " + what
  }

  /// Everything that is known.
  var full: [String] {
    var lines = banner + moment
    if let access = exit.reason.access {
      lines.append("  " + self.access(access))
    }
    if let abort = exit.reason.abort { lines += self.abort(abort).map { "  " + $0 } }
    if exit.hasSyndrome {
      lines.append("ESR_EL2    \(hexadecimal(exit.syndrome.esr.rawValue, digits: 16))")
      lines += FieldText.lines(exit.syndrome.esr).map { "  " + $0 }
    }
    if exit.hasFaultAddress {
      lines.append("FAR_EL2    \(hexadecimal(exit.syndrome.far, digits: 16))")
    }
    // Elsewhere, as at a permission fault, it is that of an earlier exit.
    if exit.reason.intermediateAddress != nil {
      lines.append("HPFAR_EL2  \(hexadecimal(exit.syndrome.hpfar.rawValue, digits: 16))")
    }
    lines.append(
      "PSTATE     \(hexadecimal(exit.pstate.rawValue, digits: 16))  EL\(exit.pstate.exceptionLevel)"
    )
    if let times = exit.times {
      // The next entry has its time already when it is about to happen.
      let ticks =
        times.entry <= times.exit ? ", \(times.exit - times.entry) ticks after the entry" : ""
      lines.append("time       \(times.exit)\(ticks); VM \(exit.origin.vm)")
    }
    return lines
  }

  /// Where the hypervisor is with it, unless the CPU is where it was caught.
  private var moment: [String] {
    guard exit.moment != .caught else { return [] }
    guard exit.moment == .handled else {
      return [
        isPast
          ? "  as it was at the exit: the guest is about to be entered again, with what $guest and 'catch entry' show"
          : "  the guest is about to be entered again: the registers are those that it gets"
      ]
    }
    return exit.isCopy
      ? [
        "  as it was at the exit: the hypervisor handles it, and may have changed what the guest gets"
      ]
      : ["  the hypervisor handles it"]
  }

  /// What happened, without where the guest was.
  var what: String {
    switch exit.reason {
    case .mmioRead(let access):
      "mmio-read of \(bytes(access)) from IPA \(hexadecimal(access.address.rawValue)) into "
        + register(access.register, is64Bit: access.is64BitRegister)
        + (access.extendsSign ? ", sign-extended" : "")
    case .mmioWrite(let access, let value):
      "mmio-write of \(bytes(access)): \(hexadecimal(value)) from "
        + register(access.register, is64Bit: access.is64BitRegister)
        + " to IPA \(hexadecimal(access.address.rawValue))"
    case .dataAbort(let abort):
      "dabt: \(abort.isCacheMaintenance ? "cache maintenance" : abort.isWrite ? "write" : "read")"
        + location(abort) + ": \(abort.status.name)"
    case .instructionAbort(let abort): "iabt: fetch" + location(abort) + ": \(abort.status.name)"
    case .hypercall(let immediate, let function):
      "hvc #\(hexadecimal(immediate)): function \(hexadecimal(function))\(arguments)"
    case .secureMonitorCall(let immediate, let function):
      "smc #\(hexadecimal(immediate)): function \(hexadecimal(function))\(arguments)"
    case .psci(let call, let conduit):
      "psci by \(conduit == .hvc ? "hvc" : "smc"): " + self.call(call)
    case .systemRegisterRead(let register, let target):
      "sysreg-read of \(name(of: register, isRead: true)) into \(self.register(target, is64Bit: true))"
    case .systemRegisterWrite(let register, let source, let value):
      "sysreg-write of \(name(of: register)): \(hexadecimal(value)) from "
        + self.register(source, is64Bit: true)
    case .softwareInterrupt(let interrupt, let source):
      "sysreg-write of \(name(of: interrupt.systemRegister)): \(hexadecimal(interrupt.rawValue)) from "
        + "\(register(source, is64Bit: true)): \(self.interrupt(interrupt))"
    case .wait(let instruction, let timeout): wait(instruction, timeout)
    case .featureTrap(let feature):
      "\(exit.reason.exitClass.word): a trapped \(feature.name) instruction" + self.feature(feature)
    case .debug(let exception): "debug: " + debug(exception)
    case .irq: "irq: a physical interrupt is pending"
    case .fiq: "fiq: a physical fast interrupt is pending"
    case .serror(let syndrome): "serror: " + (syndrome.severity?.description ?? "no severity given")
    case .conditionFailed: "unhandled: an AArch32 instruction whose condition fails"
    // Any that have no words of their own: the class, and the syndrome's.
    default:
      "\(exit.reason.exitClass.word): \(exit.syndrome.esr.exceptionClass.name) (EC "
        + "\(hexadecimal(exit.syndrome.esr.exceptionClass.rawValue, digits: 2))), "
        + "ISS \(hexadecimal(exit.syndrome.esr.iss))"
    }
  }

  /// Where the guest was. HVC leaves the PC after itself, and an interrupt has no instruction.
  private var place: String {
    guard let address = exit.instructionAddress else {
      return hexadecimal(exit.pc) + addresses.symbol(exit.pc, in: .guest)
    }
    let line = addresses.line(address, in: .guest)
    return address == exit.pc ? line : line + "  (pc is after it)"
  }

  private func bytes(_ access: MMIOAccess) -> String {
    access.byteCount == 1 ? "1 byte" : "\(access.byteCount) bytes"
  }

  private func register(_ index: UInt8, is64Bit: Bool) -> String {
    index == 31 ? (is64Bit ? "xzr" : "wzr") : (is64Bit ? "x" : "w") + "\(index)"
  }

  private func location(_ abort: MemoryAbort) -> String {
    if let address = abort.address { return " of IPA \(hexadecimal(address.rawValue))" }
    if let address = abort.virtualAddress { return " of guest \(hexadecimal(address.rawValue))" }
    return ""
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
      + (targets.isEmpty ? " to nobody" : " to affinity " + targets.joined(separator: ", "))
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
    guard let timeout else { return "\(name): waits for \(event)" }
    return "\(name): waits for \(event) until the counter is \(hexadecimal(exit.gpr(timeout)))"
  }

  private func access(_ access: MMIOAccess) -> String {
    let direction = exit.reason.isWrite ? "write" : "read"
    var parts = [
      "IPA \(hexadecimal(access.address.rawValue))", "\(direction) of \(bytes(access))",
      "register " + register(access.register, is64Bit: access.is64BitRegister),
    ]
    if let value = exit.reason.writtenValue { parts.append("value \(hexadecimal(value))") }
    if access.extendsSign { parts.append("sign-extended") }
    return parts.joined(separator: ", ")
  }

  private func abort(_ abort: MemoryAbort) -> [String] {
    var lines: [String] = []
    if abort.isStage1Walk { lines.append("during the guest's stage 1 table walk") }
    if let address = abort.virtualAddress {
      lines.append("guest address \(hexadecimal(address.rawValue))")
    }
    let iss = DataAbortSyndrome(iss: exit.syndrome.esr.iss)
    if case .dataAbort = exit.reason, !iss.isInstructionSyndromeValid {
      lines.append(
        "the syndrome does not describe the instruction (ISV 0)"
          + (iss.isUnmappedAccess ? instructionAccesses : ""))
    }
    return lines
  }

  /// What a hypervisor that reads the instruction makes of it.
  private var instructionAccesses: String {
    guard !exit.pstate.isAArch32,
      let word = addresses.instruction(at: exit.pc, in: .guest)?.word
    else { return "" }
    switch MemoryInstruction(word) {
    case .loadStore(let instruction):
      let verb = instruction.isLoad ? "loads" : "stores"
      let count = instruction.isPair ? "2 × " : ""
      return "; it \(verb) \(count)\(instruction.byteCount) bytes"
    case .indivisible: return "; it is no sequence of device accesses"
    case .other: return "; it accesses no memory"
    }
  }
}
