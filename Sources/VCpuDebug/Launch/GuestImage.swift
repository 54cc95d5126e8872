internal import ArmVCpu
internal import CArmVCpu

/// A guest as it is put into memory: flat bytes at an offset into the guest's memory.
public struct GuestImage: Equatable, Sendable {
  /// The contents.
  public let bytes: [UInt8]
  /// Where they begin, in bytes from the start of the guest's memory.
  public let offset: UInt64
  /// Where the guest starts, as an intermediate physical address.
  public let entry: UInt64

  /// The guest's memory begins at this intermediate physical address.
  public static var memoryBase: UInt64 { UInt64(AVCPU_GUEST_IPA_BASE) }

  /// Reads a guest: an AArch64 ELF, by its segments, or anything else as a flat binary that is loaded at
  /// `0x40200000` and entered at its first byte.
  ///
  /// - Parameter memoryByteCount: the size of the guest's memory, which it must fit.
  public init(path: String, memoryByteCount: UInt64) throws {
    let data = try FileBytes.read(path) { .unreadableGuest(path, reason: $0) }
    guard !data.isEmpty else { throw LaunchError.emptyGuest(path) }
    if data.starts(with: [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) {
      self = try Self.elf(
        SymbolFile(path: path, requiresSymbols: false), memoryByteCount: memoryByteCount)
    } else {
      let entry = UInt64(AVCPU_GUEST_ENTRY)
      try Self.require(entry, UInt64(data.count), path: path, in: memoryByteCount)
      self.init(bytes: data, offset: entry - Self.memoryBase, entry: entry)
    }
  }

  private init(bytes: [UInt8], offset: UInt64, entry: UInt64) {
    self.bytes = bytes
    self.offset = offset
    self.entry = entry
  }

  private static func elf(_ file: SymbolFile, memoryByteCount: UInt64) throws -> GuestImage {
    let segments = try file.loadSegments().filter { $0.memoryByteCount > 0 }
    guard let first = segments.map(\.physicalAddress).min() else {
      throw LaunchError.emptyGuest(file.path)
    }
    var image: [UInt8] = []
    for segment in segments {
      try require(
        segment.physicalAddress, segment.memoryByteCount, path: file.path, in: memoryByteCount)
      let start = Int(segment.physicalAddress - first)
      // What is zero at the end of a segment the machine's memory is already.
      let missing = start + segment.bytes.count - image.count
      if missing > 0 { image += [UInt8](repeating: 0, count: missing) }
      image.replaceSubrange(start..<start + segment.bytes.count, with: segment.bytes)
    }
    return GuestImage(bytes: image, offset: first - memoryBase, entry: file.entryPoint)
  }

  private static func require(
    _ address: UInt64, _ byteCount: UInt64, path: String, in memoryByteCount: UInt64
  ) throws(LaunchError) {
    let fits =
      address >= memoryBase && byteCount <= memoryByteCount
      && address - memoryBase <= memoryByteCount - byteCount
    guard fits else {
      throw .guestOutsideMemory(
        path, address: address, base: memoryBase, byteCount: memoryByteCount)
    }
  }

  /// The guest as it is put into the machine's memory.
  func load(interrupts: InterruptMode?) -> GuestLoad {
    let address = PhysicalAddress(UInt64(AVCPU_GUEST_MEMORY_BASE) + offset)
    return GuestLoad(
      pieces: [.init(address: address, bytes: bytes)],
      memoryBase: IntermediatePhysicalAddress(Self.memoryBase),
      entry: IntermediatePhysicalAddress(entry), argument: 0, interrupts: interrupts,
      devices: interrupts == .passthrough ? DeviceRange.belowMemory : [.console])
  }
}
