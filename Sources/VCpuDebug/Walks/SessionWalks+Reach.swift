public import ArmVCpu

/// What a guest's stage 2 maps, and no address of its stage 1 leads to.
public struct UnreachedMappings: Equatable, Sendable {
  /// The tables of stage 1 that count: those that the registers of one CPU point to now.
  public let tables: [TableListing]
  /// Why it isn't known what they reach; nil if it is.
  public let obstacle: String?
  /// Whether stage 1 is off, so that an address of it is an address of stage 2.
  public var isStage1Off: Bool { tables.contains { $0.obstacle == .off } }
  /// What isn't reached: parts of what stage 2 maps, in the order of addresses.
  public let mappings: [AddressMapping]
}

extension SessionWalks {
  /// Looks for what a guest's stage 2 maps and its present stage 1 doesn't lead to.
  ///
  /// The tables of stage 1 are reached too, as the CPU reads them.
  ///
  /// - Parameters:
  ///   - owner: whose tables; nil for the guest on the selected CPU.
  ///   - check: is called between two batches; throws to give up.
  /// - Throws: as `mappings(of:)` does; `DebugError.cannotWalk` for a guest that is on no CPU.
  public func unreachedMappings(
    of owner: AddressSpace.Owner? = nil, check: () throws -> Void = {}
  ) throws -> UnreachedMappings {
    try prepare()
    let first = try listings(of: .stage1, owner: owner)
    let second = try listings(of: .stage2, owner: owner)
    return try withPages(check) { pages in
      let stages = try first.map { try StageMappings($0, memory: pages.entry, check: check) }
      let isOff = first.contains { $0.obstacle == .off }
      let obstacle = stages.lazy.compactMap(\.reachObstacle).first
      guard !isOff, obstacle == nil else {
        return UnreachedMappings(tables: first, obstacle: obstacle, mappings: [])
      }
      let reached = NamedRanges(
        stages.flatMap { stage in
          (stage.mappings.map { $0.output..<$0.output &+ $0.byteCount } + stage.tables).map {
            NamedRanges.Part(range: $0, name: "")
          }
        })
      let unreached = try second.flatMap { listing in
        try StageMappings(
          listing, memory: pages.entry, parts: { $0.parts(outside: reached) }, check: check
        ).mappings
      }
      return UnreachedMappings(tables: first, obstacle: nil, mappings: unreached)
    }
  }
}

extension StageMappings {
  /// Why it isn't known where its tables lead; nil if it is. Tables that are turned off, or that no CPU can walk, lead
  /// nowhere.
  fileprivate var reachObstacle: String? {
    if case .unsupported? = listing.obstacle { return "its tables have a form that is not known" }
    return end.stoppedAt == nil ? nil : "there are too many tables"
  }
}

extension MappedLeaf {
  /// The parts of it that are in none of some ranges of its inputs.
  fileprivate func parts(outside ranges: NamedRanges) -> [MappedLeaf] {
    ranges.gaps(in: place.start..<place.start &+ byteCount).map { gap in
      var part = self
      part.place.start = gap.lowerBound
      part.byteCount = gap.upperBound - gap.lowerBound
      part.output = output &+ (gap.lowerBound - place.start)
      return part
    }
  }
}
