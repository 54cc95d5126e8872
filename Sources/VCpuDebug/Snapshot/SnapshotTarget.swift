internal import ArmVCpu
internal import GDBRemote

/// A snapshot as a target: it answers with what was saved, and reports that the rest was not.
final class SnapshotTarget: DebugTarget {
  private let contents: SnapshotContents
  private let memory: SnapshotMemory
  private let general: [GeneralRegisters?]
  private let architecture: Architecture
  let registers: RegisterMap
  private var selected: Int?

  let identity: TargetIdentity

  /// - Throws: `SnapshotError.malformed` if the bytes don't match the ranges.
  init(_ contents: SnapshotContents, memoryBytes: [UInt8]) throws(SnapshotError) {
    self.contents = contents
    identity = contents.target.identity
    let registers = contents.target.registerMap
    self.registers = registers
    architecture = Architecture(named: contents.target.architecture, registers: registers)
    general = contents.threads.map { thread in
      thread.general.map {
        GeneralRegisters(
          $0.bytes, in: registers, byteOrder: contents.target.registerOrder.order,
          missing: Set(thread.generalMissing ?? []))
      }
    }
    memory = try Self.memory(of: contents, memoryBytes)
    selected = contents.selectedThread.flatMap { wanted in
      contents.threads.firstIndex { $0.id == wanted }
    }
  }

  private static func memory(
    of contents: SnapshotContents, _ bytes: [UInt8]
  ) throws(SnapshotError) -> SnapshotMemory {
    var memory = SnapshotMemory()
    var offset = 0
    for range in contents.memory {
      guard range.byteCount <= bytes.count - offset else {
        throw .malformed("its ranges have more memory than the file")
      }
      let key = try contents.key(range.space, range.thread, range.start, range.byteCount)
      memory.note(
        Array(bytes[offset..<offset + range.byteCount]), at: range.start.value, of: key)
      offset += range.byteCount
    }
    guard offset == bytes.count else {
      throw .malformed("the file has more memory than its ranges")
    }
    for gap in contents.gaps {
      let key = try contents.key(gap.space, gap.thread, gap.start, gap.byteCount)
      memory.note(gap.failure, at: gap.start.value, byteCount: gap.byteCount, of: key)
    }
    return memory
  }

  var state: RemoteTarget.State { .stopped(contents.target.stop) }
  func prepare(by file: SymbolFile?) -> ByteOrders { contents.target.byteOrders }
  func reach(for access: TargetAccess) -> any TargetReach { SnapshotReach(self) }

  // MARK: Threads

  func threads() -> [ThreadID] { contents.threads.map(\.id.id) }
  func hiddenCPUCount(besides count: Int) -> Int { contents.target.hiddenCPUCount }
  func threadDescription(_ id: ThreadID) throws(RemoteError) -> String {
    guard let thread = contents.threads.first(where: { $0.id.id == id }) else {
      throw Self.missing("the thread \(id)")
    }
    return try thread.description.get()
  }
  private(set) lazy var selectedThread = contents.selectedThread?.id
  func currentThread() -> ThreadID? { selectedThread ?? contents.currentThread?.id }
  func select(_ id: ThreadID) throws(RemoteError) {
    guard id.isOne else {
      selectedThread = nil
      return
    }
    guard let index = contents.threads.firstIndex(where: { $0.id.id == id }) else {
      throw RemoteError(.noSuchThread, "the snapshot has no thread \(id)")
    }
    selected = index
    selectedThread = id
  }

  /// The thread whose registers are shown, and its index.
  private var shown: (thread: SavedThread, index: Int) {
    let index = selected ?? 0
    return (contents.threads[index], index)
  }

  // MARK: Requests

  func batch(_ requests: [Request]) -> [Response] { requests.map(answer) }

  private func answer(_ request: Request) -> Response {
    let (thread, index) = shown
    switch request {
    case .generalRegisters:
      if let registers = general[index] { return .generalRegisters(registers) }
      return .failed(thread.generalFailure?.error ?? Self.missing("the general registers"))
    case .register(let register):
      guard let place = registers.all.firstIndex(of: register) else {
        return .failed(Self.missing("the register \(register.name)"))
      }
      if let value = thread.registers[place] { return .bytes(value.bytes) }
      let reason = thread.unreadable.first { $0.registers.contains(register.name) }?.reason
      return .failed(
        RemoteError(
          .registerUnavailable, reason ?? "the snapshot does not have the register \(register.name)"
        ))
    case .memory(let address, let byteCount):
      return read(address, byteCount: byteCount, in: seenSpace(of: index))
    case .writeRegister, .writeMemory:
      return .failed(RemoteError(.unsupported, DebugError.snapshot.description))
    }
  }

  /// The space whose memory the CPU sees directly.
  private func seenSpace(of index: Int) -> AddressSpace {
    guard contents.target.hasHypervisor else { return .plain }
    let state = general[index].flatMap { try? CPUState($0, of: architecture) }
    return state?.isAtEL2 == false ? .guest : .hypervisor
  }

  /// The saved memory of a space, or why it could not be read then; nil if it was not.
  func saved(_ address: UInt64, byteCount: Int, in space: AddressSpace) -> Response? {
    let key = SnapshotMemory.Key(
      space: space, thread: space.belongsToThread ? shown.index : nil)
    switch memory.read(address, byteCount: byteCount, of: key) {
    case .success(let bytes): return .bytes(bytes)
    case .failure(let failure):
      return failure == SnapshotMemory.notSaved ? nil : .failed(failure.error)
    }
  }

  /// The saved memory of a space.
  func read(_ address: UInt64, byteCount: Int, in space: AddressSpace) -> Response {
    let key = SnapshotMemory.Key(
      space: space, thread: space.belongsToThread ? shown.index : nil)
    switch memory.read(address, byteCount: byteCount, of: key) {
    case .success(let bytes): return .bytes(bytes)
    case .failure(let failure): return .failed(failure.error)
    }
  }

  /// The value of a system register that the stub didn't show.
  func systemRegister(_ register: SystemRegister) -> SystemRegisterAnswer {
    let name = register.typedName
    if let number = shown.thread.system[name] { return .value(number.value, from: .executed) }
    let reason = shown.thread.unavailable.first { $0.registers.contains(name) }?.reason
    return .unavailable(reason ?? "it was not saved in the snapshot")
  }

  func text(_ question: MachineQuestion) throws(RemoteError) -> String {
    guard let text = contents.target.texts[question.rawValue] else {
      throw Self.missing("the answer to '\(question.rawValue)'")
    }
    return try text.get()
  }

  private static func missing(_ what: String) -> RemoteError {
    RemoteError(.unsupported, "the snapshot does not have \(what)")
  }
}

/// The saved answers that needed the CPU's help.
private final class SnapshotReach: TargetReach {
  private let target: SnapshotTarget

  init(_ target: SnapshotTarget) { self.target = target }

  /// What was read as the CPU saw it; nil for other memory, to which the saved tables may lead.
  func virtual(_ request: Request, in space: AddressSpace) -> Response? {
    guard space.isVirtual, space.owner == nil else { return nil }
    guard space != .plain, case .memory(let address, let byteCount) = request else {
      return answer(request, in: space)
    }
    return target.saved(address, byteCount: byteCount, in: space)
  }
  func physical(_ requests: [Request]) -> [Response] {
    requests.map { answer($0, in: .physical) }
  }
  func physicalMemory<R>(_ body: () throws -> R) throws -> R { try body() }
  func systemRegisters(_ registers: [SystemRegister]) -> [SystemRegisterAnswer] {
    registers.map { target.systemRegister($0) }
  }
  func text(_ question: MachineQuestion) throws(RemoteError) -> String {
    try target.text(question)
  }

  private func answer(_ request: Request, in space: AddressSpace) -> Response {
    guard case .memory(let address, let byteCount) = request else {
      return .failed(RemoteError(.unsupported, DebugError.snapshot.description))
    }
    return target.read(address, byteCount: byteCount, in: space)
  }
}
