internal import ArmVCpu

extension SessionWalks {
  /// Whose tables are listed.
  public enum MappedStage: String, Sendable, CaseIterable {
    /// A guest's stage 1, of both halves.
    case stage1 = "s1"
    /// A guest's stage 2.
    case stage2 = "s2"
    /// EL2's own stage 1.
    case hypervisor = "el2"

    /// The space of the addresses that it translates: the selected CPU's, or an owner's.
    ///
    /// - Throws: `DebugError.cannotWalk` for an owner that has no such tables.
    public func space(of owner: AddressSpace.Owner? = nil) throws(DebugError) -> AddressSpace {
      let kind: AddressSpace.Kind =
        switch self {
        case .stage1: .guest
        case .stage2: .intermediatePhysical
        case .hypervisor: .hypervisor
        }
      guard let owner else { return AddressSpace(kind) }
      guard let space = AddressSpace(kind, ofAny: owner) else {
        throw .cannotWalk("EL2's tables are a CPU's, and \(owner.text) has none of its own")
      }
      return space
    }
  }

  /// The first stage that is on of those that an address of a space goes through.
  ///
  /// - Throws: as `walk` does.
  public func firstStage(of space: AddressSpace) throws -> MappedStage {
    switch space.kind {
    case .hypervisor: return .hypervisor
    case .intermediatePhysical: return .stage2
    case .guest, .program:
      try prepare()
      let translation = try memory.translations.translation(of: space)
      if translation.stage2 == nil { return .hypervisor }
      return translation.stage1?.isEnabled == true ? .stage1 : .stage2
    case .physical, .plain:
      throw DebugError.cannotWalk("no tables translate its addresses")
    }
  }

  /// Lists all that the tables of a stage map now, for each register that points to some.
  ///
  /// Whole pages of tables are read, all of a level in one batch.
  ///
  /// - Parameters:
  ///   - owner: whose tables; nil for those of the selected CPU.
  ///   - entryLimit: how many entries of each register's tables are looked at; nil for as many as is sensible.
  ///   - check: is called between two batches; throws to give up.
  /// - Throws: `DebugError.cannotWalk` and `.notReadable` as `walk` does, `.noSuchVM`, what `check` throws, and for a
  ///   snapshot without the tables `.unmapped`.
  public func mappings(
    of stage: MappedStage, owner: AddressSpace.Owner? = nil, entryLimit: Int? = nil,
    check: () throws -> Void = {}
  ) throws -> [StageMappings] {
    try prepare()
    let limits = StageMappings.Limits(entryLimit)
    let listings = try listings(of: stage, owner: owner)
    return try withPages(check) { pages in
      try listings.map { try StageMappings($0, limits: limits, memory: pages.entry, check: check) }
    }
  }

  func prepare() throws {
    try access.requireStopped()
    try access.requireHypervisor(for: "translation tables")
    try access.settle()
  }

  func listings(
    of stage: MappedStage, owner: AddressSpace.Owner? = nil
  ) throws -> [TableListing] {
    var translation = try memory.translations.translation(of: try stage.space(of: owner))
    switch stage {
    case .stage1:
      translation.endsAfterStage1 = true
      return [TableListing(.lower, of: translation), TableListing(.upper, of: translation)]
    case .stage2:
      return [TableListing(.stage2, of: translation)]
    case .hypervisor:
      let lower = TableListing(.lower, of: translation)
      return translation.stage1?.regime.hasTwoHalves == true
        ? [lower, TableListing(.upper, of: translation)] : [lower]
    }
  }

  /// Runs a walk of whole tables until it has read all pages that it needs.
  func withPages<R>(_ check: () throws -> Void, _ walk: (TablePages) throws -> R) throws -> R {
    let pages = TablePages { [access, memory] ranges in
      let found = try memory.readPhysical(ranges)
      // A snapshot has a part of memory alone: what it lacks says nothing about the target.
      if access.isSnapshot, let index = found.firstIndex(where: { $0 == nil }) {
        throw DebugError.unmapped(
          .physical, ranges[index].address, "the snapshot does not have these tables")
      }
      return found
    }
    return try pages.complete {
      try check()
      return try walk(pages)
    }
  }
}
