extension ModelAttributes {
  /// Normal Non-cacheable, which is Outer Shareable.
  static let nonCacheable = ModelAttributes(
    .normal(inner: .nonCacheable, outer: .nonCacheable), .outer)

  /// An attribute of MAIR_ELx with an SH field (S1DecodeMemAttrs).
  static func stage1(
    _ attribute: UInt64, shareability: UInt64, _ registers: ModelRegisters
  ) -> ModelAttributes {
    let kind: Kind
    switch (attribute >> 4, attribute & 0xf) {
    case (0, let low):
      // Bit 1 is reserved; bit 0 is FEAT_XS's.
      let isReserved = low & 0b10 != 0 || low & 0b01 != 0 && !registers.hasXS
      kind = .device(isReserved ? .nGnRnE : Device(rawValue: UInt8(low >> 2))!)
    case (0b0100, 0):
      kind =
        registers.hasXS ? .normal(inner: .nonCacheable, outer: .nonCacheable) : .device(.nGnRnE)
    case (0b1010, 0):
      kind =
        registers.hasXS ? .normal(inner: .writeThrough, outer: .writeThrough) : .device(.nGnRnE)
    case (0b1111, 0):
      kind = registers.hasMTE2 ? .normal(inner: .writeBack, outer: .writeBack) : .device(.nGnRnE)
    case (_, 0):
      kind = .device(.nGnRnE)
    case (let high, let low):
      kind = .normal(inner: Cacheability(nibble: low), outer: Cacheability(nibble: high))
    }
    return ModelAttributes(kind, Shareability(field: shareability))
  }

  /// The attributes of a stage 2 leaf without FWB (S2DecodeMemAttrs). The hints are unknown, and
  /// the combination doesn't take them.
  static func stage2(_ attribute: UInt64, shareability: UInt64) -> ModelAttributes {
    func cacheability(_ field: UInt64) -> Cacheability {
      switch field {
      case 0b11: .writeBack
      case 0b10: .writeThrough
      default: .nonCacheable
      }
    }
    let kind: Kind =
      attribute >> 2 == 0
      ? .device(Device(rawValue: UInt8(attribute & 0b11))!)
      : .normal(inner: cacheability(attribute & 0b11), outer: cacheability(attribute >> 2))
    return ModelAttributes(kind, Shareability(field: shareability))
  }

  /// What a stage 2 leaf makes of stage 1's attributes with FWB (AArch64.S2ApplyFWBMemAttrs).
  static func forced(
    _ attribute: UInt64, shareability: UInt64, over first: ModelAttributes
  ) -> ModelAttributes {
    var result = first
    if attribute & 0b100 == 0 {
      let device = Device(rawValue: UInt8(attribute & 0b11))!
      if case .device(let other) = first.kind {
        result.kind = .device(device.rawValue < other.rawValue ? device : other)
      } else {
        result.kind = .device(device)
      }
    } else if attribute & 0b11 == 0b10 {
      func writeBack(_ cacheability: Cacheability) -> Cacheability {
        guard cacheability.policy != .nonCacheable else { return .writeBack }
        var result = cacheability
        result.policy = .writeBack
        return result
      }
      if case .normal(let inner, let outer) = first.kind {
        result.kind = .normal(inner: writeBack(inner), outer: writeBack(outer))
      } else {
        result.kind = .normal(inner: .writeBack, outer: .writeBack)
      }
    } else if attribute & 0b11 != 0b11, case .normal = first.kind {
      result.kind = .normal(inner: .nonCacheable, outer: .nonCacheable)
    }
    result.shareability = .combined(first.shareability, Shareability(field: shareability))
    result.makeShareabilityEffective()
    return result
  }

  /// The two stages' attributes together, without FWB (S2CombineS1MemAttrs).
  static func combined(_ first: ModelAttributes, _ second: ModelAttributes) -> ModelAttributes {
    func lesser(_ first: Cacheability, _ second: Cacheability) -> Cacheability {
      let policy =
        first.policy.rawValue < second.policy.rawValue ? first.policy : second.policy
      guard policy != .nonCacheable else { return .nonCacheable }
      var result = first
      result.policy = policy
      return result
    }
    let kind: Kind =
      switch (first.kind, second.kind) {
      case (.device(let one), .device(let other)):
        .device(one.rawValue < other.rawValue ? one : other)
      case (.device, .normal): first.kind
      case (.normal, .device): second.kind
      case (.normal(let inner1, let outer1), .normal(let inner2, let outer2)):
        .normal(inner: lesser(inner1, inner2), outer: lesser(outer1, outer2))
      }
    var result = ModelAttributes(kind, .combined(first.shareability, second.shareability))
    result.makeShareabilityEffective()
    return result
  }

  /// Device and wholly Non-cacheable memory are Outer Shareable, whatever is written
  /// (EffectiveShareability).
  mutating func makeShareabilityEffective() {
    switch kind {
    case .device:
      shareability = .outer
    case .normal(let inner, let outer):
      if inner.policy == .nonCacheable, outer.policy == .nonCacheable { shareability = .outer }
    }
  }
}

extension ModelAttributes.Shareability {
  /// An SH field.
  init(field: UInt64) {
    self = Self(rawValue: UInt8(field)) ?? .none
  }

  static func combined(_ first: Self, _ second: Self) -> Self {
    if first == .outer || second == .outer { return .outer }
    if first == .inner || second == .inner { return .inner }
    return .none
  }
}

extension ModelAttributes.Cacheability {
  /// Half of an attribute of MAIR_ELx (DecodeLDFAttr).
  init(nibble: UInt64) {
    guard nibble != 0b0100 else {
      self = .nonCacheable
      return
    }
    self.init(policy: nibble & 0b0100 == 0 ? .writeThrough : .writeBack)
    readAllocates = nibble & 0b10 != 0
    writeAllocates = nibble & 0b01 != 0
    isTransient = nibble & 0b1000 == 0 && (readAllocates || writeAllocates)
  }
}
