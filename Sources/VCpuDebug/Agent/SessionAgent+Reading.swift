internal import ArmVCpu
internal import GDBRemote

/// Reads what the library needs of an exit from the target.
extension SessionAgent {
  /// The guest's machine at an exit, and what its CPU implements.
  ///
  /// - Parameters:
  ///   - hasAccess: whether an access of the guest is to be carried out.
  ///   - isAddressKnown: whether the CPU need not be asked where the access is.
  func readMachine(
    of exit: Exit, hasAccess: Bool = true, isAddressKnown: Bool = false
  ) throws -> (GuestMachine, CPUFeatures) {
    var machine = GuestMachine()
    let features = try readFeatures()
    // Without FEAT_RAS it is undefined, and an instruction that traps is expensive.
    let registers = GuestRegister.ofExits.filter {
      $0 != .vsesr_el2 || features.contains(.ras)
    }
    let answers = try system.answers(for: registers.map(\.systemRegister))
    for (register, answer) in zip(registers, answers) {
      // An unknown value must not be treated as 0.
      guard let value = answer.value else { throw DebugError.cannotExecute(.unknownState) }
      machine.registers[register] = value
    }
    if exit.moment == .caught, hasAccess {
      try readAccess(of: exit, isAddressKnown: isAddressKnown, into: &machine)
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
  private func readAccess(
    of exit: Exit, isAddressKnown: Bool, into machine: inout GuestMachine
  ) throws {
    let reason = exit.reason
    let isInMemory = reason.access != nil || reason.abort != nil
    guard isInMemory, !exit.pstate.isAArch32 else { return }
    do {
      let bytes = try memory.read(.guest, exit.pc, byteCount: 4)
      machine.word = RegisterDescription.integer(bytes).map { UInt32(truncatingIfNeeded: $0) }
    } catch is DebugError {
      // The library reports what is missing.
    }
    if !isAddressKnown, let abort = reason.abort, abort.address == nil,
      let address = abort.virtualAddress
    {
      machine.par = try HardwareTranslation(access).par(of: address.rawValue, .guestStage1)
    }
    guard let word = machine.word, case .loadStore(let instruction) = MemoryInstruction(word),
      instruction.kind == .v
    else { return }
    for index in Set([instruction.first, instruction.second]) {
      machine.vectors[index] = VectorRegister(
        try VectorRegisterFile(access: access).read(index).bytes)
    }
  }
}
