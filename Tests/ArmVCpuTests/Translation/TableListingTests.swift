import TestSupport
import Testing

@testable import ArmVCpu

/// The listing of whole tables against the walk of single addresses, and against the model of the manual's pseudocode:
/// random registers and tables of every shape.
@Suite struct TableListingTests {
  /// One listing of a case, with everything that it found.
  private struct Listed {
    let listing: TableListing
    var leaves: [MappedLeaf] = []
    var tooWideCount = 0
    var unreadableCount = 0
    var tableCount = 0
    let end: TableListing.End

    init(_ listing: TableListing, entryLimit: Int = 1 << 20, memory: (UInt64) -> UInt64?) {
      self.listing = listing
      var leaves: [MappedLeaf] = []
      var (tooWide, unreadable, tables) = (0, 0, 0)
      end = listing.list(entryLimit: entryLimit, memory: memory) { item in
        switch item {
        case .table: tables += 1
        case .mapped(let leaf): leaves.append(leaf)
        case .tooWide: tooWide += 1
        case .unreadable: unreadable += 1
        }
        return true
      }
      self.leaves = leaves
      (tooWideCount, unreadableCount, tableCount) = (tooWide, unreadable, tables)
    }

    /// What walks the addresses of the listing: its stage alone.
    var walk: AddressTranslation {
      var walk = listing.translation
      if listing.tables == .stage2 { walk.stage1 = nil } else { walk.endsAfterStage1 = true }
      return walk
    }

    /// An address as the listing has it, without a tag; nil for one of other tables.
    func own(_ address: UInt64) -> UInt64? {
      guard let layout = listing.layout else { return nil }
      let mask: UInt64 = (1 << UInt64(layout.inputBitWidth)) - 1
      guard listing.tables != .stage2 else { return address & ~mask == 0 ? address : nil }
      let stage1 = listing.translation.stage1!
      let half = stage1.half(of: address)
      guard half.isUpper == (listing.tables == .upper), half.contains(address) else { return nil }
      return half.base | address & mask
    }

    func maps(_ address: UInt64) -> Bool {
      leaves.contains { $0.place.start <= address && address - $0.place.start < $0.byteCount }
    }
  }

  private static func listings(of translation: AddressTranslation) -> [TableListing] {
    var tables: [TableListing.Tables] = [.lower]
    if translation.stage1?.regime.hasTwoHalves == true { tables.append(.upper) }
    if translation.stage2 != nil { tables.append(.stage2) }
    return tables.map { TableListing($0, of: translation) }
  }

  @Test("each range is what a walk says of its ends", arguments: [UInt64(31), 32, 33, 34])
  func walks(seed: UInt64) {
    var counts: [TableListing.Tables: Int] = [:]
    var levels: Set<Int> = []
    for round in 0..<400 {
      let tables = RandomTables(seed: seed << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      for listing in Self.listings(of: AddressTranslation(registers)) {
        let listed = Listed(listing) { tables.read($0) }
        #expect(listed.end.stoppedAt == nil && listed.end.tableCount == listed.tableCount)
        guard listing.obstacle == nil else { continue }
        var next: UInt64?
        for leaf in listed.leaves {
          // In order, and none twice.
          #expect(next.map { $0 <= leaf.place.start } ?? true)
          next = leaf.place.start &+ (leaf.byteCount - 1)
          for offset in [0, leaf.byteCount - 1, leaf.byteCount / 3] {
            var steps: [WalkStep] = []
            let result = listed.walk.translate(
              leaf.place.start &+ offset, observe: { steps.append($0) }
            ) { tables.read($0) }
            guard case .mapped(let found) = result else {
              Issue.record("seed \(seed) \(round): \(leaf): \(result)")
              continue
            }
            #expect(found.address == leaf.output + offset)
            #expect(found.permissions == leaf.permissions)
            #expect(found.attributes == leaf.attributes)
            #expect(steps.last?.level == leaf.place.level)
            #expect(steps.last?.bits == leaf.descriptor)
            #expect(steps.last?.address == leaf.place.entryAddress)
            counts[listing.tables, default: 0] += 1
            levels.insert(leaf.place.level)
          }
        }
      }
    }
    #expect([.lower, .upper, .stage2].allSatisfy { counts[$0, default: 0] > 200 }, "\(counts)")
    #expect(levels == [0, 1, 2, 3])
  }

  @Test("what is not listed is a fault", arguments: [UInt64(41), 42])
  func outside(seed: UInt64) {
    var (inside, outside) = (0, 0)
    for round in 0..<400 {
      let tables = RandomTables(seed: seed << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      var random = SplitMix64(seed: UInt64(round))
      for listing in Self.listings(of: AddressTranslation(registers)) {
        let listed = Listed(listing) { tables.read($0) }
        // Off: every address is its own output, and there is nothing to list.
        guard listing.obstacle != .off else {
          #expect(listed.leaves.isEmpty)
          continue
        }
        var addresses = tables.addresses
        for leaf in listed.leaves {
          addresses += [leaf.place.start &- 1, leaf.place.start &+ leaf.byteCount]
          addresses.append(leaf.place.start ^ 1 << UInt64.random(in: 12..<48, using: &random))
        }
        for address in addresses {
          let address = listing.layout == nil ? address : listed.own(address)
          guard let address else { continue }
          if listing.layout == nil, listing.tables != .stage2 {
            let isUpper = listing.translation.stage1?.half(of: address).isUpper
            guard isUpper == (listing.tables == .upper) else { continue }
          }
          let result = listed.walk.translate(address) { tables.read($0) }
          if listed.maps(address) {
            inside += 1
          } else if case .fault = result {
            outside += 1
          } else {
            Issue.record("seed \(seed) \(round): 0x\(String(address, radix: 16)): \(result)")
          }
        }
      }
    }
    #expect(inside > 500 && outside > 500)
  }

  @Test("what is allowed is what the pseudocode allows", arguments: [UInt64(51), 52])
  func permissions(seed: UInt64) {
    var counts = [0, 0]
    for round in 0..<400 {
      let tables = RandomTables(seed: seed << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      let model = TranslationModel(registers)
      let translation = AddressTranslation(registers)
      // One stage alone: stage 2, or a stage 1 without one. E0PD hides tables as a whole.
      let listings = Self.listings(of: translation).filter {
        ($0.tables == .stage2) == (translation.stage2 != nil)
      }
      for listing in listings where listing.obstacle == nil {
        for leaf in Listed(listing, memory: { tables.read($0) }).leaves {
          for access in RandomTables.accesses where !access.pan {
            let isHidden =
              listing.tables != .stage2 && access.isUnprivileged && registers.tcr >> 55 & 3 != 0
            if isHidden { continue }
            let address = leaf.place.start &+ (leaf.byteCount - 1)
            let outcome =
              listing.tables == .stage2
              ? model.translateStage2(address, access) { tables.read($0) }
              : model.translate(address, access) { tables.read($0) }
            let isAllowed = leaf.permissions.allows(TranslatedAccess(access))
            switch outcome {
            case .mapped(let output, _, _, _):
              #expect(output == leaf.output + leaf.byteCount - 1)
              #expect(isAllowed, "\(seed) \(round) \(leaf) \(access)")
              counts[0] += 1
            case .fault(let status, _, _, _):
              if FaultStatus(rawValue: status).isAccessFlag { continue }
              #expect(FaultStatus(rawValue: status).isPermission, "\(seed) \(round) \(leaf)")
              #expect(!isAllowed, "\(seed) \(round) \(leaf) \(access)")
              counts[1] += 1
            }
          }
        }
      }
    }
    #expect(counts.allSatisfy { $0 > 500 }, "\(counts)")
  }

  // MARK: Bounds

  /// Stage 2 of 48 bits from level 0, with a root at 0x1000.
  private static var stage2: AddressTranslation {
    AddressTranslation(
      stage1: nil,
      stage2: Stage2Controls(vtcr: 16 | 2 << 6 | 5 << 16, vttbr: 0x1000))
  }

  @Test func tablesThatMapThemselvesAreBounded() {
    let listing = TableListing(.stage2, of: Self.stage2)
    var reads = 0
    // Every entry of every table is the table itself: 512 to the power of four pages.
    let listed = Listed(listing, entryLimit: 512 * 100) { _ in
      reads += 1
      return 0x1003
    }
    #expect(listed.end.tableCount == 100)
    #expect(reads <= 512 * 100)
    // Three tables on the way down, then 97 of pages in a row: what is before the end is complete.
    let end = listed.end.stoppedAt
    #expect(end == 97 << 21)
    #expect(listed.leaves.count == 97 * 512)
    #expect(listed.leaves.last.map { $0.place.start + $0.byteCount } == end)
  }

  /// Whatever is in memory and in the registers, a listing looks at no more entries than it may.
  @Test(arguments: [UInt64(61), 62])
  func anything(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<60 {
      var features = TranslationFeatures(
        physicalAddressBitWidth: [32, 40, 48, 52].randomElement(using: &random)!)
      features.hasWideDescriptors = false
      features.hasStage1Indirection = false
      features.hasStage2Indirection = false
      let stage2 = Stage2Controls(
        vtcr: random.next(), vttbr: random.next(), hcr: random.next() & ~(1 << 27) | 1,
        features: features)
      let stage1 = Stage1Controls(
        regime: Stage1Controls.Regime.allCases.randomElement(using: &random)!,
        sctlr: random.next() | 1, tcr: random.next(), ttbr0: random.next(), ttbr1: random.next(),
        mair: random.next(), features: features)
      let salt = random.next()
      var translation = AddressTranslation(stage1: stage1, stage2: stage2)
      if stage1.regime != .el1 { translation.stage2 = nil }
      for listing in Self.listings(of: translation) {
        var reads = 0
        let limit = 20_000
        let listed = Listed(listing, entryLimit: limit) { address in
          reads += 1
          var hash = SplitMix64(seed: address &* 0x9e37_79b9 ^ salt)
          return hash.next() % 5 == 0 ? nil : hash.next() | 1
        }
        // For each page of a table of stage 1 a walk of stage 2: at most five entries.
        #expect(reads <= limit + (limit / 512 + listed.tableCount) * 5)
      }
    }
  }

  @Test func itStopsWhenItIsTold() {
    let listing = TableListing(.stage2, of: Self.stage2)
    var seen = 0
    let end = listing.list(entryLimit: .max, memory: { _ in 0x1003 }) { item in
      if case .mapped = item { seen += 1 }
      return seen < 700
    }
    #expect(seen == 700)
    // The last one that was shown is not taken for done.
    #expect(end.stoppedAt == 699 << 12)
  }

  // MARK: Single cases

  /// A block of 4 TiB with an output of 32 bits: only its first 4 GiB are mapped.
  @Test func aBlockThatIsWiderThanTheOutput() throws {
    let stage1 = Stage1Controls(regime: .el2, sctlr: 1, tcr: 12 | 1 << 14, ttbr0: 0x8000_0000)
    let translation = AddressTranslation(stage1: stage1, stage2: nil)
    let listing = TableListing(.lower, of: translation)
    let memory: (UInt64) -> UInt64? = { $0 == 0x8000_0008 ? 0x401 : 0 }
    let listed = Listed(listing, memory: memory)
    #expect(listed.leaves.map(\.byteCount) == [1 << 32])
    let start = try #require(listed.leaves.first?.place.start)
    #expect(start == 1 << 42)
    guard case .mapped = translation.translate(start + 0xffff_ffff, memory: memory),
      case .fault = translation.translate(start + 1 << 32, memory: memory)
    else {
      Issue.record("the walk disagrees")
      return
    }
  }

  @Test func whatIsWrongIsSaid() {
    // A table outside of memory, a table and a page whose addresses are too wide, and a page.
    let words: [UInt64: UInt64] = [
      0x1000: 0x2003, 0x2000: 0x3003, 0x3000: 0x4003, 0x3008: 0x9000_0003,
      0x2008: 1 << 47 | 0x3003, 0x4000: 0x7000_0443, 0x4008: 1 << 47 | 0x443,
    ]
    let narrow = AddressTranslation(
      stage1: nil,
      stage2: Stage2Controls(
        vtcr: 20 | 2 << 6 | 4 << 16, vttbr: 0x1000,
        features: TranslationFeatures(physicalAddressBitWidth: 44)))
    var items: [ListedItem] = []
    _ = TableListing(.stage2, of: narrow).list(
      entryLimit: 1 << 20, memory: { $0 < 0x9000_0000 ? words[$0, default: 0] : nil }
    ) {
      items.append($0)
      return true
    }
    let texts = items.map { item in
      switch item {
      case .table(let address, let level, let byteCount):
        "table \(String(address, radix: 16)) level \(level), \(byteCount) bytes"
      case .mapped(let leaf):
        "\(String(leaf.place.start, radix: 16)) -> \(String(leaf.output, radix: 16))"
      case .tooWide(let place, _): "too wide at \(String(place.entryAddress, radix: 16))"
      case .unreadable(let place, let fault):
        "unreadable at \(String(place.entryAddress, radix: 16)) \(fault == nil)"
      }
    }
    #expect(
      texts == [
        "table 1000 level 0, 256 bytes", "table 2000 level 1, 4096 bytes",
        "table 3000 level 2, 4096 bytes", "table 4000 level 3, 4096 bytes", "0 -> 70000000",
        "too wide at 4008", "table 90000000 level 3, 4096 bytes",
        "unreadable at 90000000 true", "too wide at 2008",
      ])
  }
}
