internal import ArmVCpu
internal import VCpuDebug

/// A guest exit: who left and why, decoded, with the raw values.
struct ExitAnswer: Answer {
  static let kind = "exit"

  /// The word of its class, as `catch exit` takes it: `mmio-write`.
  let `class`: String
  /// What happened, in words.
  let summary: String
  /// How often the vCPU has left so far, this exit included; 0 where exits are not counted.
  let count: Hex
  /// Who counts.
  let countedBy: Counter
  /// The number of the vCPU; MPIDR_EL1's affinity where the hypervisor tells no other.
  let vcpu: Int
  /// The number of its VM; the VMID where the hypervisor tells no other.
  let vm: Int
  /// How the exit was found: `context`, `trampoline` or `vectors`.
  let way: String
  /// Where the CPU is with the exit.
  let moment: Moment
  /// Whether it is shown as it was at the exit, though the guest is about to be entered again.
  let isPast: Bool
  /// Whether the registers are what was seen earlier, and cannot be changed.
  let isCopy: Bool
  /// How many times in a row the vCPU has left with the same instruction and the same registers.
  let repetition: Int
  /// The guest's PC.
  let pc: Hex
  /// Whether an instruction has left; not for interrupts.
  let hasInstruction: Bool
  /// The instruction that has left; the PC where there is none.
  let place: PlaceAnswer
  /// ESR_EL2; left out where it is that of an earlier exit.
  let esr: Hex?
  /// The fields of ESR_EL2.
  let fields: [FieldAnswer]
  /// FAR_EL2; left out where it does not belong to the exit.
  let far: Hex?
  /// HPFAR_EL2; left out where it does not belong to the exit.
  let hpfar: Hex?
  /// The guest's PSTATE, as SPSR_EL2 has it.
  let pstate: Hex
  /// The level that the guest left, 0 or 1.
  let exceptionLevel: Int
  /// The access to emulate, of an `mmio-read` or `mmio-write`.
  let access: Access?
  /// The abort, of an access that isn't one to emulate.
  let abort: Abort?
  /// The call, of `hvc`, `smc` and `psci`.
  let call: Call?
  /// The access to a system register.
  let systemRegister: RegisterAccess?
  /// CNTVCT_EL0 at the exit and at the last entry; left out where the hypervisor keeps none.
  let times: Times?

  /// Who counts the exits of a vCPU.
  enum Counter: String, Codable, CaseIterable, Sendable { case hypervisor, debugger }

  /// Where the CPU is with the exit.
  enum Moment: String, Codable, CaseIterable, Sendable { case caught, handled, entering }

  /// An access to memory that is to be emulated.
  struct Access: Codable, Equatable, Sendable {
    /// The guest's physical address.
    let ipa: Hex
    /// How many bytes it reads or writes.
    let byteCount: Int
    /// Whether it writes.
    let isWrite: Bool
    /// `w1`, `xzr`.
    let register: String
    /// Whether what is read is sign-extended.
    let extendsSign: Bool
    /// What is written.
    let value: Hex?
  }

  /// An access or a fetch that failed.
  struct Abort: Codable, Equatable, Sendable {
    /// The guest's physical address; left out where it is not known.
    let ipa: Hex?
    /// The guest's virtual address.
    let va: Hex?
    /// Whether it was a write.
    let isWrite: Bool
    /// The fault's status in words.
    let status: String
    /// Whether it was one of the guest's stage 1 table walk.
    let isStage1Walk: Bool
    /// What is to be known besides, in words.
    let remarks: [String]
  }

  /// A call by HVC or SMC.
  struct Call: Codable, Equatable, Sendable {
    /// `hvc` or `smc`.
    let conduit: String
    /// x0.
    let function: Hex
    /// The name of the function, where a specification names it; never of a vendor's function.
    let name: String?
    /// x1 to x6.
    let arguments: [Hex]
  }

  /// An access to a system register.
  struct RegisterAccess: Codable, Equatable, Sendable {
    /// The manual's name, or `S3_…` for what has none.
    let name: String
    /// Whether it writes.
    let isWrite: Bool
    /// `x1`, `xzr`.
    let register: String
    /// What is written.
    let value: Hex?
  }

  /// When a guest left and was entered, in ticks of CNTVCT_EL0.
  struct Times: Codable, Equatable, Sendable {
    /// At the exit.
    let exit: Hex
    /// At the last entry before it.
    let entry: Hex
  }

  /// The exit that the session is at. The value of a store needs the order of the guest's bytes; a stub that
  /// does not tell it leaves the little-endian one.
  ///
  /// - Parameters:
  ///   - isPast: whether it is an exit of before, which is to be shown as it was.
  ///   - asksTarget: whether the guest's instruction and byte order may be read of the target, which takes a round trip.
  init(
    _ given: Exit, in session: HypervisorSession, by disassembler: Disassembler,
    isPast: Bool = false, asksTarget: Bool = true
  ) {
    if !isPast, asksTarget { try? session.exits.readByteOrder() }
    let exit = isPast ? given : session.exit ?? given
    let finder = PlaceFinder(session: session, disassembler: disassembler)
    let words = ExitWords(exit)
    let reason = exit.reason
    self.isPast = isPast
    `class` = reason.exitClass.word
    summary = words.summary
    count = Hex(exit.count.value)
    if case .kept = exit.count { countedBy = .hypervisor } else { countedBy = .debugger }
    vcpu = Int(clamping: exit.origin.vcpu)
    vm = Int(clamping: exit.origin.vm)
    way = exit.way.rawValue
    moment =
      switch exit.moment {
      case .caught: .caught
      case .handled: .handled
      case .entering: .entering
      }
    isCopy = exit.isCopy
    repetition = exit.repetition
    pc = Hex(exit.pc)
    hasInstruction = exit.instructionAddress != nil
    let place =
      exit.instructionAddress.map {
        asksTarget ? finder.place($0, in: .guest) : finder.address($0, in: .guest)
      } ?? finder.address(exit.pc, in: .guest)
    self.place = place
    esr = exit.hasSyndrome ? Hex(exit.syndrome.esr.rawValue) : nil
    fields = exit.hasSyndrome ? FieldAnswer.fields(of: exit.syndrome.esr) : []
    far = exit.hasFaultAddress ? Hex(exit.syndrome.far) : nil
    // Elsewhere, as at a permission fault, it is that of an earlier exit.
    hpfar = reason.intermediateAddress != nil ? Hex(exit.syndrome.hpfar.rawValue) : nil
    pstate = Hex(exit.pstate.rawValue)
    exceptionLevel = Int(exit.pstate.exceptionLevel)
    access = reason.access.map { access in
      Access(
        ipa: Hex(access.address.rawValue), byteCount: Int(access.byteCount),
        isWrite: reason.isWrite,
        register: ExitWords.register(access.register, is64Bit: access.is64BitRegister),
        extendsSign: access.extendsSign, value: reason.writtenValue.map { Hex($0) })
    }
    abort = reason.abort.map { abort in
      Abort(
        ipa: abort.address.map { Hex($0.rawValue) },
        va: abort.virtualAddress.map { Hex($0.rawValue) }, isWrite: abort.isWrite,
        status: "\(abort.status.name)", isStage1Walk: abort.isStage1Walk,
        remarks: words.remarks(
          on: abort, word: place.word.map { UInt32(truncatingIfNeeded: $0.value) }))
    }
    call = words.call
    systemRegister = words.registerAccess
    times = exit.times.map { Times(exit: Hex($0.exit), entry: Hex($0.entry)) }
  }
}
