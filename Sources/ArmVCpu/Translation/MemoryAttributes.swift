/// How memory behaves: as a device or as normal memory, which caches have it, and who shares it.
///
/// Source: Arm ARM DDI 0487, D8.6 "Memory region attributes" and D8.6.8 "Combining stage 1 and stage 2 memory type
/// attributes".
public struct MemoryAttributes: Equatable, Sendable {
  /// A device or normal memory.
  public enum Kind: Equatable, Sendable {
    /// Memory of a device.
    case device(Device)
    /// Normal memory, with the cacheability of the inner and of the outer caches.
    case normal(inner: Cacheability, outer: Cacheability)
  }

  /// What may be done with accesses to a device, the strictest first: gathered (G), reordered (R), answered early (E).
  public enum Device: UInt8, Comparable, Sendable {
    case nGnRnE
    case nGnRE
    case nGRE
    case gRE

    /// Whether the first is stricter.
    public static func < (first: Device, second: Device) -> Bool {
      first.rawValue < second.rawValue
    }
  }

  /// How a cache treats memory, the weakest first.
  public enum Cacheability: UInt8, Comparable, Sendable {
    case nonCacheable
    case writeThrough
    case writeBack

    /// Whether the first is weaker.
    public static func < (first: Cacheability, second: Cacheability) -> Bool {
      first.rawValue < second.rawValue
    }
  }

  /// Who sees the same memory, the fewest first.
  public enum Shareability: UInt8, Comparable, Sendable {
    case nonShareable
    case innerShareable
    case outerShareable

    /// SH, of a descriptor or of TCR_ELx. The reserved value is taken for non-shareable.
    init(field: UInt64) {
      switch field & 3 {
      case 2: self = .outerShareable
      case 3: self = .innerShareable
      default: self = .nonShareable
      }
    }

    /// Whether fewer see it.
    public static func < (first: Shareability, second: Shareability) -> Bool {
      first.rawValue < second.rawValue
    }
  }

  /// A device or normal memory.
  public var kind: Kind
  /// Who shares it.
  public var shareability: Shareability

  /// Attributes, as tables say them.
  public init(_ kind: Kind, _ shareability: Shareability) {
    self.kind = kind
    self.shareability = shareability
  }

  /// The attributes as they count: devices, and memory that no cache has, are outer shareable whatever the tables say.
  var effective: MemoryAttributes {
    switch kind {
    case .device, .normal(inner: .nonCacheable, outer: .nonCacheable):
      MemoryAttributes(kind, .outerShareable)
    case .normal: self
    }
  }

  /// Whether it is a device's.
  public var isDevice: Bool {
    if case .device = kind { true } else { false }
  }

  /// An attribute of MAIR_ELx. A reserved one is taken for the strictest device's.
  static func kind(mair attribute: UInt64) -> Kind {
    let (outer, inner) = (attribute >> 4 & 15, attribute & 15)
    if outer == 0 {
      // Bit 0 says with FEAT_XS that no other CPU waits for the access.
      return .device(inner & 2 == 0 ? Device(rawValue: UInt8(inner >> 2)) ?? .nGnRnE : .nGnRnE)
    }
    // With FEAT_XS and FEAT_MTE an inner field of 0 has a meaning together with the outer one.
    if inner == 0 {
      return switch outer {
      case 0b0100: .normal(inner: .nonCacheable, outer: .nonCacheable)
      case 0b1010: .normal(inner: .writeThrough, outer: .writeThrough)
      case 0b1111: .normal(inner: .writeBack, outer: .writeBack)
      default: .device(.nGnRnE)
      }
    }
    return .normal(inner: cacheability(inner), outer: cacheability(outer))
  }

  /// One half of an attribute of MAIR_ELx.
  private static func cacheability(_ field: UInt64) -> Cacheability {
    switch field {
    case 0b0001...0b0011, 0b1000...0b1011: .writeThrough
    case 0b0101...0b0111, 0b1100...0b1111: .writeBack
    default: .nonCacheable
    }
  }

  /// MemAttr of a descriptor of stage 2 where HCR_EL2.FWB is 0.
  static func kind(stage2 field: UInt64) -> Kind {
    let (outer, inner) = (field >> 2 & 3, field & 3)
    guard outer != 0 else { return .device(Device(rawValue: UInt8(inner)) ?? .nGnRnE) }
    func cacheability(_ field: UInt64) -> Cacheability {
      Cacheability(rawValue: UInt8(max(field, 1) - 1)) ?? .writeBack
    }
    return .normal(inner: cacheability(inner), outer: cacheability(outer))
  }

  /// What comes of these attributes of stage 1 with those of stage 2.
  func combined(with stage2: MemoryAttributes) -> MemoryAttributes {
    MemoryAttributes(
      kind.combined(with: stage2.kind), max(shareability, stage2.shareability))
  }

  /// What comes of these attributes of stage 1 with MemAttr of stage 2 where HCR_EL2.FWB is 1.
  func forced(by field: UInt64, _ shareability: Shareability) -> MemoryAttributes {
    let forced: Kind
    switch field & 7 {
    case 0b110: forced = .normal(inner: .writeBack, outer: .writeBack)
    case 0b111: forced = kind
    case 0b100, 0b101:
      forced = isDevice ? kind : .normal(inner: .nonCacheable, outer: .nonCacheable)
    default:
      forced = kind.combined(with: .device(Device(rawValue: UInt8(field & 3)) ?? .nGnRnE))
    }
    return MemoryAttributes(forced, max(self.shareability, shareability))
  }
}

extension MemoryAttributes.Kind {
  /// The stricter of two: a device before normal memory, no cache before one.
  func combined(with other: Self) -> Self {
    switch (self, other) {
    case (.device(let first), .device(let second)): .device(min(first, second))
    case (.device, _): self
    case (_, .device): other
    case (.normal(let inner, let outer), .normal(let otherInner, let otherOuter)):
      .normal(inner: min(inner, otherInner), outer: min(outer, otherOuter))
    }
  }
}
