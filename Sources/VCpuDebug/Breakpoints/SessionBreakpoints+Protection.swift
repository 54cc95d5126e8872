internal import ArmVCpu
internal import GDBRemote

/// Watchpoints by permission at stage 2.
extension SessionBreakpoints {
  /// Adds a watchpoint for which permission is taken from a guest's pages: its accesses exit, whatever virtual address
  /// they are by.
  ///
  /// - Parameters:
  ///   - text: as for `addWatchpoint(_:length:for:condition:)`; an address of the guest on the selected CPU.
  ///   - length: as there.
  ///   - spares: addresses of pages that nothing uses, for tables where a block has to be split; expressions, and
  ///     physical without a space.
  /// - Throws: `DebugError.unwatchable`, `.cannotWatchByStage2`, `.cannotExecute`. Then nothing has changed.
  public func addStage2Watchpoint(
    _ text: String, length: String? = nil, for kind: Watchpoint.Access, condition: String? = nil,
    spares: [String] = []
  ) throws -> Breakpoint {
    try access.requireStopped()
    try access.requireHypervisor(for: "watchpoints by stage 2")
    _ = try access.live()
    let watched = try watchedMemory(text, length)
    guard watched.space.kind == .guest || watched.space.kind == .intermediatePhysical else {
      throw DebugError.cannotWatchByStage2(
        "\(watched.space.label)0x\(String(watched.address, radix: 16)) isn't a guest's: name a guest: or ipa: address"
      )
    }
    let state = try access.requireState()
    if state.isAtEL2, let obstacle = try ExecutionObstacle(on: access, at: state) {
      throw DebugError.cannotExecute(obstacle)
    }
    guard try protection.canChangeTables() else {
      throw DebugError.cannotWatchByStage2(
        "only EL2 can change the tables: stop at an exit of the guest first, by 'catch exit'")
    }
    let parsed = try condition.map { try self.condition(parsing: $0) }
    let spares = try spares.map(physicalAddress(of:))
    try exits.prepare(for: table.interest.union(.exits))
    try requireVectors()
    let tables = try Stage2Tables(access, memory)
    let size = tables.layout.granule.byteCount
    let places = try intermediatePlaces(of: watched, pageByteCount: size)
    for place in places
    where try tables.entries(mapping: [place.address])[0] != nil
      && !memory.isReadable(
        .intermediatePhysical, place.address & ~(size - 1), byteCount: Int(size))
    {
      throw DebugError.cannotWatchByStage2(
        "ipa:0x\(String(place.address, radix: 16)) is a device's, which may change when it is read")
    }
    var watchpoint = Watchpoint(
      address: watched.address, space: watched.space, byteCount: watched.byteCount, access: kind,
      text: text, places: places)
    watchpoint.means = .stage2(
      ProtectedPages(tables: tables.identity, pages: places.map { $0.address & ~(size - 1) }))
    let wanted = table.protection.merging(watchpoint.protection) { $0.union($1) }
    try protection.take(wanted, spares: spares)
    return try add(.watch(watchpoint), parsed, false)
  }

  /// Where the watched bytes are in the guest's intermediate physical memory, page by page.
  private func intermediatePlaces(
    of watched: WatchedMemory, pageByteCount size: UInt64
  ) throws -> [Watchpoint.Place] {
    var places: [Watchpoint.Place] = []
    var done = 0
    while done < watched.byteCount {
      let address = watched.address &+ UInt64(done)
      let count = min(watched.byteCount - done, Int(size - address % size))
      places.append(
        Watchpoint.Place(
          space: .intermediatePhysical,
          address: try intermediateAddress(of: address, in: watched.space), byteCount: count,
          output: nil))
      done += count
    }
    return places
  }

  private func intermediateAddress(of address: UInt64, in space: AddressSpace) throws -> UInt64 {
    if let owner = space.owner, try !memory.isHere(owner) {
      throw DebugError.cannotWatchByStage2("\(owner.text) is not on the selected CPU")
    }
    guard space.kind == .guest else { return address }
    let walk = try walks.walk(address, in: space, .stage1)
    guard let output = walk.output else {
      throw DebugError.unmapped(space, address, walk.reason ?? "no memory is mapped there")
    }
    return output
  }

  private func physicalAddress(of text: String) throws -> UInt64 {
    let value = try expressions.value(of: text)
    guard let space = value.addressSpace, space.kind != .physical else { return value.bits }
    guard let output = try walks.walk(value.bits, in: space).output else {
      throw DebugError.unmapped(space, value.bits, "no memory is mapped there")
    }
    return output
  }

  /// Throws unless the target stops at the exits of every CPU: a hypervisor that sees one gives the permission back, as
  /// KVM does, or stops the guest.
  private func requireVectors() throws {
    guard let open = try exits.unwatchedVectors().first else { return }
    throw DebugError.cannotWatchByStage2(
      "an exit of thread \(open.thread) would reach the hypervisor, as the target doesn't stop at its vectors, "
        + "hv:0x\(String(open.vectors, radix: 16)): \(open.reason)")
  }

  // MARK: Stops

  /// The watchpoints that an access which exited may be for, with the memory before it: also the stub's, which doesn't
  /// see an access that is carried out for the guest.
  func watchedAccess(_ protected: ProtectedAccess) throws -> WatchedAccess {
    let (before, count) = try protection.extent(of: protected)
    let first = protected.address &- before
    let bytes = first...max(first, first &+ (count - 1))
    let virtual = protected.virtualAddress.map { address in
      (address &- before)...max(address &- before, address &- before &+ (count - 1))
    }
    var candidates: [WatchedAccess.Candidate] = []
    for (number, watchpoint) in table.watchpoints
    where watchpoint.access != .read || !protected.isWrite {
      let isMeant: Bool
      switch watchpoint.means {
      case .stage2(let pages):
        guard pages.all.contains(protected.page) else { continue }
        // One access may change memory that it isn't known to be to.
        isMeant =
          watchpoint.access == .write || watchpoint.places.contains { $0.contains(bytes) }
      case .stub:
        isMeant = try watchpoint.places.contains { place in
          guard let virtual, place.contains(virtual) else { return false }
          return try memory.isSeen(place.space, from: .guest)
        }
      }
      if isMeant { candidates.append((number, try contents(of: watchpoint))) }
    }
    return WatchedAccess(
      pc: protected.exit.pc, space: .guest, candidates: candidates, isBefore: true)
  }

  /// The bytes of a watchpoint by stage 2, wherever stage 1 leads to them now.
  func protectedContents(of watchpoint: Watchpoint) throws -> [UInt8]? {
    try watchpoint.places.flatMap {
      try memory.read(.intermediatePhysical, $0.address, byteCount: $0.byteCount)
    }
  }
}

extension Watchpoint.Place {
  /// Whether it has one of the bytes.
  fileprivate func contains(_ bytes: ClosedRange<UInt64>) -> Bool {
    address <= bytes.upperBound && bytes.lowerBound <= address &+ UInt64(byteCount - 1)
  }
}
