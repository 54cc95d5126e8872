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
    let parsed = try condition.map(self.condition(parsing:))
    let places = try places(of: value.bits, byteCount: byteCount, in: space)
    let watchpoint = Watchpoint(
      address: value.bits, space: space, byteCount: byteCount, access: kind, text: text,
      places: places)
    let added = try add(.watch(watchpoint), parsed, false)
    if !access.architecture.stopsBeforeAccess {
      let value = try contents(of: watchpoint)
      try table.update(added.number) { $0.lastValue = value }
    }
    return added
  }

  /// Why a watchpoint may never be hit, in sentences without full stops.
  public func watchDoubts(about breakpoint: Breakpoint) -> [String] {
    guard case .watch(let watchpoint) = breakpoint.kind,
      (try? canLook(at: watchpoint.space)) ?? false
    else { return [] }
    let place = "\(watchpoint.space.label)0x\(String(watchpoint.address, radix: 16))"
    do {
      _ = try memory.read(watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
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
      return [Watchpoint.Place(space: space, address: address, byteCount: byteCount)]
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
  ///   - address: where the stub says that the access is: the beginning of a watchpoint, or inside of it.
  ///   - isBefore: whether the CPU has not carried out the access.
  func watchedAccess(at address: UInt64, _ state: CPUState, isBefore: Bool) throws -> WatchedAccess
  {
    let seen = memory.space(at: state)
    // Watchpoints that overlap: the stub names one of them.
    let named = table.watchpoints.flatMap { _, watchpoint in
      watchpoint.places.filter {
        $0.address <= address && address - $0.address < UInt64($0.byteCount)
      }
    }
    var candidates: [(number: Int, old: [UInt8]?)] = []
    for (number, watchpoint) in table.watchpoints {
      let isMeant = try watchpoint.places.contains { place in
        try named.contains { $0.overlaps(place) } && memory.isSeen(place.space, from: seen)
      }
      guard isMeant else { continue }
      candidates.append((number, try contents(of: watchpoint)))
    }
    return WatchedAccess(pc: state.pc, space: seen, candidates: candidates, isBefore: isBefore)
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
  private func contents(of watchpoint: Watchpoint) throws -> [UInt8]? {
    do {
      guard
        try memory.isReadable(
          watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
      else { return nil }
      return try memory.read(
        watchpoint.space, watchpoint.address, byteCount: watchpoint.byteCount)
    } catch is DebugError {
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
