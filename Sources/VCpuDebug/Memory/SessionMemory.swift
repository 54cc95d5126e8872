internal import ArmVCpu
public import GDBRemote

/// The memory of a target in its address spaces: the hypervisor's, a guest's (through both stages), its intermediate
/// physical one, and the machine's.
///
/// What the selected CPU sees itself is read as it sees it. Everything else is read where the translation tables lead:
/// they are walked, and the machine's physical memory is read. No register is changed for it.
public final class SessionMemory {
  private let access: TargetAccess
  private let modules: SessionModules
  let translations: SpaceTranslations
  /// The virtual machines that are known.
  public let machines = VirtualMachines()
  private let physical: PhysicalMemory
  private var byteOrders: ByteOrders { access.byteOrders }

  /// The smallest page of all granules.
  private static let pageByteCount: UInt64 = 4096

  init(_ access: TargetAccess, modules: SessionModules) {
    self.access = access
    self.modules = modules
    translations = SpaceTranslations(access, machines)
    physical = PhysicalMemory(access, translations)
  }

  /// The byte order of values in a space's memory. A guest's may differ from its hypervisor's; the
  /// guest's ELF file gives it.
  public func byteOrder(of space: AddressSpace) -> RegisterDescription.ByteOrder {
    space.kind == .guest ? modules.guest?.byteOrder ?? byteOrders.data : byteOrders.data
  }

  /// The space that a CPU executes in.
  public func space(at state: CPUState) -> AddressSpace {
    guard access.hasHypervisor else { return .plain }
    if state == access.state, let seen = try? access.seenSpace() { return seen }
    return state.isAtEL2 ? .hypervisor : .guest
  }

  /// The CPUs in the stub's order, with the guests that are on them.
  ///
  /// - Throws: `DebugError.notReadable` for a register that the stub doesn't show.
  public func guestsOnCPUs() throws -> [GuestOnCPU] {
    try access.requireHypervisor(for: "virtual machines")
    return try translations.guestsOnCPUs()
  }

  /// Why no CPU has an owner's registers now; nil if one does.
  func absence(of owner: AddressSpace.Owner) throws -> String? {
    try translations.absence(of: owner)
  }

  /// Whether an owner is what the selected CPU has.
  func isHere(_ owner: AddressSpace.Owner) throws -> Bool { try translations.isHere(owner) }

  /// The number of the selected CPU, from 0.
  func cpu() throws -> Int { try translations.cpu() }

  /// The selected CPU, and the guest that is on it.
  public func here() throws -> GuestOnCPU {
    try access.requireHypervisor(for: "virtual machines")
    return try translations.here()
  }

  /// Where the machine has memory and devices; nil if it doesn't say.
  public func machineMap() throws -> MachineMemoryMap? { try physical.machineMap() }

  /// Whether the selected CPU, which sees a space, is one whose addresses another space has: the same kind of them,
  /// of the CPU, the vCPU or the VM that is named.
  func isSeen(_ space: AddressSpace, from seen: AddressSpace) throws -> Bool {
    // A guest's program is at EL0 of the guest.
    let isGuestsProgram =
      try space.kind == .program && seen.kind == .guest && access.requireState().exceptionLevel == 0
    guard space.kind == seen.kind || isGuestsProgram else { return false }
    return try space.owner.map { try translations.isHere($0) } ?? true
  }

  /// Whether the memory of a space can be read now. A guest's memory can't before the guest has started: without
  /// stage 2 its addresses would be the machine's.
  func canLook(at space: AddressSpace) throws -> Bool {
    guard space.kind == .guest, try access.requireState().isAtEL2 else { return true }
    guard access.target.registers["HCR_EL2"] != nil else { return false }
    return HCR_EL2(rawValue: try access.readRegister("HCR_EL2")).contains(.vm)
  }

  /// Whether memory can be read without an effect: it isn't a device's, as far as the machine says.
  func isReadable(_ space: AddressSpace, _ address: UInt64, byteCount: Int) throws -> Bool {
    guard access.hasHypervisor, let map = try machineMap() else { return true }
    return try runs(space, address, byteCount: byteCount).allSatisfy {
      map.isMemory($0.address, byteCount: $0.range.count)
    }
  }

  /// Throws unless all of a range is mapped. The memory itself isn't read.
  ///
  /// - Throws: `DebugError.unmapped`.
  func requireMapped(_ space: AddressSpace, _ address: UInt64, byteCount: Int) throws {
    _ = try runs(space, address, byteCount: byteCount)
  }

  // MARK: Reading and writing

  /// Reads `byteCount` bytes of an address space.
  ///
  /// - Throws: `DebugError.unmapped` if the space has no memory there.
  public func read(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [UInt8] {
    try access.settle()
    if let bytes = try directly(.memory(at: address, byteCount: byteCount), space, address) {
      return bytes
    }
    return try refusing(space, address) {
      try physical.read(try runs(space, address, byteCount: byteCount))
    }
  }

  /// Writes bytes to an address space: all of them, or none if a page isn't mapped.
  ///
  /// - Parameter isLocated: whether to find out where they go also where the stub translates the address. That takes
  ///   another round trip or more.
  /// - Returns: where they went; nothing if that isn't known, or if the addresses are physical.
  /// - Throws: `DebugError.unmapped` if the space can't be written there, and `.snapshot`.
  @discardableResult
  public func write(
    _ space: AddressSpace, _ address: UInt64, _ bytes: [UInt8], isLocated: Bool = false
  ) throws -> [MemoryPart] {
    _ = try access.live()
    try access.settle()
    // The write may change the memory that an exit was read from.
    defer { access.forget() }
    // A stub writes page by page, and so a part of what it refuses: all of it has to be there.
    if UInt64(bytes.count) > Self.pageByteCount - address % Self.pageByteCount,
      try access.seenSpace() == space
    {
      _ = try read(space, address, byteCount: bytes.count)
    }
    // The write may change the tables: what they were is what counts.
    let known = isLocated ? try knownParts(space, address, byteCount: bytes.count) : []
    guard try directly(.writeMemory(at: address, bytes), space, address) == nil else {
      return known
    }
    return try refusing(space, address) {
      guard space.kind != .physical else {
        try physical.write(bytes, to: try runs(space, address, byteCount: bytes.count))
        return []
      }
      let parts = try parts(space, address, byteCount: bytes.count)
      try physical.write(bytes, to: Self.runs(of: parts))
      return parts
    }
  }

  /// Where the bytes of a range are, if its tables can be walked and are there.
  private func knownParts(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [MemoryPart] {
    guard access.hasHypervisor, space.kind != .physical, space.kind != .plain else { return [] }
    try access.requireStopped()
    do {
      return try parts(space, address, byteCount: byteCount)
    } catch is DebugError {
      return []
    } catch let error as RemoteError {
      guard error.code.isStubError || error.code == .unsupported else { throw error }
      return []
    }
  }

  /// Carries out a request for memory that the selected CPU sees; nil if another way is needed.
  private func directly(
    _ request: Request, _ space: AddressSpace, _ address: UInt64
  ) throws -> [UInt8]? {
    guard space.kind != .physical, let response = try access.reach.virtual(request, in: space)
    else { return nil }
    do throws(RemoteError) {
      return try response.bytes()
    } catch {
      guard error.isRefusedMemory else { throw error }
      if try access.hasHypervisor && access.requireState().isRestricted { return nil }
      throw Self.unmapped(space, address, error)
    }
  }

  private func refusing<R>(
    _ space: AddressSpace, _ address: UInt64, _ body: () throws -> R
  ) throws -> R {
    do {
      return try body()
    } catch let refusal as PhysicalMemory.Refusal {
      let place = address &+ UInt64(refusal.run.range.lowerBound)
      throw Self.unmapped(space, place, refusal.error)
    }
  }

  private static func unmapped(
    _ space: AddressSpace, _ address: UInt64, _ error: RemoteError
  ) -> DebugError {
    let reason =
      switch error.code {
      case .memoryUnreadable: error.stubText ?? "no memory is mapped there"
      case .memoryUnwritable:
        error.stubText ?? "the stub refuses to write there: nothing is mapped, or it is read-only"
      default: error.description
      }
    return .unmapped(space, address, reason)
  }

  /// Where the bytes of a range are: one run for what is contiguous in the machine's memory.
  private func runs(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [PhysicalMemory.Run] {
    guard space.kind != .physical else {
      return [PhysicalMemory.Run(address: address, range: 0..<byteCount)]
    }
    return Self.runs(of: try parts(space, address, byteCount: byteCount))
  }

  private static func runs(of parts: [MemoryPart]) -> [PhysicalMemory.Run] {
    var done = 0
    return parts.map { part in
      defer { done += part.byteCount }
      return PhysicalMemory.Run(address: part.physical, range: done..<done + part.byteCount)
    }
  }

  /// The parts of a range of virtual or intermediate physical addresses.
  private func parts(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [MemoryPart] {
    guard byteCount <= 0 || address <= UInt64.max - UInt64(byteCount - 1) else {
      throw DebugError.unmapped(space, address, "it ends beyond the last address")
    }
    var pieces: [(input: UInt64, byteCount: Int)] = []
    var done = 0
    while done < byteCount {
      let input = address &+ UInt64(done)
      let left = Int(Self.pageByteCount - input % Self.pageByteCount)
      pieces.append((input, min(left, byteCount - done)))
      done += pieces[pieces.count - 1].byteCount
    }
    let walks = try walks(of: pieces.map(\.input), in: space)
    var parts: [MemoryPart] = []
    for (piece, walk) in zip(pieces, walks) {
      guard let output = walk.output else {
        throw DebugError.unmapped(space, piece.input, walk.reason ?? "no memory is mapped there")
      }
      let part = MemoryPart(walk, to: output, byteCount: piece.byteCount)
      if parts.isEmpty || !parts[parts.count - 1].join(part) { parts.append(part) }
    }
    return parts
  }

  private func walks(of addresses: [UInt64], in space: AddressSpace) throws -> [AddressWalk] {
    do {
      return try physical.walks(of: addresses, by: try translations.translation(of: space))
    } catch DebugError.cannotWalk(let reason) {
      throw DebugError.unmapped(space, addresses.first ?? 0, reason)
    } catch DebugError.unmapped(.physical, _, let reason) {
      throw DebugError.unmapped(space, addresses.first ?? 0, reason)
    }
  }

  // MARK: Below the spaces

  /// Walks tables for an address.
  func walk(
    of address: UInt64, by translation: AddressTranslation, for kind: TranslatedAccess? = nil
  ) throws -> AddressWalk {
    try walks(of: [address], by: translation, for: kind)[0]
  }

  /// Walks tables for several addresses, in as many round trips as for one.
  func walks(
    of addresses: [UInt64], by translation: AddressTranslation, for kind: TranslatedAccess? = nil
  ) throws -> [AddressWalk] {
    try access.settle()
    return try physical.walks(of: addresses, by: translation, for: kind)
  }

  /// Walks all tables for an address of a space.
  ///
  /// - Throws: as `SpaceTranslations.translation(of:)` does.
  func walk(of address: UInt64, in space: AddressSpace) throws -> AddressWalk {
    try walk(of: address, by: try translations.translation(of: space))
  }

  /// Reads ranges of physical memory, in one round trip if the stub supports that; nil for a range
  /// without memory.
  func readPhysical(
    _ ranges: [(address: UInt64, byteCount: Int)]
  ) throws -> [[UInt8]?] {
    try access.settle()
    return try physical.read(ranges)
  }
}
