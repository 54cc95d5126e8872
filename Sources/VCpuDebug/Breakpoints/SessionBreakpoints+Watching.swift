internal import ArmVCpu
internal import GDBRemote

/// Watchpoints.
extension SessionBreakpoints {
  /// Adds a watchpoint.
  ///
  /// - Parameters:
  ///   - text: `*(uint32_t *)ADDRESS`, a variable, or an address, which means as many bytes as an address has.
  ///   - length: how many bytes are watched, an expression; nil for as many as the text says.
  /// - Throws: `DebugError.unwatchable` for what isn't memory or isn't mapped.
  public func addWatchpoint(
    _ text: String, length: String? = nil, for kind: Watchpoint.Access, condition: String? = nil
  ) throws -> Breakpoint {
    _ = try access.live()
    try access.requireStopped()
    let (address, space, byteCount) = try watchedMemory(text, length)
    let parsed = try condition.map { try self.condition(parsing: $0) }
    let places = try places(of: address, byteCount: byteCount, in: space)
    let watchpoint = Watchpoint(
      address: address, space: space, byteCount: byteCount, access: kind, text: text,
      places: places)
    let added = try add(.watch(watchpoint), parsed, false)
    if !access.architecture.stopsBeforeAccess {
      let value = try contents(of: watchpoint)
      try table.update(added.number) { $0.lastValue = value }
    }
    return added
  }

  /// What a watchpoint watches.
  typealias WatchedMemory = (address: UInt64, space: AddressSpace, byteCount: Int)

  /// The memory that a text names, for a watchpoint.
  func watchedMemory(_ text: String, _ length: String?) throws -> WatchedMemory {
    let (value, found) = try expressions.memory(namedBy: text)
    if length == nil, case .register(let path, _) = try expressions.parse(text) {
      throw DebugError.unwatchable(
        "$\(path.joined(separator: ".")) is a register: '*$\(path.joined(separator: "."))' is the memory that it points to"
      )
    }
    let space = try expressions.space(of: value)
    let wanted = try length.map { try expressions.value(of: $0).bits }
    let byteCount = wanted.map { Int(clamping: $0) } ?? found
    guard byteCount > 0, byteCount <= Self.watchedByteLimit else {
      throw DebugError.unwatchable(
        "\(byteCount) bytes can't be watched: at least 1, and at most \(Self.watchedByteLimit)")
    }
    guard value.bits <= UInt64.max - UInt64(byteCount - 1) else {
      throw DebugError.unwatchable("it is beyond the last address")
    }
    return (value.bits, space, byteCount)
  }

  /// Why a watchpoint may never be hit, in sentences without full stops.
  public func watchDoubts(about breakpoint: Breakpoint) -> [String] {
    guard case .watch(let watchpoint) = breakpoint.kind, watchpoint.means == .stub,
      (try? memory.canLook(at: watchpoint.space)) ?? false
    else { return [] }
    let place = "\(watchpoint.space.label)0x\(String(watchpoint.address, radix: 16))"
    do {
      if access.hasHypervisor {
        // A device's registers may change when they are read.
        try memory.requireMapped(
          watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
      } else {
        _ = try memory.read(watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
      }
      return []
    } catch DebugError.unmapped(_, _, let reason) {
      return [
        "nothing can be read at \(place) now (\(reason)): it is hit only once memory is there"
      ]
    } catch {
      return ["\(place) can't be read now: \(error)"]
    }
  }

  private static let watchedByteLimit = 1 << 16

  /// The virtual addresses by which memory is accessed.
  private func places(
    of address: UInt64, byteCount: Int, in space: AddressSpace
  ) throws -> [Watchpoint.Place] {
    guard !space.isVirtual else {
      return [
        Watchpoint.Place(space: space, address: address, byteCount: byteCount, output: nil)
      ]
    }
    if let owner = space.owner, try !memory.isHere(owner) {
      throw DebugError.unwatchable(
        "\(owner.text) is not on the selected CPU, whose tables say which virtual addresses lead there"
      )
    }
    let places = try walks.places(leadingTo: address, byteCount: byteCount, in: space)
    guard !places.isEmpty else {
      throw DebugError.unwatchable(
        "no table that is in use now leads to \(space.label)0x\(String(address, radix: 16))")
    }
    guard places.count <= 32 else {
      throw DebugError.unwatchable(
        "\(places.count) virtual addresses lead to \(space.label)0x\(String(address, radix: 16)): watch one of them"
      )
    }
    return places
  }

  // MARK: Stops

  /// The watchpoints that a stop at an access may be for, with the memory as it is.
  ///
  /// - Parameters:
  ///   - event: the access that the stub reports: at the beginning of a watchpoint, or inside of it.
  ///   - isBefore: whether the CPU has not carried out the access.
  func watchedAccess(
    _ event: (kind: StopEvent.WatchKind, address: UInt64), _ state: CPUState, isBefore: Bool
  ) throws -> WatchedAccess {
    let seen = memory.space(at: state)
    // Watchpoints that overlap: the stub names one of them.
    let named = table.watchpoints.filter { $1.means == .stub }.flatMap { _, watchpoint in
      watchpoint.places.filter {
        $0.address <= event.address && event.address - $0.address < UInt64($0.byteCount)
      }
    }
    var candidates: [WatchedAccess.Candidate] = []
    for (number, watchpoint) in table.watchpoints where watchpoint.means == .stub {
      // One access may change the memory of several, of which the stub names one.
      let isByName = watchpoint.access != .write
      // A write isn't what a watchpoint for reads waits for.
      if watchpoint.access == .read, event.kind != .read { continue }
      let isMeant = try watchpoint.places.contains { place in
        guard !isByName || named.contains(where: { $0.overlaps(place) }) else { return false }
        return try memory.isSeen(place.space, from: seen) && leads(place, to: watchpoint)
      }
      guard isMeant else { continue }
      candidates.append((number, try contents(of: watchpoint)))
    }
    return WatchedAccess(pc: state.pc, space: seen, candidates: candidates, isBefore: isBefore)
  }

  /// Whether a virtual address still leads to the watched memory: another process or VM may have it, too.
  private func leads(_ place: Watchpoint.Place, to watchpoint: Watchpoint) throws -> Bool {
    guard let output = place.output else { return true }
    let stages: SessionWalks.Stages = watchpoint.space.kind == .physical ? .all : .stage1
    do {
      return try walks.walk(place.address, in: AddressSpace(place.space.kind), stages).output
        == output
    } catch is DebugError {
      return false
    }
  }

  /// The watchpoints that an access was for, now that it is done: writes that left the value as it was don't count.
  func hits(of access: WatchedAccess) throws -> [Int: WatchHit] {
    var hits: [Int: WatchHit] = [:]
    for (number, old) in access.candidates {
      guard case .watch(let watchpoint)? = table[number]?.kind else { continue }
      let new = try contents(of: watchpoint)
      let before = access.isBefore ? old : table[number]?.lastValue
      if watchpoint.access == .write, let before, before == new { continue }
      try? table.update(number) { $0.lastValue = new }
      hits[number] = WatchHit(
        number: number, watchpoint: watchpoint, old: before, new: new,
        instruction: access.isBefore ? access.pc : nil, space: access.space)
    }
    return hits
  }

  /// The watched memory; nil for a device, whose registers may change when they are read, and where it isn't mapped.
  func contents(of watchpoint: Watchpoint) throws -> [UInt8]? {
    do {
      if watchpoint.means != .stub { return try protectedContents(of: watchpoint) }
      guard
        try memory.isReadable(
          watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
      else { return nil }
      return try memory.read(
        watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
    } catch is DebugError {
      return nil
    } catch let error as RemoteError where error.code == .unsupported {
      return nil
    }
  }
}

extension Watchpoint.Place {
  /// Whether two places have a byte in common.
  fileprivate func overlaps(_ other: Self) -> Bool {
    address <= other.address &+ UInt64(other.byteCount - 1)
      && other.address <= address &+ UInt64(byteCount - 1)
  }
}
