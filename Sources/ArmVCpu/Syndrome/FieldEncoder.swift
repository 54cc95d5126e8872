/// Reassembles a decoded register from its leaves, the fields that have no subfields, to show that a
/// decoder doesn't drop a bit or show one twice. It needs no memory.
///
/// The fields must arrive in the order of `FieldSink`, from the highest bit down and each before its
/// subfields.
public struct FieldEncoder: FieldSink {
  /// The leaves received so far, at their bit positions; the last field counts as a leaf.
  public var value: UInt64 { leaves | (hasPending ? pendingBits : 0) }
  /// Whether the fields form a tree: each is inside the field that it is part of and below its neighbor,
  /// and has a value that fits.
  public private(set) var isTree = true

  private var leaves: UInt64 = 0
  /// The field received last, which is a leaf if the next one isn't its subfield.
  private var hasPending = false
  private var pendingBits: UInt64 = 0
  private var pendingDepth: UInt8 = 0
  /// For each depth, the bits where its next field may be; 0 if the depth is closed.
  private var free: (UInt64, UInt64, UInt64, UInt64) = (.max, 0, 0, 0)

  /// An encoder that has received nothing.
  public init() {}

  /// Receives one field.
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

  /// Takes the bits of `mask` for a field at `depth`, and opens them for its subfields. Returns whether
  /// they were in its parent and below its neighbor.
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
  /// The register reassembled from the leaves of its fields, which is `rawValue` for each of the 2^64
  /// values; nil if the fields don't form a tree, which never happens.
  public var reencoded: UInt64? {
    var encoder = FieldEncoder()
    describe(into: &encoder)
    return encoder.isTree ? encoder.value : nil
  }
}
