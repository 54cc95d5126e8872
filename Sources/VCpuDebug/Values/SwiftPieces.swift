/// Pieces of a Swift structure that its compiler took apart.
///
/// Swift 6.3 describes them one after the other, without the gaps that alignment leaves between members in memory.
enum SwiftPieces {
  /// A location whose pieces are where the type's members are in memory; unchanged if it isn't one of such pieces.
  static func placed(_ location: Location, of type: DebugType) -> Location {
    guard case .pieces(let pieces) = location, type.stripped.entry?.isSwift == true,
      var leaves = leaves(of: type, at: 0, depth: 0)?[...]
    else { return location }
    var result: [Location.Piece] = []
    var end: UInt64 = 0
    for piece in pieces {
      guard let first = leaves.popFirst() else { return location }
      var last = first
      // What has no place may be one piece for several members.
      var left = Int64(clamping: piece.bitCount) - Int64(first.count * 8)
      while left > 0, piece.location == .optimizedOut, let next = leaves.popFirst() {
        left -= Int64(next.count * 8)
        last = next
      }
      guard left == 0 else { return location }
      if first.lowerBound > end { result.append(gap(first.lowerBound - end)) }
      end = last.upperBound
      result.append(
        piece.location == .optimizedOut ? gap(last.upperBound - first.lowerBound) : piece)
    }
    return .pieces(result)
  }

  private static func gap(_ byteCount: UInt64) -> Location.Piece {
    Location.Piece(location: .optimizedOut, bitOffset: 0, bitCount: byteCount * 8)
  }

  /// The members that have none themselves, where they are in memory; nil for a type that isn't known enough.
  private static func leaves(
    of type: DebugType, at start: UInt64, depth: Int
  ) -> [Range<UInt64>]? {
    let type = type.stripped
    guard depth < 16, let size = type.byteCount, size < 1 << 32 else { return nil }
    guard case .aggregate(let aggregate) = type.kind, aggregate.variants == nil,
      !aggregate.members.isEmpty, !SwiftValues.isScalar(type)
    else { return size == 0 ? [] : [start..<start + size] }
    var found: [Range<UInt64>] = []
    for member in aggregate.members {
      guard case .offset(let offset) = member.place, offset < size, found.count < 256,
        let inner = leaves(of: member.type, at: start + offset, depth: depth + 1)
      else { return nil }
      found += inner
    }
    return found
  }
}
