/// Puts a decoded register together again from its leaves, the fields that have no fields of their own:
/// what shows that a decoder drops no bit and shows none twice. It needs no memory.
///
/// The fields have to arrive as `FieldSink` says, from the highest bit down and each before its subfields.
public struct FieldEncoder: FieldSink {
  /// The leaves received so far, at their bits; the last field counts as one.
  public var value: UInt64 { leaves | (hasPending ? pendingBits : 0) }
  /// Whether the fields are a tree: each lies in the field that it is part of and below its neighbour,
  /// and has a value that fits.
  public private(set) var isTree = true

  private var leaves: UInt64 = 0
  /// The field received last: a leaf, if the next one is none of its fields.
  private var hasPending = false
  private var pendingBits: UInt64 = 0
  private var pendingDepth: UInt8 = 0
  /// Per depth, the bits where its next field may lie: 0 where the depth is closed.
  private var free: (UInt64, UInt64, UInt64, UInt64) = (.max, 0, 0, 0)

  /// An encoder that has received nothing.
  public init() {}

  /// Takes one field.
  public mutating func receive(_ field: Field) {
    if hasPending, field.depth <= pendingDepth { leaves |= pendingBits }
    guard field.highBit < 64, field.lowBit <= field.highBit,
      field.depth <= (hasPending ? pendingDepth + 1 : 0)
    else {
      isTree = false
      return
    }
    let width = UInt64.max >> UInt64(63 - (field.highBit - field.lowBit))
    let mask = width << UInt64(field.lowBit)
    if field.value & ~width != 0 || !claim(mask, at: field.depth) { isTree = false }
    hasPending = true
    pendingBits = (field.value & width) << UInt64(field.lowBit)
    pendingDepth = field.depth
  }

  /// Takes the bits of `mask` for a field of `depth`, and opens them for its subfields; whether they lay
  /// in its parent, below its neighbour.
  private mutating func claim(_ mask: UInt64, at depth: UInt8) -> Bool {
    // The bits below the lowest of the mask.
    let below = (mask & (0 &- mask)) &- 1
    switch depth {
    case 0:
      guard mask & ~free.0 == 0 else { return false }
      free = (below, mask, 0, 0)
    case 1:
      guard mask & ~free.1 == 0 else { return false }
      free = (free.0, free.1 & below, mask, 0)
    case 2:
      guard mask & ~free.2 == 0 else { return false }
      free = (free.0, free.1, free.2 & below, mask)
    case 3:
      guard mask & ~free.3 == 0 else { return false }
      free.3 &= below
    default: return false
    }
    return true
  }
}

extension ESR_EL2 {
  /// The register put together again from the leaves of its fields, which is `rawValue` for each of the
  /// 2^64 values; nil if the fields are no tree, which they are for each.
  public var reencoded: UInt64? {
    var encoder = FieldEncoder()
    describe(into: &encoder)
    return encoder.isTree ? encoder.value : nil
  }
}
