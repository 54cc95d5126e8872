internal import ArmVCpu

extension SessionWalks {
  /// Lists all that the tables of a stage map now, and looks for what a person would want to be told.
  ///
  /// - Parameters:
  ///   - image: the hypervisor's ELF, if there is one.
  ///   - check: is called between two batches; throws to give up.
  /// - Throws: as `mappings` does.
  public func checkedMappings(
    of stage: MappedStage, image: SymbolFile?, check: () throws -> Void = {}
  ) throws -> (mappings: [StageMappings], checks: [MappingCheck]) {
    try prepare()
    let listings = try listings(of: stage)
    let machine = memory.machineMap?.regions
    // EL2's tables are the hypervisor's, whatever they are like: what keeps them from being read is said.
    let own = Result { try stage == .stage2 ? self.listings(of: .hypervisor) : [] }
    let outer = stage == .stage1 ? try self.listings(of: .stage2) : []
    return try withPages(check) { pages in
      func list(_ listing: TableListing) throws -> StageMappings {
        try StageMappings(listing, memory: pages.entry, check: check)
      }
      let mappings = try listings.map(list)
      let outer = try outer.map(list)
      var forbidden: [(MappingFinding.Kind, Result<NamedRanges, MappingChecks.Unknown>)] = []
      if stage == .stage2 {
        switch own {
        case .failure(let error):
          let unknown = MappingChecks.Unknown(reason: "\(error)")
          forbidden = [
            (.hypervisorImage, .failure(unknown)), (.hypervisorTables, .failure(unknown)),
          ]
        case .success(let own):
          let own = try own.map(list)
          forbidden = [
            (.hypervisorImage, Self.memory(of: image, by: own)),
            (.hypervisorTables, .success(Self.tables(own, "EL2's translation tables"))),
          ]
        }
        forbidden.append(
          (.stage2Tables, .success(Self.tables(mappings, "stage 2's translation tables"))))
      }
      let checks = MappingChecks(
        mappings: mappings,
        physical: mappings.flatMap { Self.physicalParts(of: $0, through: outer, pages) },
        forbidden: forbidden, machine: machine,
        deciders: Self.deciders(of: stage, listings))
      return (mappings, checks.results())
    }
  }

  private static func deciders(
    of stage: MappedStage, _ listings: [TableListing]
  ) -> [(name: String, write: AccessPermissions, execute: AccessPermissions)] {
    let el0 = ("EL0", AccessPermissions.writeAtEL0, AccessPermissions.executeAtEL0)
    switch stage {
    case .stage1: return [("EL1", .write, .execute), el0]
    case .stage2: return []
    case .hypervisor:
      let hasEL0 = listings.first?.translation.stage1?.regime.hasTwoHalves == true
      return [("EL2", .write, .execute)] + (hasEL0 ? [el0] : [])
    }
  }

  private static func tables(_ stages: [StageMappings], _ name: String) -> NamedRanges {
    NamedRanges(
      stages.flatMap { $0.tables.map { NamedRanges.Part(range: $0, name: name) } })
  }

  /// Where the parts of the hypervisor's ELF are that are in memory, by EL2's own tables.
  private static func memory(
    of image: SymbolFile?, by stages: [StageMappings]
  ) -> Result<NamedRanges, MappingChecks.Unknown> {
    guard let image else {
      return .failure(.init(reason: "the hypervisor's ELF is not known (--symbols)"))
    }
    let segments: [LoadSegment]
    do {
      segments = try image.loadSegments()
    } catch {
      return .failure(.init(reason: "\(error)"))
    }
    var parts: [NamedRanges.Part] = []
    for segment in segments where segment.memoryByteCount > 0 {
      let name = "the hypervisor's \(segment.isExecutable ? "code" : "data")"
      let start = segment.virtualAddress
      // An ELF may say anything.
      let (last, isBeyond) = start.addingReportingOverflow(segment.memoryByteCount - 1)
      guard !isBeyond else { continue }
      let range = start...last
      for stage in stages {
        let pieces =
          stage.listing.obstacle == .off
          ? [.init(start: start, output: start, byteCount: segment.memoryByteCount)]
          : stage.pieces(of: range)
        parts += pieces.map {
          NamedRanges.Part(range: $0.output..<$0.output &+ $0.byteCount, name: name)
        }
      }
    }
    guard !parts.isEmpty else {
      return .failure(.init(reason: "EL2 does not map the addresses of the hypervisor's ELF"))
    }
    return .success(NamedRanges(parts))
  }

  /// Where the mappings of a stage lead in physical memory: stage 1's of a guest through its stage 2.
  private static func physicalParts(
    of stage: StageMappings, through outer: [StageMappings], _ pages: TablePages
  ) -> [MappingChecks.PhysicalPart] {
    guard let outer = outer.first, outer.listing.obstacle != .off else {
      return stage.mappings.map {
        MappingChecks.PhysicalPart(
          start: $0.start, byteCount: $0.byteCount, physical: $0.output,
          permissions: $0.permissions, attributes: $0.attributes)
      }
    }
    var both = stage.listing.translation
    both.endsAfterStage1 = false
    return stage.mappings.flatMap { mapping in
      outer.pieces(of: mapping.output...mapping.output &+ (mapping.byteCount - 1)).compactMap {
        piece in
        let start = mapping.start &+ (piece.start &- mapping.output)
        guard case .mapped(let found) = both.translate(start, memory: pages.entry) else {
          return nil
        }
        return MappingChecks.PhysicalPart(
          start: start, byteCount: piece.byteCount, physical: piece.output,
          permissions: found.permissions, attributes: found.attributes)
      }
    }
  }
}
