/// A guest other than a Linux kernel, as it is loaded into memory. Addresses are intermediate physical
/// ones.
struct GuestImage: Equatable, Sendable {
  /// A contiguous part.
  struct Piece: Equatable, Sendable {
    var address: UInt64
    var bytes: [UInt8]
  }

  /// The contents, by address.
  private(set) var pieces: [Piece]
  /// Where the guest starts.
  let entry: UInt64
  /// The memory that it occupies, including zeros.
  private(set) var ranges: [Range<UInt64>]

  /// Reads a guest: an AArch64 ELF, by its segments; firmware, for the start of flash; or anything else as a flat
  /// binary that is entered at its first byte.
  init(path: String, in memory: GuestMemory) throws {
    let data = try FileBytes.read(path) { LaunchError.unreadableGuest(path, reason: $0) }
    guard !data.isEmpty else { throw LaunchError.emptyGuest(path) }
    if data.starts(with: [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) {
      do {
        try self.init(elf: SymbolFile(path: path, requiresSymbols: false), in: memory)
      } catch SymbolFileError.relocatable {
        throw LaunchError.unlinkedGuest(path)
      }
      return
    }
    self.init(
      flat: data,
      at: FirmwareImage.isFirmware(data) ? GuestMemory.flash.lowerBound : memory.loadAddress)
    try Self.require(entry, UInt64(data.count), path: path, in: memory)
  }

  private init(flat data: [UInt8], at start: UInt64) {
    pieces = [Piece(address: start, bytes: data)]
    entry = start
    ranges = [start..<start + UInt64(data.count)]
  }

  private init(elf file: SymbolFile, in memory: GuestMemory) throws {
    let segments = try file.loadSegments().filter { $0.memoryByteCount > 0 }
    guard let first = segments.map(\.physicalAddress).min() else {
      throw LaunchError.emptyGuest(file.path)
    }
    let isInPlace = segments.allSatisfy {
      memory.contains($0.physicalAddress, $0.memoryByteCount)
    }
    // A position-independent guest is loaded where a flat binary is.
    let slide = file.isPositionIndependent && !isInPlace ? memory.loadAddress &- first : 0
    entry = file.entryPoint &+ slide
    ranges = []
    pieces = []
    for segment in segments {
      let address = segment.physicalAddress &+ slide
      try Self.require(address, segment.memoryByteCount, path: file.path, in: memory)
      ranges.append(address..<address + segment.memoryByteCount)
    }
    // The zeros at the end of a segment need not be loaded: the machine's memory is zero.
    let contents = segments.filter { !$0.bytes.isEmpty }
    for segment in contents.sorted(by: { $0.physicalAddress < $1.physicalAddress }) {
      extendPieces(toHold: segment.physicalAddress &+ slide, segment.bytes.count)
    }
    for segment in contents { copy(segment.bytes, to: segment.physicalAddress &+ slide) }
  }

  /// Makes room for bytes, in the last piece if it is near. Called with ascending addresses.
  private mutating func extendPieces(toHold address: UInt64, _ byteCount: Int) {
    if let last = pieces.indices.last, address <= pieces[last].end + Self.nearby {
      let missing = Int64(bitPattern: address + UInt64(byteCount) &- pieces[last].end)
      if missing > 0 { pieces[last].bytes += [UInt8](repeating: 0, count: Int(missing)) }
    } else {
      pieces.append(Piece(address: address, bytes: [UInt8](repeating: 0, count: byteCount)))
    }
  }

  /// The largest gap that doesn't begin a new piece.
  private static let nearby: UInt64 = 1 << 20

  private mutating func copy(_ bytes: [UInt8], to address: UInt64) {
    guard let index = pieces.lastIndex(where: { $0.address <= address }) else { return }
    let start = Int(address - pieces[index].address)
    pieces[index].bytes.replaceSubrange(start..<start + bytes.count, with: bytes)
  }

  private static func require(
    _ address: UInt64, _ byteCount: UInt64, path: String, in memory: GuestMemory
  ) throws(LaunchError) {
    guard !memory.canHold(address, byteCount) else { return }
    var largest = memory
    largest.byteCount = LaunchConfiguration.memoryLimit
    let isTooBig = largest.contains(address, byteCount)
    throw .guestOutsideMemory(
      path, address: address, byteCount: byteCount, memory: memory.base..<memory.end,
      remedy: isTooBig ? .moreMemory : memory.isOneToOne ? .otherMode : .otherAddress)
  }
}

extension GuestImage.Piece {
  fileprivate var end: UInt64 { address + UInt64(bytes.count) }
}
