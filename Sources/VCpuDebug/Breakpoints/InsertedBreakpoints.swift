internal import GDBRemote

/// The breakpoints that the target has.
final class InsertedBreakpoints {
  private let access: TargetAccess
  private let exits: Exits
  /// By address.
  private var locations: [UInt64: BreakpointLocation] = [:]
  /// Where exits pass and the target has taken no changed instruction.
  private var hardwareAddresses: Set<UInt64> = []
  /// What the target has them for; nil if they may be others.
  private var lastWish: Wish?

  private struct Wish: Equatable {
    let interest: ExitInterest
    let locations: [UInt64: BreakpointLocation]
    let revision: Exits.Revision
  }

  init(_ access: TargetAccess, _ exits: Exits) {
    self.access = access
    self.exits = exits
  }

  /// Whether the target has one at an address.
  func contains(_ address: UInt64) -> Bool { locations[address] != nil }

  /// Makes them those that a table wants, and those by which exits are found.
  ///
  /// - Throws: `DebugError.cannotInsert` for one that the target does not take, `.cannotFindExits`.
  func update(for table: BreakpointTable) throws {
    let interest = table.interest
    try exits.prepare(for: interest)
    // At each exit that is passed: mostly nothing has changed.
    guard lastWish != wish(of: table) else { return }
    lastWish = nil
    while try insert(table) {}
    if interest.contains(.exits), !exits.isWatching, exits.addresses.isEmpty {
      throw DebugError.cannotFindExits("the target takes no breakpoints at the vectors of EL2")
    }
    lastWish = wish(of: table)
  }

  private func wish(of table: BreakpointTable) -> Wish {
    Wish(interest: table.interest, locations: table.locations, revision: exits.revision)
  }

  /// Inserts and removes; whether something was given up, and others may be wanted now.
  private func insert(_ table: BreakpointTable) throws -> Bool {
    var wanted = table.locations
    for address in exits.addresses where wanted[address] == nil {
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
        // Code that cannot be written takes a comparator of the CPU's.
        if isOurs, hardwareAddresses.insert(location.address).inserted { return true }
        if isOurs, exits.giveUp(location.address, because: error.description) { return true }
        throw DebugError.cannotInsert(location.address, reason: error.description)
      }
      locations[location.address] = location
    }
    return false
  }

  /// In an order that is the same in each run.
  private static func sorted(_ locations: [UInt64: BreakpointLocation]) -> [BreakpointLocation] {
    locations.values.sorted { $0.address < $1.address }
  }

  /// Takes the one at an address away, for a step over the instruction there.
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
