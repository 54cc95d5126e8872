internal import ArmVCpu
internal import GDBRemote

/// A snapshot's way to find exits: what was found when it was saved.
final class SavedExitSource: ExitSource {
  let way: ExitWay
  let reason: String
  let coverage: ExitCoverage
  let catchAddresses: Set<UInt64>
  let scoutAddresses: Set<UInt64>
  let entryAddresses: Set<UInt64>
  let faultAddresses: Set<UInt64>
  let stopsAtFaults: Bool
  let exceptionReturns: [UInt64]
  let isUnsure: Bool
  let vectorTables: [Exits.VectorTable]
  let vectorSearch: Exits.Search
  private let access: TargetAccess
  private let sightings: [ThreadID: Sighting]

  /// What a CPU is at, and the exit that it handles.
  struct Sighting {
    var seen: Result<ExitSighting, DebugError>
    var handled: Result<Exit?, DebugError>
    var isHalted: Bool
  }

  init(
    _ saved: SavedExits.Way, _ sightings: [ThreadID: SavedSighting], _ access: TargetAccess
  ) throws(SnapshotError) {
    guard let way = ExitWay(rawValue: saved.name) else {
      throw .malformed("exits can't be found by '\(saved.name)'")
    }
    self.way = way
    reason = saved.reason
    coverage = saved.coverage
    func addresses(_ numbers: [SavedNumber]) -> Set<UInt64> { Set(numbers.map(\.value)) }
    catchAddresses = addresses(saved.catchAddresses)
    scoutAddresses = addresses(saved.scoutAddresses)
    entryAddresses = addresses(saved.entryAddresses)
    faultAddresses = addresses(saved.faultAddresses)
    stopsAtFaults = saved.stopsAtFaults
    exceptionReturns = saved.exceptionReturns.map(\.value)
    isUnsure = saved.isUnsure
    vectorTables = saved.vectorTables.map {
      Exits.VectorTable(base: $0.base.value, use: $0.use, isGuests: $0.isGuests)
    }
    vectorSearch = saved.search
    self.access = access
    var all: [ThreadID: Sighting] = [:]
    for (thread, sighting) in sightings { all[thread] = try Sighting(sighting) }
    self.sightings = all
  }

  func prepare(for interest: ExitInterest) throws { throw DebugError.snapshot }
  func requests() -> [Request] { [] }
  func giveUp(_ address: UInt64, because reason: String) -> Bool { false }
  func isHalted(_ state: CPUState) -> Bool { sightings[access.thread]?.isHalted ?? false }

  func look(at state: CPUState, _ responses: ArraySlice<Response>) throws -> ExitSighting {
    try sightings[access.thread]?.seen.get() ?? (state.isAtEL2 ? .elsewhere : .guest)
  }

  func handledExit(at state: CPUState) throws -> Exit? {
    try sightings[access.thread]?.handled.get() ?? nil
  }
}

extension SavedExitSource.Sighting {
  fileprivate init(_ saved: SavedSighting) throws(SnapshotError) {
    isHalted = saved.isHalted
    switch (saved.kind, saved.exit) {
    case (.exit, let exit?): seen = .success(.exit(try exit.exit()))
    case (.exit, nil): throw .malformed("a CPU is at an exit that is missing")
    case (.elsewhere, _): seen = .success(.elsewhere)
    case (.guest, _): seen = .success(.guest)
    case (.host, _): seen = .success(.host)
    case (.reset, _): seen = .success(.reset)
    case (.problem, _): seen = .failure(.recorded(saved.problem ?? "it was not read"))
    }
    if let exit = saved.handled {
      handled = .success(try exit.exit())
    } else if let reason = saved.noExit {
      handled = .failure(.notAtExit(reason))
    } else if let problem = saved.handledProblem {
      handled = .failure(.recorded(problem))
    } else {
      handled = .success(nil)
    }
  }
}

extension SavedSighting {
  /// The sighting of the selected CPU by a way to find exits.
  ///
  /// - Throws: what the target throws.
  init(of state: CPUState, by source: any ExitSource) throws {
    isHalted = source.isHalted(state)
    do {
      switch try source.look(at: state, []) {
      case .exit(let exit): (kind, self.exit) = (.exit, SavedExit(exit))
      case .elsewhere: kind = .elsewhere
      case .guest: kind = .guest
      case .host: kind = .host
      case .reset: kind = .reset
      }
    } catch let error as DebugError {
      (kind, problem) = (.problem, error.description)
    }
    guard state.isAtEL2 else { return }
    do {
      handled = try source.handledExit(at: state).map { SavedExit($0) }
    } catch DebugError.notAtExit(let reason) {
      noExit = reason
    } catch let error as DebugError {
      handledProblem = error.description
    }
  }
}
