internal import ArmVCpu
internal import GDBRemote

/// A stopped target of which a snapshot is made: everything that a session reads through it is
/// kept.
///
/// It isn't a `LiveTarget`, so a session with it can't change anything. Requests that need the CPU's help go through
/// the target's own session, which restores everything.
final class SnapshotRecorder: DebugTarget {
  private let access: TargetAccess
  private var target: any DebugTarget { access.target }
  private(set) var memory = SnapshotMemory()
  private var records: [ThreadID: Record] = [:]
  private(set) var ids: [ThreadID] = []
  private(set) var hiddenCount = 0
  private(set) var texts: [MachineQuestion: SavedText] = [:]

  /// What was read of a thread.
  private struct Record {
    var description: SavedText?
    var general: GeneralRegisters?
    var generalFailure: SavedFailure?
    var registers: [RegisterDescription: [UInt8]] = [:]
    var unreadable: [RegisterDescription: String] = [:]
    var system: [SystemRegister: SystemRegisterAnswer] = [:]
  }

  init(_ access: TargetAccess) { self.access = access }

  var identity: TargetIdentity { target.identity }
  var registers: RegisterMap { target.registers }
  var state: RemoteTarget.State { target.state }
  func prepare(by file: SymbolFile?) -> ByteOrders { access.byteOrders }
  func reach(for access: TargetAccess) -> any TargetReach { RecordingReach(self) }

  // MARK: Threads

  func threads() throws(RemoteError) -> [ThreadID] {
    ids = try target.threads()
    return ids
  }
  func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int {
    hiddenCount = try target.hiddenCPUCount(besides: count)
    return hiddenCount
  }
  func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String {
    do throws(RemoteError) {
      let text = try target.threadDescription(thread)
      records[thread, default: Record()].description = SavedText(text: text)
      return text
    } catch {
      guard SavedFailure.isAnswer(error) else { throw error }
      records[thread, default: Record()].description = SavedText(failure: SavedFailure(error))
      throw error
    }
  }
  var selectedThread: ThreadID? { target.selectedThread }
  func currentThread() throws(RemoteError) -> ThreadID? { try target.currentThread() }
  func select(_ thread: ThreadID) throws(RemoteError) {
    guard thread != target.selectedThread else { return }
    try target.select(thread)
    access.forget()
  }

  /// The thread whose registers and memory are being read.
  ///
  /// If the stub doesn't name it, it is the only thread, or the first.
  private var thread: ThreadID {
    ids.isEmpty || ids.contains(access.thread) ? access.thread : ids[0]
  }

  // MARK: Requests

  func batch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try access.settle()
    guard requests.allSatisfy({ !$0.isWrite }) else {
      throw RemoteError(.unsupported, DebugError.snapshot.description)
    }
    // Nothing runs, so a register that was read is not read again.
    if let known = requests.map(knownRegister) as? [Response] { return known }
    let responses = try target.batch(requests)
    for (request, response) in zip(requests, responses) { try note(request, response) }
    return responses
  }

  /// The answer to a request for a register of the selected thread, if there already is one.
  private func knownRegister(_ request: Request) -> Response? {
    guard case .register(let register) = request else { return nil }
    return records[thread]?.registers[register].map { .bytes($0) }
  }

  private func note(_ request: Request, _ response: Response) throws(RemoteError) {
    switch (request, response) {
    case (.generalRegisters, .generalRegisters(let registers)):
      records[thread, default: Record()].general = registers
    case (.generalRegisters, .failed(let error)):
      records[thread, default: Record()].generalFailure = SavedFailure(error)
    case (.register(let register), .bytes(let bytes)):
      records[thread, default: Record()].registers[register] = bytes
    case (.register(let register), .failed(let error)):
      records[thread, default: Record()].unreadable[register] = error.description
    case (.memory, _): note(request, response, in: try seenSpace())
    default: break
    }
  }

  /// The space whose memory the CPU sees directly.
  private func seenSpace() throws(RemoteError) -> AddressSpace {
    guard access.hasHypervisor else { return .plain }
    if records[thread]?.general == nil { _ = try batch([.generalRegisters]) }
    let state = records[thread]?.general.flatMap { try? CPUState($0, of: access.architecture) }
    return state?.isAtEL2 == false ? .guest : .hypervisor
  }

  private func note(_ request: Request, _ response: Response, in space: AddressSpace) {
    guard case .memory(let address, let byteCount) = request else { return }
    let key = SnapshotMemory.Key(
      space: space, thread: space.belongsToThread ? ids.firstIndex(of: thread) : nil)
    switch response {
    case .bytes(let bytes): memory.note(bytes, at: address, of: key)
    case .failed(let error):
      memory.note(SavedFailure(error), at: address, byteCount: byteCount, of: key)
    case .generalRegisters, .done: break
    }
  }

  // MARK: With the help of the CPU

  fileprivate func virtual(_ request: Request, in space: AddressSpace) throws -> Response? {
    guard let response = try access.reach.virtual(request, in: space) else { return nil }
    note(request, response, in: space)
    return response
  }

  /// Earlier reads are not repeated: tables are walked for each page.
  fileprivate func physical(_ requests: [Request]) throws -> [Response] {
    if case .memory(let address, byteCount: 64)? = requests.first, known(requests[0]) == nil {
      // Entries of a table, whose neighbours are needed next.
      let page = Request.memory(at: address & ~0xfff, byteCount: 4096)
      if case .bytes(let bytes)? = try access.reach.physical([page]).first {
        memory.note(bytes, at: address & ~0xfff, of: SnapshotMemory.Key(space: .physical))
      }
    }
    let known = requests.map { self.known($0) }
    if let all = known as? [Response] { return all }
    let responses = try access.reach.physical(requests)
    for (request, response) in zip(requests, responses) { note(request, response, in: .physical) }
    return zip(known, responses).map { $0 ?? $1 }
  }

  /// The answer to a request for physical memory, if there already is one.
  private func known(_ request: Request) -> Response? {
    guard case .memory(let address, let byteCount) = request else { return nil }
    let key = SnapshotMemory.Key(space: .physical)
    return (try? memory.read(address, byteCount: byteCount, of: key).get()).map { .bytes($0) }
  }

  fileprivate func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try access.reach.physicalMemory(body)
  }

  fileprivate func systemRegisters(
    _ registers: [SystemRegister]
  ) throws -> [SystemRegisterAnswer] {
    let known = records[thread]?.system ?? [:]
    // Each is read once: the first values belong together.
    let wanted = registers.filter { known[$0] == nil }
    let answers = wanted.isEmpty ? [] : try access.reach.systemRegisters(wanted)
    for (register, answer) in zip(wanted, answers) {
      records[thread, default: Record()].system[register] = answer
    }
    return registers.map { records[thread]?.system[$0] ?? .unavailable("it was not read") }
  }

  fileprivate func text(_ question: MachineQuestion) throws(RemoteError) -> String {
    do throws(RemoteError) {
      let text = try access.reach.text(question)
      texts[question] = SavedText(text: text)
      return text
    } catch {
      guard SavedFailure.isAnswer(error) else { throw error }
      texts[question] = SavedText(failure: SavedFailure(error))
      throw error
    }
  }

  // MARK: The outcome

  /// Everything that was read of a thread.
  func saved(_ id: ThreadID, number: Int, sighting: SavedSighting?) -> SavedThread {
    let record = records[id] ?? Record()
    var unreadable: [String: [String]] = [:]
    for (register, reason) in record.unreadable {
      unreadable[reason, default: []].append(register.name)
    }
    var values: [String: SavedNumber] = [:]
    var unavailable: [String: [String]] = [:]
    for (register, answer) in record.system {
      switch answer {
      case .value(let value, _): values[register.typedName] = SavedNumber(value)
      case .unavailable(let reason): unavailable[reason, default: []].append(register.typedName)
      }
    }
    let end = record.general.flatMap { general in
      general.registers.indices.map { general.range(at: $0).upperBound }.max()
    }
    return SavedThread(
      id: SavedTarget.Thread(id), number: number,
      description: record.description ?? SavedText(text: ""),
      general: record.general.map { SavedBytes(Array($0.bytes.prefix(end ?? 0))) },
      generalMissing: record.general.flatMap { general in
        let missing = general.unavailable.sorted().flatMap { Array(general.range(at: $0)) }
        return missing.isEmpty ? nil : missing
      },
      generalFailure: record.general == nil ? record.generalFailure : nil,
      registers: registers.all.map { record.registers[$0].map { SavedBytes($0) } },
      unreadable: Self.reasons(unreadable), system: values,
      unavailable: Self.reasons(unavailable), sighting: sighting)
  }

  private static func reasons(_ byReason: [String: [String]]) -> [SavedReason] {
    byReason.map { SavedReason(reason: $0, registers: $1.sorted()) }
      .sorted { $0.reason < $1.reason }
  }
}

extension Request {
  /// Whether the request changes something.
  fileprivate var isWrite: Bool {
    switch self {
    case .writeRegister, .writeMemory: true
    case .generalRegisters, .register, .memory: false
    }
  }
}

private final class RecordingReach: TargetReach {
  // The access that owns it belongs to a session with the recorder.
  private unowned let recorder: SnapshotRecorder

  init(_ recorder: SnapshotRecorder) { self.recorder = recorder }

  func virtual(_ request: Request, in space: AddressSpace) throws -> Response? {
    try recorder.virtual(request, in: space)
  }
  func physical(_ requests: [Request]) throws -> [Response] { try recorder.physical(requests) }
  func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try recorder.physicalMemory(body)
  }
  func systemRegisters(_ registers: [SystemRegister]) throws -> [SystemRegisterAnswer] {
    try recorder.systemRegisters(registers)
  }
  func text(_ question: MachineQuestion) throws(RemoteError) -> String {
    try recorder.text(question)
  }
}
