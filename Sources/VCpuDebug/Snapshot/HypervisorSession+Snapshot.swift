internal import ArmVCpu
internal import Foundation
internal import GDBRemote

/// The result of saving a snapshot.
public struct SnapshotSummary: Equatable, Sendable {
  /// How many CPUs or threads it has.
  public let threadCount: Int
  /// How much memory it has, in bytes.
  public let memoryByteCount: Int
  /// How long the file is, in bytes.
  public let fileByteCount: Int
  /// Requested memory that could not be read, with the reason.
  public let missing: [String]
}

extension HypervisorSession {
  /// Writes a snapshot of the stopped target: the registers of each CPU, its system registers, its exit, stacks, code
  /// and tables, the breakpoints, and `ranges` of memory. The target isn't changed, and the selected thread stays
  /// selected.
  ///
  /// The file is written completely or not at all. For parts of the target that can't be read, it has the
  /// reason.
  ///
  /// - Throws: `SnapshotError`; `DebugError.running` and `.ended`; what the target throws if it is lost, or if the
  ///   wait was cancelled.
  @discardableResult
  public func saveSnapshot(
    to path: String, memory ranges: [SnapshotRange] = []
  ) throws -> SnapshotSummary {
    try requireStopped()
    guard architecture.elfMachine != nil else {
      throw SnapshotError.unknownArchitecture(target.architectureName)
    }
    guard ranges.reduce(0, { $0 + $1.byteCount }) <= SnapshotFile.memoryLimit else {
      throw SnapshotError.tooLarge("the memory", limit: SnapshotFile.memoryLimit)
    }
    let missing = MissingMemory()
    let (contents, memory) = try snapshot(with: ranges, missing: missing)
    let file = SnapshotFile(description: try contents.json(), memory: memory)
    let bytes = try file.bytes()
    try SnapshotStorage.write(bytes, to: path)
    return SnapshotSummary(
      threadCount: contents.threads.count, memoryByteCount: memory.count,
      fileByteCount: bytes.count, missing: missing.sentences)
  }

  /// The contents of a snapshot of the target now, and the bytes of its ranges of memory.
  ///
  /// - Parameter missing: gets the parts of the ranges that can't be read.
  func snapshot(
    with ranges: [SnapshotRange], missing: MissingMemory = MissingMemory()
  ) throws -> (SnapshotContents, [UInt8]) {
    try access.settle()
    let state = try access.requireState()
    let selected = target.selectedThread
    var stop: StopEvent?
    if case .stopped(let reply) = target.state { stop = reply.event }
    let wasLookedAt = exits.hasLooked
    let recorder = SnapshotRecorder(access)
    let result = Result { try read(by: recorder, selected, stop, ranges, missing) }
    // The thread that was selected is selected again, whatever happened.
    access.forget()
    if let selected, target.selectedThread != selected { try target.select(selected) }
    let snapshot = try result.get()
    if wasLookedAt {
      do { try exits.examine() } catch is DebugError {}
    }
    guard try access.requireState() == state else {
      throw RemoteError(
        .protocolViolation, "the CPU is not as it was before: its stub has changed something")
    }
    return snapshot
  }

  private func read(
    by recorder: SnapshotRecorder, _ selected: ThreadID?, _ stop: StopEvent?,
    _ ranges: [SnapshotRange], _ missing: MissingMemory
  ) throws -> (SnapshotContents, [UInt8]) {
    var ids = try recorder.threads()
    if ids.isEmpty { ids = [access.thread] }
    let hiddenCount = try target.isMachine ? recorder.hiddenCPUCount(besides: ids.count) : 0
    let saved = SavedSession(
      hasHypervisor: hasHypervisor, wasResumed: access.wasResumed,
      threadNumbers: Dictionary(
        ids.map { ($0, threads.number(of: $0)) }, uniquingKeysWith: { first, _ in first }),
      exits: hasHypervisor && architecture == .aarch64 ? try exits.saved() : nil,
      sightings: try sightings(of: ids, by: recorder), breakpoints: SavedBreakpoints(breakpoints))
    if let selected { try recorder.select(selected) }
    let copy = try HypervisorSession(restoring: saved, with: recorder, modules)
    let reading = SnapshotReading(copy)
    // The last step that the stub reports is the stopped CPU's.
    for id in ids.filter({ $0 != stop?.thread }) + ids.filter({ $0 == stop?.thread }) {
      if id.isOne { try recorder.select(id) }
      try copy.refreshRecorded()
      _ = try? recorder.threadDescription(id)
      try reading.readThread()
    }
    if let selected { try recorder.select(selected) }
    try copy.refreshRecorded()
    for breakpoint in breakpoints.all {
      guard case .code(let place) = breakpoint.kind else { continue }
      for address in place.addresses.prefix(16) {
        try reading.readRange(place.space, address, byteCount: 64)
      }
    }
    for range in ranges {
      try reading.readRange(
        range.space, range.start, byteCount: UInt64(range.byteCount), missing: missing)
    }
    try access.requireStopped()
    let contents = try SnapshotContents(
      of: self, by: recorder, ids, saved, stop, selected: selected, hiddenCount: hiddenCount)
    return (contents, recorder.memory.bytes)
  }

  /// The sighting of each CPU. A CPU whose registers can't be read has none.
  private func sightings(
    of ids: [ThreadID], by recorder: SnapshotRecorder
  ) throws -> [ThreadID: SavedSighting] {
    guard hasHypervisor, let source = exits.source else { return [:] }
    var sightings: [ThreadID: SavedSighting] = [:]
    for id in ids {
      do {
        if id.isOne { try recorder.select(id) }
        sightings[id] = try SavedSighting(of: try access.requireState(), by: source)
      } catch let error as RemoteError where SavedFailure.isAnswer(error) {
        continue
      }
    }
    return sightings
  }

  /// Examines the selected thread, whose registers may not be readable.
  private func refreshRecorded() throws {
    access.forget()
    do {
      try exits.examine()
    } catch is DebugError {
      try requireStopped()
    } catch let error as RemoteError where SavedFailure.isAnswer(error) {}
  }
}

extension SnapshotContents {
  fileprivate init(
    of session: HypervisorSession, by recorder: SnapshotRecorder, _ ids: [ThreadID],
    _ saved: SavedSession, _ stop: StopEvent?, selected: ThreadID?, hiddenCount: Int
  ) throws {
    program = "vcpu-shell"
    date = Date.now.formatted(.iso8601)
    let access = session.access
    let identity = session.target.identity
    target = SavedTarget(
      architecture: identity.architectureName, isMachine: identity.isMachine,
      hasNativeSignals: identity.hasNativeSignals, stopsEveryThread: identity.stopsEveryThread,
      hasHypervisor: saved.hasHypervisor, wasResumed: saved.wasResumed,
      registerOrder: .init(access.byteOrders.registers),
      dataOrder: .init(access.byteOrders.data),
      instructionOrder: .init(access.byteOrders.instructions),
      isOrderAssumed: access.byteOrders.isAssumed,
      registers: session.target.registers.all.map { SavedTarget.Register($0) },
      types: identity.typeDescriptions.compactMapValues { SavedType($0) }, signal: stop?.signal,
      stoppedThread: stop?.thread.map { SavedTarget.Thread($0) }, hiddenCPUCount: hiddenCount,
      texts: Dictionary(
        uniqueKeysWithValues: recorder.texts.map { ($0.key.rawValue, $0.value) }))
    threads = ids.map {
      recorder.saved($0, number: saved.threadNumbers[$0] ?? 0, sighting: saved.sightings[$0])
    }
    selectedThread = selected.map { SavedTarget.Thread($0) }
    currentThread = try session.target.currentThread().map { SavedTarget.Thread($0) }
    (memory, gaps) = recorder.memory.ranges
    exits = saved.exits
    breakpoints = saved.breakpoints
    modules = session.modules.all.compactMap { SavedModule($0) }
  }
}
