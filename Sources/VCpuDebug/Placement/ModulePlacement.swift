internal import GDBRemote

/// Finds where a module is in memory, and whether its file is what is there.
///
/// A hypervisor may have moved itself, and a kernel with KASLR is somewhere else at each start. The places where code is
/// known to be, the PC and the vectors, say where: the file has the same instructions at one address.
struct ModulePlacement {
  let access: TargetAccess
  let memory: SessionMemory

  // MARK: Comparing

  /// Whether a module's file is what is in memory where the module is: by the linker's build identifier, or else by
  /// samples of its code.
  func match(_ module: Module, slide: UInt64? = nil) throws -> ModuleMatch {
    let space = space(of: module)
    guard let file = module.file, try memory.canLook(at: space) else { return .unknown }
    let slide = slide ?? module.slide
    if let note = file.buildIdentifier {
      switch try compare(note.bytes, at: note.address &+ slide, in: space) {
      case 1...: return .same
      case 0: return .different
      default: break
      }
    }
    let shares = try Self.samples(of: file).map {
      try compare($0.bytes, at: $0.address &+ slide, in: space)
    }.filter { $0 >= 0 }
    guard !shares.isEmpty else { return .unknown }
    // A running kernel has patched some of its instructions.
    return shares.reduce(0, +) * 2 >= Double(shares.count) ? .same : .different
  }

  /// The space in which a module is looked for: a program has only one.
  private func space(of module: Module) -> AddressSpace {
    access.hasHypervisor ? module.space : .plain
  }

  /// Which part of bytes memory has at an address, from 0 to 1; -1 if it can't be read, or is all zeros.
  private func compare(
    _ bytes: [UInt8], at address: UInt64, in space: AddressSpace
  ) throws -> Double {
    do {
      let found = try memory.read(space, address, byteCount: bytes.count)
      guard found.contains(where: { $0 != 0 }) else { return -1 }
      return Double(zip(found, bytes).count { $0 == $1 }) / Double(bytes.count)
    } catch is DebugError {
      return -1
    }
  }

  /// Some of a file's code, from its beginning to its end, each within a page.
  private static func samples(of file: SymbolFile) -> [(address: UInt64, bytes: [UInt8])] {
    var samples: [(address: UInt64, bytes: [UInt8])] = []
    for range in file.executableRanges.prefix(sampleCount) {
      let step = max((range.upperBound - range.lowerBound) / UInt64(sampleCount), sampleByteCount)
      var start = range.lowerBound
      for _ in 0..<sampleCount where start < range.upperBound {
        let address = max(start & ~(sampleByteCount - 1), range.lowerBound)
        let bytes = file.contents(at: address, byteCount: Int(sampleByteCount)) ?? []
        if bytes.contains(where: { $0 != 0 }) { samples.append((address, bytes)) }
        let (next, isBeyond) = start.addingReportingOverflow(step)
        guard !isBeyond else { break }
        start = next
      }
    }
    return samples
  }

  private static let sampleCount = 6
  private static let sampleByteCount: UInt64 = 64

  // MARK: Finding

  /// How far a module is from its file's addresses, if that can be found out now; nil otherwise.
  ///
  /// Its place is looked for only if its file isn't in memory where the module is said to be.
  ///
  /// - Parameter hint: where a symbol of it is, if that is known from elsewhere.
  func slide(
    of module: Module, by hint: (address: UInt64, symbol: String)? = nil
  ) throws -> UInt64? {
    let space = space(of: module)
    guard let file = module.file, try memory.canLook(at: space) else { return nil }
    if try match(module) == .same { return module.slide }
    guard try canHaveMoved(module) else { return nil }
    let hinted = hint.map { [($0.address, [$0.symbol])] } ?? []
    for (address, symbols) in try hinted + knownPlaces(in: space) {
      for name in symbols {
        guard let symbol = file.names.table.symbol(named: name) else { continue }
        let slide = address &- symbol.address
        if slide % Self.pageByteCount == 0, try match(module, slide: slide) == .same {
          return slide
        }
      }
      if let slide = try slide(of: file, by: address, in: space),
        try match(module, slide: slide) == .same
      {
        return slide
      }
    }
    return nil
  }

  /// Whether a module that isn't at its addresses may be elsewhere. While EL2's MMU is off, a hypervisor that is linked
  /// for fixed addresses runs where it was loaded, and may go to its addresses later.
  func canHaveMoved(_ module: Module) throws -> Bool {
    guard module.space.kind == .hypervisor, module.file?.isPositionIndependent != true,
      access.target.registers["SCTLR_EL2"] != nil
    else { return true }
    return try access.readRegister("SCTLR_EL2") & 1 != 0
  }

  /// Where code of a space is known to be, and the names that it may have in a file: the vectors and the PC.
  private func knownPlaces(in space: AddressSpace) throws -> [(address: UInt64, symbols: [String])]
  {
    let state = try access.requireState()
    var places: [(address: UInt64, symbols: [String])] = []
    func add(register: String, symbols: [String]) {
      guard access.target.registers[register] != nil,
        let value = try? access.readRegister(register),
        value != 0
      else { return }
      places.append((value, symbols))
    }
    switch space.kind {
    case .hypervisor:
      add(register: "VBAR_EL2", symbols: [])
      if state.isAtEL2 { places.append((state.pc, [])) }
    case .guest:
      // Linux's table at EL1, or KPTI's while its program runs.
      add(register: "VBAR_EL1", symbols: ["vectors"])
      if state.exceptionLevel == 1 { places.append((state.pc, [])) }
    case .plain:
      add(register: "VBAR_EL1", symbols: ["vectors"])
      places.append((state.pc, []))
      // A program that can be anywhere, before its dynamic linker has jumped to it.
      if let entry = try? access.live().entryOfProgram() { places.append((entry, ["_start"])) }
    case .program, .intermediatePhysical, .physical: break
    }
    return places
  }

  /// The slide by which a file has the same code at an address as memory; nil if there is none, or several.
  func slide(
    of file: SymbolFile, by address: UInt64, in space: AddressSpace
  ) throws -> UInt64? {
    let offset = address % Self.pageByteCount
    let count = Int(min(Self.sampleByteCount, Self.pageByteCount - offset))
    let wanted: [UInt8]
    do { wanted = try memory.read(space, address, byteCount: count) } catch is DebugError {
      return nil
    }
    guard count >= 16, wanted.contains(where: { $0 != wanted[0] }) else { return nil }
    var found: UInt64?
    for range in file.executableRanges {
      var place = range.lowerBound / Self.pageByteCount * Self.pageByteCount &+ offset
      if place < range.lowerBound { place &+= Self.pageByteCount }
      while place < range.upperBound {
        if file.contents(at: place, byteCount: count) == wanted {
          guard found == nil else { return nil }
          found = address &- place
        }
        let (next, isBeyond) = place.addingReportingOverflow(Self.pageByteCount)
        guard !isBeyond else { break }
        place = next
      }
    }
    return found
  }

  /// Code moves by whole pages.
  private static let pageByteCount: UInt64 = 4096
}
