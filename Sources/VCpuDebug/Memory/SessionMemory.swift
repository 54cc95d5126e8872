internal import ArmVCpu
public import GDBRemote

/// The memory of a target in its address spaces: the hypervisor's, the guest's (through both stages), its intermediate
/// physical one, and the machine's.
public final class SessionMemory {
  private let access: TargetAccess
  private let symbols: SessionSymbols
  /// The entries of tables that were read since the target last ran or was written to.
  private var entries: (generation: Int, values: [UInt64: UInt64]) = (-1, [:])
  /// Whether the CPU runs a host, and the stop at which that was read.
  private var hostCheck: (generation: Int, isHost: Bool)?
  private var byteOrders: ByteOrders { access.byteOrders }

  init(_ access: TargetAccess, symbols: SessionSymbols) {
    self.access = access
    self.symbols = symbols
  }

  /// The byte order of values in a space's memory. A guest's may differ from its hypervisor's; the
  /// guest's ELF file gives it.
  public func byteOrder(of space: AddressSpace) -> RegisterDescription.ByteOrder {
    space == .guest ? symbols.guest?.byteOrder ?? byteOrders.data : byteOrders.data
  }

  /// The space that a CPU executes in.
  public func space(at state: CPUState) -> AddressSpace {
    access.hasHypervisor ? (state.isAtEL2 ? .hypervisor : .guest) : .plain
  }

  /// Reads `byteCount` bytes of an address space.
  ///
  /// - Throws: `DebugError.unmapped` if the space has no memory there.
  public func read(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [UInt8] {
    try carryOut(space, address, byteCount: byteCount) { address, range in
      .memory(at: address, byteCount: range.count)
    }
  }

  /// Writes bytes to an address space.
  ///
  /// - Throws: `DebugError.unmapped` if the space can't be written there, and `.snapshot`.
  public func write(_ space: AddressSpace, _ address: UInt64, _ bytes: [UInt8]) throws {
    _ = try access.live()
    _ = try carryOut(space, address, byteCount: bytes.count) { address, range in
      .writeMemory(at: address, Array(bytes[range]))
    }
    // The write may change the memory that an exit was read from.
    access.forget()
  }

  private func carryOut(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int,
    _ request: (UInt64, Range<Int>) -> Request
  ) throws -> [UInt8] {
    try access.settle()
    switch space {
    case .hypervisor, .guest, .plain:
      if try space == .guest && access.requireState().isAtEL2 { try requireGuest(address) }
      let request = request(address, 0..<byteCount)
      return try bytes(try access.reach.virtual(request, in: space), space, address)
    case .physical:
      let request = request(address, 0..<byteCount)
      return try bytes(try access.reach.physical([request])[0], space, address)
    case .intermediatePhysical:
      // Page by page: adjacent pages of the guest's memory may not be adjacent in the machine's.
      var result: [UInt8] = []
      var done = 0
      while done < byteCount {
        let input = address &+ UInt64(done)
        let count = min(byteCount - done, 4096 - Int(input & 0xfff))
        let request = request(try physicalAddress(of: input), done..<done + count)
        result += try bytes(try access.reach.physical([request])[0], space, input)
        done += count
      }
      return result
    }
  }

  /// Throws if EL2 is a host that is running its own programs below it: what would be read as a guest's memory isn't
  /// a guest's.
  private func requireGuest(_ address: UInt64) throws {
    // Without FEAT_VHE there is no such host (quirk: QEMU shows TTBR1_EL2 only for CPUs that have it).
    guard access.target.registers["TTBR1_EL2"] != nil else { return }
    if hostCheck?.generation != access.generation {
      let hcr = HCR_EL2(rawValue: try access.readRegister("HCR_EL2"))
      hostCheck = (access.generation, hcr.contains(.tge))
    }
    guard hostCheck?.isHost == true else { return }
    throw DebugError.unmapped(
      .guest, address,
      "no guest is on this CPU, which runs its host (HCR_EL2.TGE is 1): there is one at the stop of 'catch exit'"
    )
  }

  private func bytes(
    _ response: Response, _ space: AddressSpace, _ address: UInt64
  ) throws -> [UInt8] {
    do {
      return try response.bytes()
    } catch {
      switch error.code {
      case .memoryUnreadable:
        throw DebugError.unmapped(space, address, error.stubText ?? "no memory is mapped there")
      case .memoryUnwritable:
        throw DebugError.unmapped(
          space, address,
          error.stubText
            ?? "the stub refuses to write there: nothing is mapped, or it is read-only")
      case let code where code.isStubError:
        throw DebugError.unmapped(space, address, error.description)
      default: throw error
      }
    }
  }

  /// Reads ranges of physical memory, in one round trip if the stub supports that; nil for a range
  /// without memory.
  func readPhysical(
    _ ranges: [(address: UInt64, byteCount: Int)]
  ) throws -> [[UInt8]?] {
    try access.settle()
    let requests = ranges.map { Request.memory(at: $0.address, byteCount: $0.byteCount) }
    return try access.reach.physical(requests).map { response in
      do throws(RemoteError) {
        return try response.bytes()
      } catch {
        guard error.isRefusedMemory else { throw error }
        return nil
      }
    }
  }

  /// What stage 2 of the guest makes of an intermediate physical address, by the tables in memory.
  func stage2Walk(of address: UInt64) throws -> AddressWalk {
    // Whether stage 2 is on doesn't matter: a host turns it off while it runs itself.
    let values = try access.readRegisters(["VTTBR_EL2", "VTCR_EL2", "SCTLR_EL2"])
    var stage2 = Stage2Controls(vtcr: values[1], vttbr: values[0])
    stage2.isBigEndian = values[2] >> 25 & 1 != 0
    let translation = AddressTranslation(stage1: nil, stage2: stage2)
    return try access.reach.physicalMemory {
      try AddressWalk(address, by: translation, read: entry)
    }
  }

  /// The doubleword at a physical address, for a walk; nil where there is no memory.
  ///
  /// - Throws: for a target that is gone, and a wait that was given up.
  func entry(at address: UInt64) throws -> UInt64? {
    if entries.generation != access.memoryGeneration { entries = (access.memoryGeneration, [:]) }
    if let known = entries.values[address] { return known }
    let response = try access.reach.physical([.memory(at: address, byteCount: 8)])[0]
    do throws(RemoteError) {
      let bytes = try response.bytes()
      let entry = bytes.count == 8 ? RegisterDescription.integer(bytes) : nil
      entries.values[address] = entry
      return entry
    } catch {
      guard error.isRefusedMemory else { throw error }
      // A snapshot has a part of memory alone: what it lacks says nothing about the target.
      if access.isSnapshot {
        throw DebugError.unmapped(.physical, address, error.stubText ?? error.description)
      }
      return nil
    }
  }

  private func physicalAddress(of address: UInt64) throws -> UInt64 {
    let walk = try stage2Walk(of: address)
    guard let output = walk.output else {
      throw DebugError.unmapped(.intermediatePhysical, address, walk.reason ?? "")
    }
    return output
  }
}
