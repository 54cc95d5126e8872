internal import GDBRemote
internal import VCpuDebug

/// What a watchpoint watches.
struct WatchedMemory: Codable, Equatable, Sendable {
  /// The accesses that it waits for.
  let access: Access
  /// How many bytes are watched.
  let byteCount: Int
  /// The virtual addresses by which a physical address is watched, or the intermediate physical ones that are watched by
  /// stage 2.
  let places: [PlaceAnswer]
  /// The pages from which permission is taken at stage 2; omitted for a watchpoint of the stub.
  let protection: Protection?

  /// Pages from which permission is taken at stage 2.
  struct Protection: Codable, Equatable, Sendable {
    /// Their first intermediate physical addresses.
    let pages: [Hex]
    /// How many other accesses to them were carried out.
    let otherAccesses: Int
    /// Why accesses to one of them don't stop now; omitted if they do.
    let obstacle: String?
  }

  /// The accesses that a watchpoint waits for.
  enum Access: String, Codable, CaseIterable, Sendable { case write, read, any }

  init(_ watchpoint: Watchpoint, in session: HypervisorSession) {
    access =
      switch watchpoint.access {
      case .write: .write
      case .read: .read
      case .any: .any
      }
    byteCount = watchpoint.byteCount
    let hasPlaces = !watchpoint.space.isVirtual || watchpoint.means != .stub
    places =
      hasPlaces
      ? watchpoint.places.map { PlaceAnswer($0.address, in: $0.space, of: session) } : []
    guard case .stage2(let protected) = watchpoint.means else {
      protection = nil
      return
    }
    protection = Protection(
      pages: protected.pages.map { Hex($0) },
      otherAccesses: session.protection.passCount(of: protected),
      obstacle: session.protection.obstacle(of: protected))
  }
}

/// An access to watched memory.
struct WatchHitAnswer: Codable, Equatable, Sendable {
  /// The number of the watchpoint.
  let number: Int
  /// What is watched.
  let place: PlaceAnswer
  /// The accesses that it waits for, and how many bytes.
  let watched: WatchedMemory
  /// The value before the access, of up to 8 bytes; omitted if it was not read.
  let old: Hex?
  /// The value after the access.
  let new: Hex?
  /// The bytes before the access, if there are more than 8, in the order of their addresses.
  let oldBytes: [Int]?
  /// The bytes after the access.
  let newBytes: [Int]?
  /// The instruction that made the access; omitted if the target does not say.
  let instruction: PlaceAnswer?

  init(_ hit: WatchHit, in session: HypervisorSession, by finder: PlaceFinder) {
    number = hit.number
    place = PlaceAnswer(hit.watchpoint.address, in: hit.watchpoint.space, of: session)
    watched = WatchedMemory(hit.watchpoint, in: session)
    let order = session.memory.byteOrder(of: hit.watchpoint.space)
    let isNumber = hit.watchpoint.byteCount <= 8
    old = isNumber ? hit.old.flatMap { order.integer($0) }.map { Hex($0) } : nil
    new = isNumber ? hit.new.flatMap { order.integer($0) }.map { Hex($0) } : nil
    oldBytes = isNumber ? nil : hit.old?.map { Int($0) }
    newBytes = isNumber ? nil : hit.new?.map { Int($0) }
    instruction = hit.instruction.map { finder.place($0, in: hit.space, hasSource: true) }
  }
}
