internal import ArmVCpu
internal import GDBRemote

/// Makes a CPU execute instructions that are placed at its PC, one step each, and restores everything.
///
/// It works on a CPU that is stopped at EL2 and can execute; `ExecutionObstacle` lists the obstacles. No other CPU runs
/// in between. What could not be restored is kept in `TargetAccess.owedGround`, and is restored before the next request
/// to the target.
struct InstructionExecutor {
  let access: TargetAccess
  private let target: any LiveTarget

  /// How long one step may take. It has nothing to wait for.
  static let stepTimeout = Duration.seconds(3)

  init(_ access: TargetAccess, _ target: any LiveTarget) {
    self.access = access
    self.target = target
  }

  /// - Throws: `DebugError.snapshot` for a target whose CPUs execute nothing.
  init(_ access: TargetAccess) throws(DebugError) { self.init(access, try access.live()) }

  /// The place where the CPU is, in its present state.
  ///
  /// - Throws: `DebugError.cannotExecute` if the CPU can't execute anything.
  func ground() throws -> ExecutionGround {
    let state = try access.requireState()
    if let obstacle = try ExecutionObstacle(on: access, at: state) {
      throw DebugError.cannotExecute(obstacle)
    }
    guard let pstate = state.pstate, let x0 = state.registers["x0"] else {
      throw DebugError.cannotExecute(.unknownState)
    }
    let names = ExecutionGround.syndromeRegisters + [Self.control]
    let shown = names.filter { target.registers[$0] != nil }
    let requests = try shown.map { Request.register(try access.description(of: $0)) }
    let responses = try target.batch([.memory(at: state.pc, byteCount: 4)] + requests)
    guard let code = try? responses[0].bytes(), code.count == 4 else {
      throw DebugError.cannotExecute(.noCode(state.pc))
    }
    var ground = ExecutionGround(
      thread: access.thread, address: state.pc, code: code, x0: x0, sp: state.sp, pstate: pstate,
      syndrome: [])
    func note(_ name: String, _ value: UInt64) {
      guard name != Self.control else { return ground.hcr = HCR_EL2(rawValue: value) }
      SystemRegister(named: name).map { ground.syndrome.append(($0, value)) }
    }
    for (name, response) in zip(shown, responses.dropFirst()) {
      guard let value = access.byteOrders.registers.integer(try response.bytes()) else {
        throw DebugError.cannotExecute(.unknownState)
      }
      note(name, value)
    }
    // If the stub doesn't show them, the CPU reads them: at EL2 these are never trapped.
    let hidden = names.filter { target.registers[$0] == nil }
    let reads = hidden.compactMap { SystemRegister(named: $0) }.map {
      PlacedInstruction.read(EL2Encoding(itself: $0))
    }
    for (name, outcome) in zip(hidden, try run(reads, on: ground)) {
      guard case .executed(let value) = outcome else {
        throw DebugError.cannotExecute(.unknownState)
      }
      note(name, value)
    }
    return ground
  }

  private static let control = "HCR_EL2"

  /// Executes a row of instructions, all at one place. The next one is executed even if one traps.
  ///
  /// Placing and restoring take a round trip each, and so does every step: the results of one are read together with
  /// what the next needs. If a step executed nothing, the row restarts with it.
  func run(
    _ instructions: [PlacedInstruction], on ground: ExecutionGround
  ) throws(RemoteError) -> [ExecutionOutcome] {
    guard !instructions.isEmpty else { return [] }
    access.owedGround = ground
    do throws(RemoteError) {
      let outcomes = try rows(instructions, on: ground, before: [])
      if outcomes.contains(where: { $0.isTrap }) { try putBackSyndrome(of: ground) }
      access.owedGround = nil
      // The CPU may have set an access flag.
      access.noteMemoryChange()
      return outcomes
    } catch {
      throw recovered(from: error, ground)
    }
  }

  // MARK: The row

  /// How many steps in succession may execute nothing. QEMU 7.2 occasionally reports such a step, when a timer expires
  /// just before it. (`cpu_tb_exec` raises the debug exception also where the block was not begun.)
  static let idleStepLimit = 4

  private func rows(
    _ instructions: [PlacedInstruction], on ground: ExecutionGround, before: [Request]
  ) throws(RemoteError) -> [ExecutionOutcome] {
    var outcomes: [ExecutionOutcome] = []
    var idleCount = 0
    while outcomes.count < instructions.count {
      let results = try row(
        Array(instructions[outcomes.count...]), on: ground,
        before: outcomes.isEmpty && idleCount == 0 ? before : [])
      // Instructions after an idle step may depend on it, and are executed again: rows are written so that this
      // is safe.
      let done = results.prefix { $0.hasLeft }
      outcomes += done.map(\.outcome)
      idleCount = done.isEmpty ? idleCount + 1 : 0
      // An exception whose vector is at the CPU's place doesn't leave it, either.
      if idleCount == Self.idleStepLimit { outcomes.append(results[0].outcome) }
    }
    return outcomes
  }

  /// - Parameter before: the writes that are sent with the first operand.
  /// - Returns: the result of each, and whether the CPU left its place.
  private func row(
    _ instructions: [PlacedInstruction], on ground: ExecutionGround, before: [Request]
  ) throws(RemoteError) -> [(outcome: ExecutionOutcome, hasLeft: Bool)] {
    let registers = try Registers(access)
    // Nothing is executed before it is known to be in memory.
    try place(instructions[0], on: ground)
    var outcomes: [(outcome: ExecutionOutcome, hasLeft: Bool)] = []
    var requests = before
    for (index, instruction) in instructions.enumerated() {
      if index > 0 {
        requests =
          registers.reads + [
            // This decides whose memory an address means.
            registers.pstate(ground.executionPSTATE), registers.pc(ground.address),
            .writeMemory(at: ground.address, instruction.bytes),
          ]
      } else if requests.isEmpty, ground.executionPSTATE != ground.pstate {
        requests.append(registers.pstate(ground.executionPSTATE))
      }
      if let operand = instruction.operand { requests.append(registers.x0(operand)) }
      let responses = try step(ground.thread, after: requests)
      if index > 0 {
        outcomes.append(try registers.outcome(responses.prefix(registers.reads.count), ground))
        for response in responses.dropFirst(registers.reads.count) { try response.check() }
      } else {
        for response in responses { try response.check() }
      }
    }
    let responses = try target.batch(registers.reads + back(to: ground, registers))
    outcomes.append(try registers.outcome(responses.prefix(registers.reads.count), ground))
    try check(responses.dropFirst(registers.reads.count), ground)
    return outcomes
  }

  /// Writes an instruction, and makes sure that it is in memory.
  private func place(
    _ instruction: PlacedInstruction, on ground: ExecutionGround
  ) throws(RemoteError) {
    let responses = try target.batch([
      .writeMemory(at: ground.address, instruction.bytes),
      .memory(at: ground.address, byteCount: 4),
    ])
    try responses[0].check()
    guard try responses[1].bytes() == instruction.bytes else {
      throw RemoteError(
        .writeIgnored,
        "the stub accepted the memory write at 0x\(String(ground.address, radix: 16)) and did not carry it out"
      )
    }
  }

  /// Makes one CPU leave an address by a step: see `idleStepLimit`.
  func step(_ thread: ThreadID, from address: UInt64) throws(RemoteError) {
    let registers = try Registers(access)
    for _ in 0..<Self.idleStepLimit {
      _ = try step(thread)
      access.forget()
      guard try registers.readPC() == address else { return }
    }
    throw RemoteError(
      .protocolViolation, "thread \(thread) does not step from 0x\(String(address, radix: 16))")
  }

  /// Whether the CPU is in a guest now.
  func isBelowEL2() throws(RemoteError) -> Bool { try Registers(access).isBelowEL2() }

  /// Makes one CPU take one step.
  private func step(
    _ thread: ThreadID, after requests: [Request] = []
  ) throws(RemoteError) -> [Response] {
    access.noteResume()
    let responses = try target.resume(.step(thread), after: requests)
    let reply: StopReply
    do throws(RemoteError) {
      reply = try target.waitForStop(timeout: Self.stepTimeout)
    } catch {
      guard error.code == .timeout else { throw error }
      throw RemoteError(
        .timeout, "thread \(thread) did not step: it waits in WFI or WFE, or is off")
    }
    guard let event = reply.event, event.signal == 5, event.thread.map({ $0 == thread }) ?? true
    else {
      throw RemoteError(
        .protocolViolation, "thread \(thread) was to take a step, but something else happened")
    }
    return responses
  }

  /// The requests that restore everything on a CPU at EL2 except its syndrome.
  private func back(to ground: ExecutionGround, _ registers: Registers) -> [Request] {
    // PSTATE first: it decides whose memory an address means, and which stack pointer is in use.
    [registers.pstate(ground.pstate)]
      // The instruction may have changed what EL2's addresses mean.
      + (ground.physicalAddress == nil
        ? [.writeMemory(at: ground.address, ground.code)] : [])
      + [registers.x0(ground.x0), registers.pc(ground.address), registers.sp(ground.sp)]
      + ground.others.map { .writeRegister($0.register, $0.bytes) }
  }

  private func check(
    _ responses: ArraySlice<Response>, _ ground: ExecutionGround
  ) throws(RemoteError) {
    for response in responses { try response.check() }
    if let physical = ground.physicalAddress { try writePhysical(ground.code, at: physical) }
  }

  private func writePhysical(_ bytes: [UInt8], at address: UInt64) throws(RemoteError) {
    do {
      let responses = try target.physicalMemory {
        try target.batch([
          .writeMemory(at: address, bytes), .memory(at: address, byteCount: bytes.count),
        ])
      }
      try responses[0].check()
      guard try responses[1].bytes() == bytes else {
        throw RemoteError(
          .writeIgnored, "physical memory at 0x\(String(address, radix: 16)) was not written")
      }
    } catch let error as RemoteError {
      throw error
    } catch {
      throw RemoteError(.protocolViolation, "\(error)")
    }
  }

  // MARK: After a trap or an error

  /// Restores the CPU's syndrome, which an exception overwrote.
  private func putBackSyndrome(
    of ground: ExecutionGround, besides others: [PlacedInstruction] = []
  ) throws(RemoteError) {
    let registers = try Registers(access)
    var writes = others
    let shown = ground.syndrome.compactMap { registers.description(of: $0.register) }
    let responses =
      shown.count == ground.syndrome.count ? try target.batch(shown.map { .register($0) }) : []
    for (index, (register, value)) in ground.syndrome.enumerated() {
      let now =
        index < responses.count
        ? access.byteOrders.registers.integer(try responses[index].bytes()) : nil
      if now != value { writes.append(.write(ground.encoding(of: register), value)) }
    }
    guard !writes.isEmpty else { return }
    _ = try rows(writes, on: ground, before: [registers.pstate(ground.executionPSTATE)])
  }

  /// Restores everything, wherever the CPU is now; nothing if it has entered the guest, which then owns the state.
  func putBack(_ ground: ExecutionGround) throws(RemoteError) {
    let registers = try Registers(access)
    guard try !registers.isBelowEL2() else { return }
    try check(try target.batch(back(to: ground, registers))[...], ground)
    try putBackSyndrome(
      of: ground,
      besides: ground.registers.map { .write(ground.encoding(of: $0.register), $0.value) })
  }

  /// Restores what can be restored, and reports what can't.
  func recovered(from error: RemoteError, _ ground: ExecutionGround) -> RemoteError {
    do throws(RemoteError) {
      if target.state == .running {
        // It didn't finish its step.
        try target.interrupt()
        _ = try target.waitForStop(timeout: Self.stepTimeout)
      }
      if case .stopped = target.state {
        // A requested stop may be reported for another CPU.
        if target.selectedThread != ground.thread { try target.select(ground.thread) }
        try putBack(ground)
        access.owedGround = nil
        access.forget()
        return error
      }
    } catch {
      // The earlier state is still to be restored.
    }
    access.forget()
    switch target.state {
    case .stopped, .running: return error
    case .ended: return error
    case .disconnected: return RemoteError(error.code, "\(error.description); \(ground.text)")
    }
  }
}

extension ExecutionOutcome {
  fileprivate var isTrap: Bool {
    if case .executed = self { false } else { true }
  }
}

/// The target's descriptions of the registers that an executed instruction concerns.
private struct Registers {
  private let access: TargetAccess
  private let x0: RegisterDescription
  private let pcRegister: RegisterDescription
  private let pstateRegister: RegisterDescription
  private let spRegister: RegisterDescription
  private let esr: RegisterDescription?
  /// The reads after an instruction.
  let reads: [Request]

  init(_ access: TargetAccess) throws(RemoteError) {
    self.access = access
    x0 = try access.description(of: "x0")
    pcRegister = try access.description(of: "pc")
    pstateRegister = try access.description(of: "cpsr")
    spRegister = try access.description(of: "sp")
    esr = access.target.registers["ESR_EL2"]
    reads =
      [.register(x0), .register(pcRegister), .register(pstateRegister)]
      + (esr.map { [.register($0)] } ?? [])
  }

  func x0(_ value: UInt64) -> Request { write(x0, value) }
  func pc(_ value: UInt64) -> Request { write(pcRegister, value) }
  func pstate(_ value: UInt64) -> Request { write(pstateRegister, value) }
  func sp(_ value: UInt64) -> Request { write(spRegister, value) }

  private func write(_ register: RegisterDescription, _ value: UInt64) -> Request {
    .writeRegister(
      register, register.bytes(of: value, byteOrder: access.byteOrders.registers) ?? [])
  }

  /// Whether the CPU is in a guest now.
  func isBelowEL2() throws(RemoteError) -> Bool {
    let bytes = try access.target.batch([.register(pstateRegister)])[0].bytes()
    return access.byteOrders.registers.integer(bytes).map {
      SPSR_EL2(rawValue: $0).exceptionLevel < 2
    } ?? false
  }

  func readPC() throws(RemoteError) -> UInt64? {
    access.byteOrders.registers.integer(
      try access.target.batch([.register(pcRegister)])[0].bytes())
  }

  func description(of register: SystemRegister) -> RegisterDescription? {
    register.name.flatMap { access.target.registers["\($0)"] }
  }

  /// The result of an instruction, from the answers to `reads`.
  func outcome(
    _ responses: ArraySlice<Response>, _ ground: ExecutionGround
  ) throws(RemoteError) -> (outcome: ExecutionOutcome, hasLeft: Bool) {
    var values: [UInt64] = []
    for response in responses {
      guard let value = access.byteOrders.registers.integer(try response.bytes()) else {
        throw RemoteError(.protocolViolation, "a register of the CPU is wider than 64 bits")
      }
      values.append(value)
    }
    if values[1] == ground.address &+ 4 { return (.executed(values[0]), true) }
    let level = SPSR_EL2(rawValue: values[2]).exceptionLevel
    guard level == 2 else {
      guard level == 3 else {
        throw RemoteError(
          .protocolViolation,
          "an instruction of the debugger led to 0x\(String(values[1], radix: 16)) at EL\(level)")
      }
      return (.trappedToEL3, true)
    }
    return (
      .trapped(values.count > 3 ? ESR_EL2(rawValue: values[3]) : nil),
      values[1] != ground.address
    )
  }
}
