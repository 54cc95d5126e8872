import ArmVCpu
import GDBRemote
import Glibc
import VCpuDebug

/// A target in memory, with a script of what happens each time it is resumed. `Model` says what it is: by default
/// an AArch64 machine that answers as QEMU 7.2's stub does, with general registers, system registers that only
/// pretend to be written, virtual memory by PSTATE.EL, and a physical mode.
///
/// `trace` has a line for each round trip: `g | m 0x40404000+344`, `c 0x40201004`, `Z0 0x40201000`.
package final class FakeTarget: LiveTarget {
  /// The rest of the script.
  package var script: [Event] = []
  /// The round trips so far.
  package internal(set) var trace: [String] = []
  /// The machine's memory.
  package var memory = FakeMemory()
  /// The values of each CPU's registers, by name.
  var values: [ThreadID: [String: UInt64]] = [:]
  /// The CPU whose registers and memory the stub shows, whether or not it says so.
  package internal(set) var current = ThreadID(process: 1, thread: 1)
  /// Whether a step executes the instruction in memory even if the script isn't at its end. At its end, every step
  /// does.
  package var executesInstructions = false
  /// The CPUs' state that instructions see, in addition to what the stub shows.
  package var cpu = FakeCPU()
  /// The CPU whose step is in progress.
  var steppingThread: ThreadID?
  var idleSteps: Set<Int> = []
  var stepCount = 0
  /// Whether interrupts come during its steps.
  package internal(set) var takesInterrupts = false
  /// How many more packets are carried out before the connection breaks; nil if it doesn't. Each request of a
  /// batch counts, and so does each resume, breakpoint, selection, thread query, and `monitor`.
  package var packetLimit: Int?
  /// Whether the last packet's answer arrives. If it doesn't, the earlier answers of its batch are lost too, and
  /// so is a step's stop.
  package var answersLastPacket = true
  /// The answers to `monitor`.
  package var monitorAnswer = ""
  /// Requests that should fail, by their text in the trace: each entry fails one.
  package var failures: [(request: String, error: RemoteError)] = []
  /// How many requests are answered before one is refused; nil for all.
  package var refusesRequest: Int?
  /// Called before a CPU executes an instruction.
  package var onExecution: (FakeTarget, ThreadID) -> Void = { _, _ in }

  /// Addresses at which it refuses breakpoints, however often they are requested.
  package var refusedBreakpoints: Set<UInt64> = []

  package let fileDescriptor: Int32
  package let registers: RegisterMap
  /// The stub's names of system registers, which may differ from the manual's: `SCTLR` is SCTLR_EL1.
  let shownNames: [SystemRegister: String]
  package let model: Model
  package var identity: TargetIdentity {
    TargetIdentity(
      architectureName: model.architectureName, isMachine: model.isMachine,
      typeDescriptions: Model.vectorTypes)
  }
  package var stepOverridesBreakpoints: Bool { model.isMachine }
  /// Whether it replays a recording.
  package var isReplaying = false
  package var staysStopped: Bool { true }
  package internal(set) var state: RemoteTarget.State
  var isPhysical = false
  /// Whether the stub can address physical memory.
  package var hasPhysicalMode = true
  var isInterrupted = false

  /// The CPUs: their descriptions by thread. A CPU that is added starts with a copy of the first one's registers.
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
  /// The machine's output through the connection.
  package var consoleOutput: [UInt8] = []

  /// The thread that was selected, or that stopped.
  package internal(set) var selectedThread: ThreadID?

  /// An additional action when a thread is selected.
  package var onSelection: (FakeTarget, ThreadID) throws(RemoteError) -> Void = { _, _ in }

  /// How many CPUs there are in addition to those that are listed.
  package var hiddenCPUCount = 0

  package func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int { hiddenCPUCount }

  /// The CPUs of other clusters, or why they can't be listed.
  package var others: Result<[OtherCPU], RemoteError> = .success([])

  package func otherCPUs() throws(RemoteError) -> [OtherCPU] { try others.get() }

  /// Little-endian for everything, as its description says.
  package var byteOrder = RegisterDescription.ByteOrder.little
  package var fixedRegisterOrder: RegisterDescription.ByteOrder? { nil }

  package func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder? { nil }
  package func entryOfProgram() throws(RemoteError) -> UInt64? { nil }

  package func assumeArchitecture(_ name: String) throws(RemoteError) {}

  /// Takes the machine's output.
  package func takeConsoleOutput() -> [UInt8] {
    defer { consoleOutput = [] }
    return consoleOutput
  }

  /// A target that is stopped before its first instruction, a machine at EL2.
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
    // Always readable, so that a waiting shell polls again.
    fileDescriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
    values[current] = Dictionary(
      uniqueKeysWithValues: registers.all.flatMap(\.wordNames).map { ($0, 0) })
    if model.isMachine { self["cpsr"] = 0x3c9 }
  }

  deinit { close(fileDescriptor) }

  /// A register of the CPU that the stub shows: the one that stopped, or was selected since.
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

  /// The round trips since the last call.
  package func takeTrace() -> [String] {
    defer { trace = [] }
    return trace
  }

  /// Fails the next request with this text, with QEMU's error number for memory.
  package func failNext(_ request: String, _ number: Int = 0x14) {
    failures.append((request, RemoteError(.stubError(number), "the stub answered E\(number)")))
  }
}
