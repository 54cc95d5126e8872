internal import ArmVCpu
internal import VCpuDebug

/// Recorded exits, as `exits` lists them.
struct ExitsAnswer: Answer {
  static let kind = "exits"
  /// The unit of the times.
  let unit: ExitTimeUnit
  /// The exits, by time.
  let exits: [RecordedExitAnswer]
  /// How many were recorded since the machine started.
  let recorded: Int
  /// How many were overwritten while they were read.
  let lost: Int
}

/// The unit of times.
enum ExitTimeUnit: String, Codable, CaseIterable, Sendable {
  /// Nanoseconds.
  case ns
  /// Ticks of the counter, whose frequency isn't known.
  case ticks
}

/// A recorded exit.
struct RecordedExitAnswer: Codable, Equatable, Sendable {
  /// The CPU that recorded it, from 0.
  let cpu: Int
  /// Its number on that CPU, from 1.
  let number: Int
  /// The vCPU's number.
  let vcpu: Int
  /// Its VM's number.
  let vm: Int
  /// When it happened, by the counter.
  let time: Int
  /// How long the hypervisor handled it; omitted if that isn't over.
  let inHypervisor: Int?
  /// How long the guest ran before it on this CPU; omitted if that isn't known.
  let inGuest: Int?
  /// The word for its class, as `catch exit` takes it.
  let `class`: String
  /// What happened, in words.
  let summary: String
  /// The guest's PC. After HVC it is past the instruction.
  let pc: Hex
  /// The instruction that exited, or the PC if none did.
  let place: PlaceAnswer
  /// ESR_EL2; omitted for an interrupt.
  let esr: Hex?
  /// FAR_EL2; omitted if it does not belong to the exit.
  let far: Hex?
  /// HPFAR_EL2; omitted if it does not belong to the exit.
  let hpfar: Hex?
  /// SPSR_EL2: the guest's PSTATE.
  let pstate: Hex
  /// The register that the instruction transfers, or x0.
  let value: Hex
}

/// Reads recorded exits for answers.
struct RecordedExitReader {
  let session: HypervisorSession
  let scale: ExitTimeScale

  init(_ session: HypervisorSession) {
    self.session = session
    scale = ExitTimeScale(session.recorder.ticksPerSecond)
  }

  var unit: ExitTimeUnit { scale.isNanoseconds ? .ns : .ticks }

  func answer(_ record: RecordedExit) -> RecordedExitAnswer {
    let exit = Exit(record)
    let address = exit.instructionAddress ?? exit.pc
    return RecordedExitAnswer(
      cpu: record.cpu, number: Int(clamping: record.number &+ 1), vcpu: record.vcpu, vm: record.vm,
      time: scale.time(record.time), inHypervisor: record.duration.map { scale.time($0) },
      inGuest: record.guestTime.map { scale.time($0) }, class: exit.reason.exitClass.word,
      summary: ExitWords(exit, hasRegisters: false).summary, pc: Hex(record.pc),
      place: PlaceAnswer(address, in: .guest, of: session),
      esr: exit.hasSyndrome ? Hex(record.syndrome.esr.rawValue) : nil,
      far: exit.hasFaultAddress ? Hex(record.syndrome.far) : nil,
      hpfar: exit.hasFaultAddress ? Hex(record.syndrome.hpfar.rawValue) : nil,
      pstate: Hex(UInt64(record.spsr)), value: Hex(record.value))
  }

  /// The log as an answer: those of some classes, of which the last `count` ones.
  func answer(_ log: ExitLog, of classes: [ExitClass] = [], last count: Int?) -> ExitsAnswer {
    let wanted =
      classes.isEmpty
      ? log.exits
      : log.exits.filter { exit in
        let reason = exit.reason
        return classes.contains { reason.belongs(to: $0) }
      }
    return ExitsAnswer(
      unit: unit, exits: wanted.suffix(count ?? wanted.count).map(answer),
      recorded: Int(clamping: log.recordedCount), lost: Int(clamping: log.lostCount))
  }
}
