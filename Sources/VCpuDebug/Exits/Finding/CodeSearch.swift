internal import GDBRemote

/// Looks for the control instructions of EL2 in a target's memory and in its ELF.
struct CodeSearch {
  let access: TargetAccess
  let memory: SessionMemory
  let modules: SessionModules

  /// How many bytes one round trip reads.
  private static let chunkByteCount = 1 << 18
  /// How many bytes of EL2's executable pages are read at most.
  private static let byteLimit: UInt64 = 64 << 20
  /// A longer range is general memory with code somewhere in it.
  private static let rangeByteLimit: UInt64 = 16 << 20
  private static let wideWindowByteCount: UInt64 = 1 << 20
  /// How many bytes are read around an address without tables: enough for vectors and the code near them.
  private static let windowByteCount: UInt64 = 1 << 16

  /// Searches the executable pages of EL2's tables, by their virtual addresses; also returns whether some were not
  /// searched.
  ///
  /// - Throws: what the target throws. Invalid tables give no results.
  func places(
    by control: ControlRegisters, _ regime: ControlRegisters.Regime
  ) throws -> (places: [ControlInstruction.Place], isCutOff: Bool) {
    let tables = HypervisorTables(control.translation(of: regime))
    let found: HypervisorTables.ExecutableMemory
    do {
      found = try tables.executableMemory(read: { try memory.readPhysical($0) })
    } catch is HypervisorTables.Unsupported {
      return ([], true)
    }
    guard case .ranges(let ranges, let cutOff, _) = found else { return ([], false) }
    var isCutOff = cutOff != nil
    var places: [ControlInstruction.Place] = []
    var left = Self.byteLimit
    // The smallest first: those are code. The largest may be all of memory, and is searched only near its vectors.
    for range in ranges.sorted(by: { $0.byteCount < $1.byteCount }) {
      var (start, byteCount) = (UInt64(0), range.byteCount)
      if byteCount > min(left, Self.rangeByteLimit) {
        isCutOff = true
        let offset = control.vbar &- range.virtual
        guard offset < byteCount else { continue }
        start = (offset & ~0xfff) - min(offset & ~0xfff, Self.wideWindowByteCount / 2)
        byteCount = min(byteCount - start, Self.wideWindowByteCount)
      }
      left -= min(left, byteCount)
      places += try self.places(
        physical: range.physical &+ start, virtual: range.virtual &+ start, byteCount: byteCount)
    }
    return (places, isCutOff)
  }

  /// Searches around an EL2 address, as far as memory is mapped there.
  func places(around address: UInt64) throws -> [ControlInstruction.Place] {
    let start = address & ~0xfff
    let first = start - min(start, Self.windowByteCount / 2)
    if let bytes = try piece(at: first, byteCount: Int(Self.windowByteCount)) {
      return ControlInstruction.places(in: bytes, at: first)
    }
    var places: [ControlInstruction.Place] = []
    for offset in stride(from: 0, to: Self.windowByteCount, by: Int(Self.pageByteCount)) {
      let page = first &+ offset
      guard let bytes = try piece(at: page, byteCount: Int(Self.pageByteCount)) else { continue }
      places += ControlInstruction.places(in: bytes, at: page)
    }
    return places
  }

  /// Memory of EL2; nil if some of it isn't mapped.
  private func piece(at address: UInt64, byteCount: Int) throws -> [UInt8]? {
    do {
      return try memory.read(.hypervisor, address, byteCount: byteCount)
    } catch is DebugError {
      return nil
    }
  }

  /// Searches physical memory that EL2 maps at `virtual`. Missing memory is skipped.
  func places(
    physical: UInt64, virtual: UInt64, byteCount: UInt64
  ) throws -> [ControlInstruction.Place] {
    var places: [ControlInstruction.Place] = []
    var done: UInt64 = 0
    while done < byteCount {
      let count = min(byteCount - done, UInt64(Self.chunkByteCount))
      let bytes = try memory.readPhysical([(physical &+ done, Int(count))])[0]
      if let bytes { places += ControlInstruction.places(in: bytes, at: virtual &+ done) }
      done += count
    }
    return places
  }

  /// Which of some strings are in EL2's memory near an address of its code: messages that a hypervisor prints
  /// about itself.
  func strings(
    _ wanted: [String], near address: UInt64, _ control: ControlRegisters
  ) throws -> Set<String> {
    guard control.isMMUOn, address != 0 else { return [] }
    let start = address & ~(Self.stringByteCount - 1)
    var found: Set<String> = []
    for page in stride(
      from: start &- Self.stringByteCount, to: start &+ Self.stringByteCount,
      by: Int(Self.pageByteCount))
    {
      guard found.count < wanted.count else { break }
      if let bytes = try piece(at: page, byteCount: Int(Self.pageByteCount)) {
        found.formUnion(wanted.filter { bytes.firstRange(of: Array($0.utf8)) != nil })
      }
    }
    return found
  }

  private static let pageByteCount: UInt64 = 4096
  private static let stringByteCount: UInt64 = 1 << 21

  /// Searches the hypervisor's ELF file, by its own addresses.
  func placesInSymbols() -> [ControlInstruction.Place] {
    return (modules.hypervisor?.segments ?? []).filter(\.isExecutable).flatMap {
      ControlInstruction.places(in: $0.bytes, at: $0.virtualAddress)
    }
  }

  /// Searches what QEMU loaded before the machine started, except data; also returns whether some was not
  /// searched.
  func placesInLoadedImages() throws -> (places: [ControlInstruction.Place], isCutOff: Bool) {
    let text: String
    do throws(RemoteError) {
      text = try access.reach.text(.loadedImages)
    } catch {
      guard error.code == .unsupported || error.code.isStubError else { throw error }
      return ([], false)
    }
    var places: [ControlInstruction.Place] = []
    var left = Self.byteLimit
    let images = LoadedImages(monitorText: text).codeCandidates
    for image in images.sorted(by: { $0.byteCount < $1.byteCount }) {
      let byteCount = min(image.byteCount, left)
      left -= byteCount
      places += try self.places(
        physical: image.address, virtual: image.address, byteCount: byteCount)
    }
    return (places, left == 0)
  }
}
