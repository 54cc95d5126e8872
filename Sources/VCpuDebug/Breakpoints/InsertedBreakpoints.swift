internal import GDBRemote

/// The breakpoints that the target has.
final class InsertedBreakpoints {
  private let access: TargetAccess
  private let exits: Exits
  private let protection: SessionProtection
  private let awaited: AwaitedModules
  let filter: TargetFilter
  /// By address.
  private var locations: [UInt64: BreakpointLocation] = [:]
  private var watches: Set<BreakpointLocation> = []
  /// The addresses for exits where the target can't change the instruction.
  private var hardwareAddresses: Set<UInt64> = []
  /// What they were inserted for; nil if the target may have different ones.
  private var lastWish: Wish?

  private struct Wish: Equatable {
    let interest: ExitInterest
    let locations: [UInt64: BreakpointLocation]
    let watches: Set<BreakpointLocation>
    let revision: Exits.Revision
    let arrivals: Set<UInt64>
  }

  init(
    _ access: TargetAccess, _ exits: Exits, _ protection: SessionProtection,
    _ awaited: AwaitedModules, _ filter: TargetFilter
  ) {
    self.filter = filter
    self.awaited = awaited
    self.access = access
    self.exits = exits
    self.protection = protection
  }

  /// Whether the target has a breakpoint at an address.
  func contains(_ address: UInt64) -> Bool { locations[address] != nil }

  /// Updates them to those in the table, and those that are needed to find exits.
  ///
  /// - Throws: `DebugError.cannotInsert` for one that the target refuses, `.cannotFindExits`.
  func update(for table: BreakpointTable) throws {
    try protection.update(to: table.protection)
    let interest = interest(of: table)
    try exits.prepare(for: interest)
    try filter.update(to: filterChoice(for: table).plan)
    // Called at each exit that is passed: usually nothing has changed.
    guard lastWish != wish(of: table) else { return }
    lastWish = nil
    while try insert(table) {}
    try insertWatches(table.watchLocations)
    if interest.contains(.exits), !exits.isWatching, exits.addresses.isEmpty {
      throw DebugError.cannotFindExits("the target refuses breakpoints at EL2's vectors")
    }
    lastWish = wish(of: table)
  }

  private func wish(of table: BreakpointTable) -> Wish {
    Wish(
      interest: interest(of: table), locations: table.locations, watches: table.watchLocations,
      revision: exits.revision, arrivals: awaited.addresses)
  }

  /// What the target's filter has to match, or why the target has to stop at each exit.
  func filterChoice(for table: BreakpointTable) -> FilterChoice {
    guard exits.source?.observer != nil else {
      return .none("the hypervisor doesn't have a filter")
    }
    if let refusal = filter.refusal { return .none(refusal) }
    // A recording doesn't have what a debugger writes.
    if (try? access.isRecordedOrReplayed) == true {
      return .none("the machine records or replays what it does")
    }
    guard table.interestOfOthers.isDisjoint(with: .everyExit) else {
      return .none("a catchpoint of entries or a watchpoint needs each exit")
    }
    guard protection.interest.isDisjoint(with: .everyExit) else {
      return .none("a page of the guest's is watched")
    }
    guard awaited.interest.isDisjoint(with: .everyExit) else {
      return .none("each exit may show where a file of the guest's is")
    }
    guard !table.looksIntoHypervisor else {
      return .none("with a breakpoint in the hypervisor, the exit has to be known at each stop")
    }
    return table.filterChoice
  }

  private func interest(of table: BreakpointTable) -> ExitInterest {
    table.interest.union(protection.interest).union(awaited.interest)
  }

  /// Inserts and removes breakpoints. Returns whether something was given up, so that others may be
  /// needed now.
  private func insert(_ table: BreakpointTable) throws -> Bool {
    var wanted = table.locations
    for address in exits.addresses.union(awaited.addresses) where wanted[address] == nil {
      let kind: BreakpointKind = hardwareAddresses.contains(address) ? .hardware : .software
      wanted[address] = BreakpointLocation(kind, at: address)
    }
    for location in Self.sorted(locations) where wanted[location.address] != location {
      try remove(location)
    }
    for location in Self.sorted(wanted)
    where locations[location.address] == nil {
      do {
        try access.live().insertBreakpoint(
          location.kind, at: location.address, length: location.byteCount)
      } catch let error as RemoteError {
        guard error.code.isStubError || error.code == .unsupported else { throw error }
        let isOurs = table.locations[location.address] == nil
        // Code that can't be written needs a hardware breakpoint of the CPU.
        if isOurs, hardwareAddresses.insert(location.address).inserted { return true }
        if isOurs, exits.giveUp(location.address, because: error.description) { return true }
        throw DebugError.cannotInsert(location.address, reason: error.description)
      }
      locations[location.address] = location
    }
    return false
  }

  private func insertWatches(_ wanted: Set<BreakpointLocation>) throws {
    for location in Self.sorted(watches.subtracting(wanted)) { try removeWatch(location) }
    for location in Self.sorted(wanted.subtracting(watches)) {
      do {
        try access.live().insertBreakpoint(
          location.kind, at: location.address, length: location.byteCount)
      } catch let error as RemoteError {
        guard error.code.isStubError || error.code == .unsupported else { throw error }
        throw DebugError.cannotWatch(location.address, reason: error.description)
      }
      watches.insert(location)
    }
  }

  /// Removes all watchpoints, for a step over an access.
  func removeWatches() throws {
    lastWish = nil
    for location in Self.sorted(watches) { try removeWatch(location) }
  }

  private func removeWatch(_ location: BreakpointLocation) throws {
    try access.live().removeBreakpoint(
      location.kind, at: location.address, length: location.byteCount)
    watches.remove(location)
  }

  private static func sorted(_ locations: Set<BreakpointLocation>) -> [BreakpointLocation] {
    locations.sorted {
      ($0.address, $0.byteCount, $0.kind.rawValue) < ($1.address, $1.byteCount, $1.kind.rawValue)
    }
  }

  /// The breakpoints in an order that is the same in each run.
  private static func sorted(_ locations: [UInt64: BreakpointLocation]) -> [BreakpointLocation] {
    locations.values.sorted { $0.address < $1.address }
  }

  /// Removes the one at an address, for a step over the instruction there.
  func remove(at address: UInt64) throws {
    guard let location = locations[address] else { return }
    lastWish = nil
    try remove(location)
  }

  private func remove(_ location: BreakpointLocation) throws {
    try access.live().removeBreakpoint(
      location.kind, at: location.address, length: location.byteCount)
    locations[location.address] = nil
  }
}
