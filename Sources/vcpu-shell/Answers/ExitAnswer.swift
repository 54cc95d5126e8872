internal import ArmVCpu
internal import VCpuDebug

/// A guest exit: which vCPU exited and why, decoded, with the raw values.
struct ExitAnswer: Answer {
  static let kind = "exit"

  /// The word for its class, as `catch exit` takes it: `mmio-write`.
  let `class`: String
  /// What happened, in words.
  let summary: String
  /// How often the vCPU has exited so far, this exit included; 0 if exits are not counted.
  let count: Hex
  /// Who counts the exits.
  let countedBy: Counter
  /// The vCPU's number; MPIDR_EL1's affinity if the hypervisor doesn't give one.
  let vcpu: Int
  /// Its VM's number; the VMID if the hypervisor doesn't give one.
  let vm: Int
  /// How the exit was found: `context`, `trampoline` or `vectors`.
  let way: String
  /// How far the CPU has come with handling the exit.
  let moment: Moment
  /// Whether it is shown as it was at the exit, although the guest is about to be entered again.
  let isPast: Bool
  /// Whether the registers are values that were seen earlier, and cannot be changed.
  let isCopy: Bool
  /// How many times in a row the vCPU has exited with the same instruction and the same registers.
  let repetition: Int
  /// The guest's PC.
  let pc: Hex
  /// Whether an instruction caused the exit; false for interrupts.
  let hasInstruction: Bool
  /// The instruction that caused the exit, or the PC if none did.
  let place: PlaceAnswer
  /// ESR_EL2; omitted if it belongs to an earlier exit.
  let esr: Hex?
  /// The fields of ESR_EL2.
  let fields: [FieldAnswer]
  /// FAR_EL2; omitted if it does not belong to the exit.
  let far: Hex?
  /// HPFAR_EL2; omitted if it does not belong to the exit.
  let hpfar: Hex?
  /// The guest's PSTATE, from SPSR_EL2.
  let pstate: Hex
  /// The exception level that the guest exited from, 0 or 1.
  let exceptionLevel: Int
  /// The access to emulate, for `mmio-read` and `mmio-write`.
  let access: Access?
  /// The abort, for an access that isn't to be emulated.
  let abort: Abort?
  /// For an abort of the fetch of the guest's own vector, the exception that the vector is for.
  let exception: TakenExceptionAnswer?
  /// The call, for `hvc`, `smc` and `psci`.
  let call: Call?
  /// The access to a system register.
  let systemRegister: RegisterAccess?
  /// CNTVCT_EL0 at the exit and at the last entry; omitted if the hypervisor doesn't record it.
  let times: Times?

  /// Who counts a vCPU's exits.
  enum Counter: String, Codable, CaseIterable, Sendable { case hypervisor, debugger }

  /// How far the CPU has come with handling the exit.
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
    /// Whether the value read is sign-extended.
    let extendsSign: Bool
    /// The value written.
    let value: Hex?
  }

  /// An access or a fetch that failed.
  struct Abort: Codable, Equatable, Sendable {
    /// The guest's physical address; omitted if it is not known.
    let ipa: Hex?
    /// The guest's virtual address.
    let va: Hex?
    /// Whether it was a write.
    let isWrite: Bool
    /// The fault's status in words.
    let status: String
    /// Whether it happened during the guest's stage 1 table walk.
    let isStage1Walk: Bool
    /// Further remarks, in words.
    let remarks: [String]
  }

  /// A call by HVC or SMC.
  struct Call: Codable, Equatable, Sendable {
    /// `hvc` or `smc`.
    let conduit: String
    /// x0.
    let function: Hex
    /// The function's name, if a specification names it; never for a vendor's function.
    let name: String?
    /// x1 to x6.
    let arguments: [Hex]
  }

  /// An access to a system register.
  struct RegisterAccess: Codable, Equatable, Sendable {
    /// The manual's name, or `S3_…` if it has none.
    let name: String
    /// Whether it writes.
    let isWrite: Bool
    /// `x1`, `xzr`.
    let register: String
    /// The value written.
    let value: Hex?
  }

  /// When a guest exited and was entered, in ticks of CNTVCT_EL0.
  struct Times: Codable, Equatable, Sendable {
    /// At the exit.
    let exit: Hex
    /// At the last entry before it.
    let entry: Hex
  }

  /// The exit that the session is at. A store's value depends on the guest's byte order; if the stub doesn't provide
  /// it, little-endian is assumed.
  ///
  /// - Parameters:
  ///   - isPast: whether it is an earlier exit, which is shown as it was.
  ///   - asksTarget: whether the guest's instruction and byte order may be read from the target, which takes a round
  ///     trip.
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
    // Otherwise, as for a permission fault, it belongs to an earlier exit.
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
    exception =
      isPast || !asksTarget
      ? nil
      : (try? session.exits.exceptionWithoutVector(of: exit)).flatMap { $0 }.map {
        TakenExceptionAnswer($0, in: session, by: disassembler)
      }
    call = words.call
    systemRegister = words.registerAccess
    times = exit.times.map { Times(exit: Hex($0.exit), entry: Hex($0.entry)) }
  }
}
