import ArmVCpu
import GDBRemote
import Glibc
import VCpuDebug

/// A target in memory, with a script of what happens each time it is set going. `Model` says what it is: by default
/// an AArch64 machine that answers as QEMU 7.2's stub does, with general registers, system registers that only
/// pretend to be written, virtual memory by PSTATE.EL, and a physical mode.
///
/// `trace` has a line for each round trip: `g | m 0x40404000+344`, `c 0x40201004`, `Z0 0x40201000`.
package final class FakeTarget: LiveTarget {
  /// What happens after a resume, in place of one.
  package enum Event {
    /// The target stops with a signal, after `change`.
    case stop(
      signal: UInt8 = 5, thread: ThreadID = ThreadID(process: 1, thread: 1),
      change: (FakeTarget) -> Void = { _ in })
    /// A thread ends, of which the stub tells.
    case threadEnded
    /// It runs until it is interrupted, then stops with signal 2 after `change`.
    case untilInterrupt(change: (FakeTarget) -> Void = { _ in })
    /// The machine ends.
    case ended(status: UInt64)
    /// The machine is killed.
    case terminated(signal: UInt64)
    /// The connection breaks.
    case lost
  }

  /// What is still to happen.
  package var script: [Event] = []
  /// The round trips so far.
  package private(set) var trace: [String] = []
  /// The machine's memory.
  package var memory = FakeMemory()
  /// The values of each CPU's registers, by name.
  private var values: [ThreadID: [String: UInt64]] = [:]
  /// The CPU whose registers and memory the stub shows, whether or not it says so.
  package private(set) var current = ThreadID(process: 1, thread: 1)
  /// Whether a step executes the instruction in memory also while the script has something to happen. Without a
  /// script each does.
  package var executesInstructions = false
  /// What instructions find in the CPUs besides what the stub shows.
  package var cpu = FakeCPU()
  /// The CPU whose step is under way.
  private var steppingThread: ThreadID?
  private var idleSteps: Set<Int> = []
  private var stepCount = 0
  /// How many more packets are carried out before the connection dies; nil while it lives on. Each request of a
  /// batch is one, each resume, breakpoint, selection, question about a thread, and `monitor`.
  package var packetLimit: Int?
  /// Whether the last packet's answer arrives. Where it doesn't, what came before it in its batch is lost too, and
  /// of a step the stop.
  package var answersLastPacket = true
  /// What `monitor` answers.
  package var monitorAnswer = ""
  /// Requests that are to fail, by their text in the trace: each entry fails one.
  package var failures: [(request: String, error: RemoteError)] = []

  /// Addresses at which it takes no breakpoint, however often it is asked.
  package var refusedBreakpoints: Set<UInt64> = []

  package let fileDescriptor: Int32
  package let registers: RegisterMap
  /// The stub's names of system registers, which need not be the manual's: `SCTLR` is SCTLR_EL1.
  let shownNames: [SystemRegister: String]
  package let model: Model
  package var identity: TargetIdentity {
    TargetIdentity(architectureName: model.architectureName, isMachine: model.isMachine)
  }
  package var stepOverridesBreakpoints: Bool { model.isMachine }
  /// Whether it replays a recording.
  package var isReplaying = false
  package var staysStopped: Bool { true }
  package private(set) var state: RemoteTarget.State
  private var isPhysical = false
  private var isInterrupted = false

  /// The CPUs: their descriptions by thread. One that is added begins with a copy of the first one's registers.
  package var cpus: [(thread: ThreadID, description: String)] = [
    (ThreadID(process: 1, thread: 1), "CPU#0 [running]")
  ]
  {
    didSet {
      let first = oldValue.first.flatMap { values[$0.thread] }
      let others = oldValue.first.flatMap { cpu.systemRegisters[$0.thread] }
      for added in cpus where values[added.thread] == nil {
        values[added.thread] = first
        cpu.systemRegisters[added.thread] = others
      }
    }
  }
  /// What the machine prints through the connection.
  package var consoleOutput: [UInt8] = []

  /// The CPUs.
  package func threads() throws(RemoteError) -> [ThreadID] { cpus.map(\.thread) }

  /// What the stub says of a CPU.
  package func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String {
    try carryOut {}
    guard let cpu = cpus.first(where: { $0.thread == thread }) else {
      throw RemoteError(.timeout, "no answer for \(thread)")
    }
    return cpu.description
  }

  /// The thread that was chosen, or that stopped.
  package private(set) var selectedThread: ThreadID?

  /// What happens when a thread is chosen, besides.
  package var onSelection: (FakeTarget, ThreadID) throws(RemoteError) -> Void = { _, _ in }

  /// Chooses a thread.
  package func select(_ thread: ThreadID) throws(RemoteError) {
    trace.append("Hg \(thread)")
    try carryOut {
      selectedThread = thread.isOne ? thread : nil
      if thread.isOne { current = thread }
    }
    try onSelection(self, thread)
  }

  /// Has the stop name no thread, and the stub not tell which is the current.
  package func forgetThread() { selectedThread = nil }

  /// The thread of the stop, or that was chosen since.
  package func currentThread() throws(RemoteError) -> ThreadID? { selectedThread }

  /// How many CPUs there are besides those that are listed.
  package var hiddenCPUCount = 0

  package func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int { hiddenCPUCount }

  /// Little-endian in all, as its description says.
  package var byteOrder = RegisterDescription.ByteOrder.little
  package var fixedRegisterOrder: RegisterDescription.ByteOrder? { nil }

  package func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder? { nil }

  package func assumeArchitecture(_ name: String) throws(RemoteError) {}

  /// Takes what the machine printed.
  package func takeConsoleOutput() -> [UInt8] {
    defer { consoleOutput = [] }
    return consoleOutput
  }

  /// A target that stopped before anything ran, a machine at EL2.
  package init(_ model: Model = .machine) {
    self.model = model
    registers = RegisterMap(model.registers)
    let shown = model.registers.filter { $0.group == Model.systemGroup }
    shownNames = Dictionary(
      shown.compactMap { register in
        SystemRegister(named: register.name).map { ($0, register.name) }
      }, uniquingKeysWith: { first, _ in first })
    state = .stopped(Self.reply(5, cpus[0].thread))
    selectedThread = cpus[0].thread
    // Always readable: a shell that waits looks again.
    fileDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    values[current] = Dictionary(uniqueKeysWithValues: registers.all.map { ($0.name, 0) })
    if model.isMachine { self["cpsr"] = 0x3c9 }
  }

  deinit { close(fileDescriptor) }

  /// A register of the CPU that the stub shows: the one that stopped, or was chosen since.
  package subscript(name: String) -> UInt64 {
    get { self[name, of: current] }
    set { self[name, of: current] = newValue }
  }

  /// A register of one CPU.
  package subscript(name: String, of thread: ThreadID) -> UInt64 {
    get { values[thread]?[name] ?? 0 }
    set {
      precondition(
        values[thread]?[name] != nil, "\(thread) of the fake target has no register \(name)")
      values[thread]?[name] = newValue
    }
  }

  /// All that a target has, to compare what it was before with what it is after. Which CPU has stopped last is no part of
  /// it: that is told of each step.
  package struct Contents: Equatable {
    fileprivate let values: [ThreadID: [String: UInt64]]
    fileprivate let systemRegisters: [ThreadID: [SystemRegister: UInt64]]
    fileprivate let memory: FakeMemory
    fileprivate let selectedThread: ThreadID?

    fileprivate init(
      _ values: [ThreadID: [String: UInt64]],
      _ systemRegisters: [ThreadID: [SystemRegister: UInt64]], _ memory: FakeMemory,
      _ selectedThread: ThreadID?
    ) {
      self.values = values
      self.systemRegisters = systemRegisters
      self.memory = memory
      self.selectedThread = selectedThread
    }
  }

  /// What the CPUs' registers have other than those of another.
  package static func differences(_ one: Contents, _ other: Contents) -> [String] {
    var differences: [String] = []
    for (thread, values) in one.values {
      for (name, value) in values where other.values[thread]?[name] != value {
        differences.append("\(thread) \(name): \(value), \(other.values[thread]?[name] ?? 0)")
      }
    }
    for (thread, values) in one.systemRegisters {
      for (register, value) in values where other.systemRegisters[thread]?[register] != value {
        differences.append("\(thread) \(register): \(value)")
      }
    }
    if one.memory != other.memory { differences.append("memory") }
    if one.selectedThread != other.selectedThread { differences.append("the selected thread") }
    return differences
  }

  /// All that it has now.
  package var contents: Contents {
    Contents(values, cpu.systemRegisters, memory, selectedThread)
  }

  /// The round trips since the last call.
  package func takeTrace() -> [String] {
    defer { trace = [] }
    return trace
  }

  /// Fails the next request with this text, with the error number of QEMU's for memory.
  package func failNext(_ request: String, _ number: Int = 0x14) {
    failures.append((request, RemoteError(.stubError(number), "the stub answered E\(number)")))
  }

  // MARK: Registers

  private func bytes(of register: RegisterDescription) -> [UInt8] {
    register.bytes(of: self[register.name]) ?? []
  }

  private func write(_ register: RegisterDescription, _ bytes: [UInt8]) {
    // Quirk 3: OK to the write of a system register, and nothing happens.
    guard register.group != Model.systemGroup else { return }
    self[register.name] = RegisterDescription.integer(bytes) ?? 0
  }

  package func writeRegister(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    let responses = try batch([.writeRegister(register, bytes), .register(register)])
    try responses[0].check()
    guard try responses[1].bytes() == bytes else {
      throw RemoteError(.writeIgnored, "the write of \(register.name) was not carried out")
    }
  }

  // MARK: Memory

  /// Whether the CPU is at EL2, for the regime of virtual addresses.
  package var isAtEL2: Bool { SPSR_EL2(rawValue: self["cpsr"]).exceptionLevel == 2 }

  private var regime: FakeMemory.Regime {
    // A program has one address space.
    isPhysical ? .physical : isAtEL2 || !isMachine ? .hypervisor : .guest
  }

  package func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try requireStopped()
    trace.append("physical on")
    try carryOut { isPhysical = true }
    defer {
      trace.append("physical off")
      // A connection that dies here shows at the next request.
      try? carryOut {}
      isPhysical = false
    }
    return try body()
  }

  // MARK: Requests

  private func requireStopped() throws(RemoteError) {
    switch state {
    case .stopped: return
    case .running: throw RemoteError(.targetRunning, "the target is running")
    case .ended: throw RemoteError(.targetEnded, "the target has ended")
    case .disconnected: throw RemoteError(.connectionClosed, "there is no connection")
    }
  }

  package func batch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    trace.append(requests.map(Self.text).joined(separator: " | "))
    return try answers(to: requests)
  }

  private func answers(to requests: [Request]) throws(RemoteError) -> [Response] {
    var responses: [Response] = []
    for request in requests { try carryOut { responses.append(answer(request)) } }
    return responses
  }

  /// Carries out what a packet asks for, unless the connection dies first.
  private func carryOut(isResume: Bool = false, _ body: () -> Void) throws(RemoteError) {
    guard packetLimit != 0 else { throw die() }
    packetLimit = packetLimit.map { $0 - 1 }
    body()
    // A step's answer is its stop.
    if packetLimit == 0, !answersLastPacket, !isResume { throw die() }
  }

  private func die() -> RemoteError {
    state = .disconnected
    return RemoteError(.connectionClosed, "the stub closed the connection")
  }

  private func answer(_ request: Request) -> Response {
    let text = Self.text(of: request)
    if let index = failures.firstIndex(where: { $0.request == text }) {
      return .failed(failures.remove(at: index).error)
    }
    switch request {
    case .generalRegisters:
      let bytes = registers.all.prefix(model.generalCount).flatMap { self.bytes(of: $0) }
      return .generalRegisters(GeneralRegisters(bytes, in: registers))
    case .register(let register):
      return .bytes(bytes(of: register))
    case .writeRegister(let register, let bytes):
      write(register, bytes)
      return .done
    case .memory(let address, let byteCount):
      guard let bytes = memory.read(address, byteCount: byteCount, regime) else {
        return .failed(
          RemoteError(.memoryUnreadable, "memory at 0x\(String(address, radix: 16))"))
      }
      return .bytes(bytes)
    case .writeMemory(let address, let bytes):
      guard memory.write(bytes, at: address, regime) else {
        return .failed(
          RemoteError(.memoryUnwritable, "memory at 0x\(String(address, radix: 16))"))
      }
      return .done
    }
  }

  private static func text(of request: Request) -> String {
    switch request {
    case .generalRegisters: return "g"
    case .register(let register): return "p \(register.name)"
    case .writeRegister(let register, let bytes):
      return "P \(register.name)=\(hexadecimal(RegisterDescription.integer(bytes) ?? 0))"
    case .memory(let address, let byteCount): return "m \(hexadecimal(address))+\(byteCount)"
    case .writeMemory(let address, let bytes):
      let digits = bytes.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
      return "M \(hexadecimal(address))=\(digits)"
    }
  }

  private static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  // MARK: Running

  @discardableResult
  package func resume(
    _ action: ResumeAction, after requests: [Request]
  ) throws(RemoteError) -> [Response] {
    try requireStopped()
    precondition(!isPhysical, "resumed in the physical mode")
    let name =
      switch action {
      case .continue(at: nil): "c"
      case .continue(at: let address?): "c \(Self.hexadecimal(address))"
      case .step: "s"
      case .threads(let actions): (["vCont"] + actions.map(Self.text)).joined(separator: ";")
      case .reverseContinue: "bc"
      case .reverseStep: "bs"
      }
    trace.append((requests.map(Self.text) + [name]).joined(separator: " | "))
    let responses = try answers(to: requests)
    try carryOut(isResume: true) {
      isInterrupted = false
      state = .running
      begin(action)
    }
    return responses
  }

  package func poll() throws(RemoteError) -> StopReply? {
    guard state == .running else { return nil }
    if let thread = steppingThread, executesInstructions || script.isEmpty {
      return try pollStep(of: thread)
    }
    if packetLimit == 0, !answersLastPacket { throw die() }
    guard let event = script.first else {
      throw RemoteError(.timeout, "the fake target has nothing more to do")
    }
    switch event {
    case .stop(let signal, let thread, let change):
      current = thread
      change(self)
      state = .stopped(Self.reply(signal, thread))
      selectedThread = thread
    case .threadEnded:
      state = .stopped(.threadExited(status: 0, thread: ThreadID(process: 1, thread: 2)))
    case .untilInterrupt(let change):
      guard isInterrupted else { return nil }
      current = cpus[0].thread
      change(self)
      state = .stopped(Self.reply(2, current))
    case .ended(let status): state = .ended(.exited(status: status, process: 1))
    case .terminated(let signal): state = .ended(.terminated(signal: signal, process: 1))
    case .lost: state = .disconnected
    }
    script.removeFirst()
    switch state {
    case .stopped(let reply), .ended(let reply): return reply
    case .running: return nil
    case .disconnected: throw RemoteError(.connectionClosed, "the stub closed the connection")
    }
  }

  package func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply {
    if let reply = try poll() { return reply }
    throw RemoteError(.timeout, "the fake target has not stopped")
  }

  /// Notes a step that may execute an instruction, and of which CPU. Whether it does shows when it is waited for: a
  /// test may fill the script until then.
  private func begin(_ action: ResumeAction) {
    steppingThread = nil
    guard isMachine else { return }
    switch action {
    case .step(let thread): steppingThread = thread ?? current
    case .threads(let actions):
      steppingThread = actions.first(where: \.isStep).map { $0.thread ?? current }
    default: break
    }
  }

  /// Which of the steps from now on execute nothing, counted from 0: QEMU 7.2 has some.
  package func makeIdle(steps: Set<Int>) {
    idleSteps = steps
    stepCount = 0
  }

  private func isIdleStep() -> Bool {
    defer { stepCount += 1 }
    return idleSteps.contains(stepCount)
  }

  /// A step is over at once, but that of a CPU that is halted never is.
  private func pollStep(of thread: ThreadID) throws(RemoteError) -> StopReply? {
    let isHalted =
      cpus.first { $0.thread == thread }?.description.contains("[halted ]") == true
    if isHalted, !isInterrupted { return nil }
    if !isHalted, !isIdleStep() { execute(thread) }
    if packetLimit == 0, !answersLastPacket { throw die() }
    steppingThread = nil
    current = thread
    selectedThread = thread
    let reply = Self.reply(isHalted ? 2 : 5, thread)
    state = .stopped(reply)
    return reply
  }

  private static func reply(_ signal: UInt8, _ thread: ThreadID) -> StopReply {
    .signal(StopEvent(signal: signal, thread: thread))
  }

  /// An action as `vCont` writes it.
  private static func text(of action: ThreadAction) -> String {
    let verb =
      switch action.kind {
      case .continue: "c"
      case .continueWithSignal(let signal): "C\(String(signal, radix: 16))"
      case .step: "s"
      case .stepWithSignal(let signal): "S\(String(signal, radix: 16))"
      case .stepRange(let range): "r\(hexadecimal(range.lowerBound))"
      case .stop: "t"
      }
    return verb + (action.thread.map { ":\($0)" } ?? "")
  }

  package func interrupt() throws(RemoteError) {
    trace.append("^C")
    isInterrupted = true
  }

  package func insertBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int
  ) throws(RemoteError) {
    try change("Z\(kind.rawValue) \(Self.hexadecimal(address))")
    guard !refusedBreakpoints.contains(address) else {
      throw RemoteError(.stubError(0x22), "the stub answered E22")
    }
  }

  package func removeBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int
  ) throws(RemoteError) {
    try change("z\(kind.rawValue) \(Self.hexadecimal(address))")
  }

  private func change(_ text: String) throws(RemoteError) {
    try requireStopped()
    trace.append(text)
    try carryOut {}
    if let index = failures.firstIndex(where: { $0.request == text }) {
      throw failures.remove(at: index).error
    }
  }

  // MARK: The rest

  package func monitor(_ command: String) throws(RemoteError) -> String {
    trace.append("monitor \(command)")
    try carryOut {}
    return monitorAnswer
  }

  package func detach() throws(RemoteError) {
    trace.append("D")
    state = .disconnected
  }

  package func kill() throws(RemoteError) {
    trace.append("k")
    state = .disconnected
  }

  package func disconnect() {
    trace.append("disconnect")
    state = .disconnected
  }
}

extension ThreadAction {
  fileprivate var isStep: Bool {
    switch kind {
    case .step, .stepWithSignal, .stepRange: true
    case .continue, .continueWithSignal, .stop: false
    }
  }
}
