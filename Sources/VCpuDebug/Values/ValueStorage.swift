internal import GDBRemote

/// Where a value's bytes are: a part of what a location describes.
struct ValueStorage {
  let location: Location
  /// From the start of what is at the location.
  var byteOffset: UInt64
  /// The size of all that is at the location: it says which bytes of a register or a constant count.
  let wholeByteCount: UInt64

  /// What is read at once, at most.
  static let readLimit: UInt64 = 1 << 20

  /// The run-time address; nil if it isn't in memory.
  var address: UInt64? {
    if case .memory(let start) = location { start &+ byteOffset } else { nil }
  }

  /// The bytes, in the target's order.
  func bytes(
    _ byteCount: UInt64, in context: any LocationContext, layout: DataLayout
  ) throws -> [UInt8] {
    guard byteCount <= Self.readLimit else { throw ValueError.tooLarge(byteCount: byteCount) }
    if byteCount == 0 { return [] }
    switch location {
    case .memory(let start):
      return try context.memory(
        at: layout.address(start &+ byteOffset), byteCount: Int(byteCount))
    case .register(let number):
      guard let least = try context.registerBytes(number) else {
        throw LocationError.registerUnavailable(number)
      }
      let used = Array(least.prefix(Int(clamping: wholeByteCount)))
      return try part(layout.byteOrder == .little ? used : used.reversed(), byteCount)
    case .value(let all):
      let isWider = layout.byteOrder == .big && UInt64(all.count) > wholeByteCount
      return try part(isWider ? Array(all.suffix(Int(wholeByteCount))) : all, byteCount)
    case .pieces(let pieces):
      return try PieceReader(pieces: pieces, context: context, layout: layout)
        .bytes(at: byteOffset, byteCount: Int(byteCount))
    case .implicitPointer: throw ValueError.syntheticPointer
    case .optimizedOut: throw ValueError.optimizedOut
    }
  }

  private func part(_ all: [UInt8], _ byteCount: UInt64) throws -> [UInt8] {
    guard byteOffset <= UInt64(all.count), byteCount <= UInt64(all.count) - byteOffset else {
      throw ValueError.partlyMissing
    }
    return Array(all[Int(byteOffset)..<Int(byteOffset + byteCount)])
  }
}

/// Puts a value together whose parts are in several places.
struct PieceReader {
  let pieces: [Location.Piece]
  let context: any LocationContext
  let layout: DataLayout

  /// Bytes of the whole value.
  func bytes(at byteOffset: UInt64, byteCount: Int) throws -> [UInt8] {
    var result = [UInt8](repeating: 0, count: byteCount)
    let (start, overflow) = byteOffset.multipliedReportingOverflow(by: 8)
    guard !overflow else { throw ValueError.partlyMissing }
    let end = start + UInt64(byteCount) * 8
    var position: UInt64 = 0
    for piece in pieces {
      let pieceEnd = position &+ piece.bitCount
      guard pieceEnd >= position else { break }
      let first = max(position, start)
      let last = min(pieceEnd, end)
      if first < last {
        try copy(
          piece, from: first - position, count: last - first, to: &result, at: first - start)
      }
      position = pieceEnd
      if position >= end { return result }
    }
    // The compiler leaves out the pieces at the end that have no place.
    throw ValueError.optimizedOut
  }

  private func copy(
    _ piece: Location.Piece, from bit: UInt64, count: UInt64, to result: inout [UInt8],
    at target: UInt64
  ) throws {
    let source = piece.bitOffset + bit
    let firstByte = source / 8
    let byteCount = (source % 8 + count + 7) / 8
    let storage = ValueStorage(
      location: piece.location, byteOffset: firstByte,
      wholeByteCount: (piece.bitOffset + piece.bitCount + 7) / 8)
    let bytes = try storage.bytes(byteCount, in: context, layout: layout)
    if source % 8 == 0, count % 8 == 0, target % 8 == 0 {
      result.replaceSubrange(Int(target / 8)..<Int((target + count) / 8), with: bytes)
      return
    }
    for index in 0..<count {
      let from = source % 8 + index
      let to = target + index
      let value =
        layout.byteOrder == .little
        ? bytes[Int(from / 8)] >> UInt8(from % 8) & 1
        : bytes[Int(from / 8)] >> UInt8(7 - from % 8) & 1
      let shift = layout.byteOrder == .little ? to % 8 : 7 - to % 8
      result[Int(to / 8)] |= value << UInt8(shift)
    }
  }
}
