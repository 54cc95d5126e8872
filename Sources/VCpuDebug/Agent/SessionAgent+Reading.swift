internal import ArmVCpu
internal import GDBRemote

/// Reads what the library needs of an exit from the target.
extension SessionAgent {
  /// The guest's machine at an exit, and what its CPU implements.
  func readMachine(of exit: Exit) throws -> (GuestMachine, CPUFeatures) {
    var (machine, features) = try readRegisters(GuestRegister.ofExits)
    if exit.moment == .caught { try readAccess(of: exit, into: &machine) }
    return (machine, features)
  }

  /// What a load or store on memory depends on, or only entering the guest.
  ///
  /// - Parameter word: the instruction; nil if none is carried out.
  func readMachine(
    of exit: Exit, carryingOut word: UInt32?
  ) throws -> (GuestMachine, CPUFeatures) {
    var (machine, features) = try readRegisters([.sctlr_el1, .sp_el1, .hcr_el2])
    machine.word = word
    try readVectors(into: &machine)
    return (machine, features)
  }

  private func readRegisters(_ all: [GuestRegister]) throws -> (GuestMachine, CPUFeatures) {
    var machine = GuestMachine()
    let features = try readFeatures()
    // Without FEAT_RAS it is undefined, and an instruction that traps is expensive.
    let registers = all.filter { $0 != .vsesr_el2 || features.contains(.ras) }
    let answers = try system.answers(for: registers.map(\.systemRegister))
    for (register, answer) in zip(registers, answers) {
      // An unknown value must not be treated as 0.
      guard let value = answer.value else { throw DebugError.cannotExecute(.unknownState) }
      machine.registers[register] = value
    }
    return (machine, features)
  }

  private func readFeatures() throws -> CPUFeatures {
    if let features = features[access.thread] { return features }
    let answers = try system.answers(for: [
      .id_aa64pfr0_el1, .id_aa64pfr1_el1, .id_aa64dfr0_el1, .id_aa64isar1_el1, .id_aa64isar2_el1,
      .id_aa64mmfr0_el1, .id_aa64mmfr1_el1,
    ])
    let ids = answers.compactMap(\.value)
    guard ids.count == answers.count else { throw DebugError.cannotExecute(.unknownState) }
    var known = IdentificationRegisters()
    known.id_aa64pfr0_el1 = ids[0]
    known.id_aa64pfr1_el1 = ids[1]
    known.id_aa64dfr0_el1 = ids[2]
    known.id_aa64isar1_el1 = ids[3]
    known.id_aa64isar2_el1 = ids[4]
    known.id_aa64mmfr0_el1 = ids[5]
    known.id_aa64mmfr1_el1 = ids[6]
    let read = CPUFeatures(known)
    features[access.thread] = read
    return read
  }

  /// Reads what an access depends on: the instruction, its V registers, and where its address is.
  private func readAccess(of exit: Exit, into machine: inout GuestMachine) throws {
    let reason = exit.reason
    let isInMemory = reason.access != nil || reason.abort != nil
    guard isInMemory, !exit.pstate.isAArch32 else { return }
    // Where it can't be read, the library reports what is missing.
    machine.word = try instruction(of: exit)
    if let abort = reason.abort, abort.address == nil, let address = abort.virtualAddress {
      machine.par = try HardwareTranslation(access).par(of: address.rawValue, .guestStage1)
    }
    try readVectors(into: &machine)
  }

  /// The A64 instruction at the guest's PC; nil if it can't be read.
  func instruction(of exit: Exit) throws -> UInt32? {
    guard !exit.pstate.isAArch32 else { return nil }
    do {
      let bytes = try memory.read(.guest, exit.pc, byteCount: 4)
      return RegisterDescription.integer(bytes).map { UInt32(truncatingIfNeeded: $0) }
    } catch is DebugError {
      return nil
    }
  }

  private func readVectors(into machine: inout GuestMachine) throws {
    guard let word = machine.word, case .loadStore(let instruction) = MemoryInstruction(word),
      instruction.kind == .v
    else { return }
    for index in Set([instruction.first, instruction.second]) {
      machine.vectors[index] = VectorRegister(
        try VectorRegisterFile(access: access).read(index).bytes)
    }
  }
}
