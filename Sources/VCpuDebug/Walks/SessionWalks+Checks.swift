internal import ArmVCpu

extension SessionWalks {
  /// Lists all that the tables of a stage map now, and looks for what a person would want to be told.
  ///
  /// - Parameters:
  ///   - owner: whose tables; nil for those of the selected CPU.
  ///   - image: the hypervisor's ELF, if there is one.
  ///   - entryLimit: how many entries of each register's tables are looked at; nil for as many as is sensible.
  ///   - check: is called between two batches; throws to give up.
  /// - Throws: as `mappings` does.
  public func checkedMappings(
    of stage: MappedStage, owner: AddressSpace.Owner? = nil, image: ModuleGroup?,
    entryLimit: Int? = nil, check: () throws -> Void = {}
  ) throws -> (mappings: [StageMappings], checks: [MappingCheck]) {
    try prepare()
    let limits = StageMappings.Limits(entryLimit)
    let listings = try listings(of: stage, owner: owner)
    let machine = try memory.machineMap()?.regions
    // EL2's tables are the hypervisor's, whatever they are like: what keeps them from being read is said.
    let own: Result<[TableListing], DebugError>
    do {
      own = .success(try stage == .stage2 ? self.listings(of: .hypervisor) : [])
    } catch let error as DebugError {
      own = .failure(error)
    }
    let outer = stage == .stage1 ? try self.listings(of: .stage2, owner: owner) : []
    let others = stage == .stage2 ? try otherMachines(than: listings, limits, check: check) : nil
    return try withPages(check) { pages in
      func list(_ listing: TableListing) throws -> StageMappings {
        try StageMappings(listing, limits: limits, memory: pages.entry, check: check)
      }
      let mappings = try listings.map(list)
      let outer = try outer.map(list)
      var forbidden: [MappingChecks.Forbidden] = []
      if stage == .stage2 {
        switch own {
        case .success(let own): forbidden = Self.memory(of: image, by: try own.map(list))
        case .failure(let error):
          forbidden = [.hypervisorImage, .hypervisorTables].map {
            .init(kind: $0, ranges: NamedRanges([]), obstacle: "\(error)")
          }
        }
        let tables = Self.tables(mappings, "stage 2's translation tables")
        forbidden.append(.init(kind: .stage2Tables, ranges: tables))
      }
      let checks = MappingChecks(
        mappings: mappings,
        physical: mappings.flatMap { Self.physicalParts(of: $0, through: outer, pages) },
        forbidden: forbidden, others: others, machine: machine,
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

  /// The memory of the hypervisor: of its ELF, and of its tables.
  private static func memory(
    of image: ModuleGroup?, by own: [StageMappings]
  ) -> [MappingChecks.Forbidden] {
    [
      imageMemory(image, by: own),
      .init(kind: .hypervisorTables, ranges: tables(own, "EL2's translation tables")),
    ]
  }

  /// Where the parts of the hypervisor's ELF are that are in memory, by EL2's own tables. Without an ELF: what EL2 may
  /// execute and not write, which is code.
  private static func imageMemory(
    _ image: ModuleGroup?, by stages: [StageMappings]
  ) -> MappingChecks.Forbidden {
    func forbidden(_ parts: [NamedRanges.Part], _ obstacle: String?) -> MappingChecks.Forbidden {
      .init(kind: .hypervisorImage, ranges: NamedRanges(parts), obstacle: obstacle)
    }
    guard let image else {
      let code = stages.flatMap(\.mappings).filter {
        $0.permissions.contains(.execute) && !$0.permissions.contains(.write)
      }
      return forbidden(
        code.map {
          NamedRanges.Part(
            range: $0.output..<$0.output &+ $0.byteCount, name: "code that EL2 executes")
        },
        "all but the code that EL2 executes, as the hypervisor's ELF is not known (--symbols)")
    }
    let segments: [LoadSegment]
    do {
      segments = try image.loadSegments()
    } catch {
      return forbidden([], "\(error)")
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
    return forbidden(
      parts, parts.isEmpty ? "EL2 does not map the addresses of the hypervisor's ELF" : nil)
  }

  /// Where the mappings of a stage lead in physical memory: stage 1's of a guest through its stage 2.
  private static func physicalParts(
    of stage: StageMappings, through outer: [StageMappings], _ pages: TablePages
  ) -> [MappingChecks.PhysicalPart] {
    guard let outer = outer.first, outer.listing.obstacle != .off else {
      return stage.mappings.map(MappingChecks.PhysicalPart.init)
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
