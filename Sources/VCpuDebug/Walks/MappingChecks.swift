internal import ArmVCpu

/// Looks through what the tables of a stage map for what a person would want to be told.
struct MappingChecks {
  /// What the stage maps.
  let mappings: [StageMappings]
  /// Where parts of it lead in physical memory, and how that memory behaves by both stages.
  let physical: [PhysicalPart]
  /// The physical memory that a guest has no business with.
  let forbidden: [Forbidden]
  /// The other virtual machines; nil for a stage that isn't theirs.
  let others: OtherMachines?
  /// What the machine has at each physical address; nil if it doesn't say.
  let machine: [MachineRegion]?
  /// The levels that the stage decides for: who may write and execute. Empty for stage 2, which as a rule allows all of
  /// RAM everything and leaves the rest to stage 1.
  let deciders: [(name: String, write: AccessPermissions, execute: AccessPermissions)]

  /// Physical memory that a guest has no business with, for a kind of finding.
  struct Forbidden {
    let kind: MappingFinding.Kind
    let ranges: NamedRanges
    /// Why not all of it is known; nil if it is.
    var obstacle: String?
  }

  /// A part of a mapping.
  struct PhysicalPart: Equatable, Sendable {
    var start: UInt64
    var byteCount: UInt64
    var physical: UInt64
    var permissions: AccessPermissions
    var attributes: MemoryAttributes

    var range: Range<UInt64> { physical..<physical &+ byteCount }
  }

  /// All that there is to look for.
  func results() -> [MappingCheck] {
    forbidden.map(check)
      + (others.map { [$0.check(physical, memory: memory)] } ?? [])
      + (deciders.isEmpty ? [] : [writableExecutable()]) + memoryTypes() + [
        tooWide(), unreadable(),
      ]
  }

  private func check(_ forbidden: Forbidden) -> MappingCheck {
    let findings = physical.flatMap { part in
      forbidden.ranges.parts(in: part.range).map { found in
        finding(forbidden.kind, part, found.range, found.name)
      }
    }
    return MappingCheck(forbidden.kind, findings, obstacle: forbidden.obstacle)
  }

  private func finding(
    _ kind: MappingFinding.Kind, _ part: PhysicalPart, _ range: Range<UInt64>, _ subject: String
  ) -> MappingFinding {
    let start = part.start &+ (range.lowerBound - part.physical)
    return MappingFinding(
      kind: kind, start: start, last: start &+ (range.upperBound - range.lowerBound - 1),
      physical: range.lowerBound, subject: subject, permissions: part.permissions,
      attributes: part.attributes)
  }

  private func writableExecutable() -> MappingCheck {
    var findings: [MappingFinding] = []
    for mapping in mappings.flatMap(\.mappings) {
      let names = deciders.filter {
        mapping.permissions.isSuperset(of: $0.write.union($0.execute))
      }.map(\.name)
      guard !names.isEmpty else { continue }
      findings.append(
        MappingFinding(
          kind: .writableExecutable, start: mapping.start, last: mapping.last, physical: nil,
          subject: names.joined(separator: " and "), permissions: mapping.permissions,
          attributes: mapping.attributes))
    }
    return MappingCheck(.writableExecutable, findings)
  }

  // MARK: Memory and devices

  /// Where the machine has memory; nil if it doesn't say.
  private var memory: NamedRanges? {
    machine.map {
      NamedRanges($0.filter(\.isMemory).map { NamedRanges.Part(range: $0.range, name: "") })
    }
  }

  private func memoryTypes() -> [MappingCheck] {
    guard let machine else {
      let reason = "the stub does not say what is where ('monitor info mtree -f' does in QEMU)"
      return [
        MappingCheck(.cachedDevice, obstacle: reason), MappingCheck(.deviceRAM, obstacle: reason),
      ]
    }
    func ranges(of kind: String) -> NamedRanges {
      NamedRanges(
        machine.filter { $0.kind == kind }.map { NamedRanges.Part(range: $0.range, name: $0.name) })
    }
    let (devices, memory) = (ranges(of: "i/o"), ranges(of: "ram"))
    var (cached, uncached): ([MappingFinding], [MappingFinding]) = ([], [])
    for part in physical {
      let isDevice = part.attributes.isDevice
      guard isDevice || part.attributes.isCacheable else { continue }
      let found = (isDevice ? memory : devices).parts(in: part.range)
      guard let first = found.first, let last = found.last else { continue }
      let range = first.range.lowerBound..<last.range.upperBound
      let subject = Self.list(found.map(\.name))
      if isDevice {
        uncached.append(finding(.deviceRAM, part, range, subject))
      } else {
        cached.append(finding(.cachedDevice, part, range, subject))
      }
    }
    return [MappingCheck(.cachedDevice, cached), MappingCheck(.deviceRAM, uncached)]
  }

  /// `gic_dist, gic_cpu and 3 more`.
  private static func list(_ names: [String]) -> String {
    var unique: [String] = []
    for name in names where !unique.contains(name) { unique.append(name) }
    guard unique.count > 3 else { return unique.joined(separator: ", ") }
    return unique.prefix(2).joined(separator: ", ") + " and \(unique.count - 2) more"
  }

  // MARK: Entries

  private func tooWide() -> MappingCheck {
    let findings = mappings.flatMap { stage in
      stage.tooWide.map { entry in
        let layout = stage.listing.layout
        let bits = layout?.outputBitWidth ?? 0
        var subject = "0x\(String(entry.descriptor, radix: 16))"
        switch layout?.descriptor(entry.descriptor, level: entry.place.level) {
        case .table(let address)?: subject = "a table at 0x\(String(address, radix: 16))"
        case .leaf(let address)?: subject = "0x\(String(address, radix: 16))"
        case .invalid?, nil: break
        }
        return Self.finding(
          .tooWide, entry.place, stage, "\(subject), beyond the \(bits) bits of an output")
      }
    }
    return MappingCheck(.tooWide, findings, omittedCount: omitted(\.tooWideCount, \.tooWide.count))
  }

  private func unreadable() -> MappingCheck {
    let findings = mappings.flatMap { stage in
      stage.unreadable.map { entry in
        Self.finding(
          .unreadable, entry.place, stage,
          entry.fault == nil ? "no memory is there" : "stage 2 does not map it")
      }
    }
    return MappingCheck(
      .unreadable, findings, omittedCount: omitted(\.unreadableCount, \.unreadable.count))
  }

  private static func finding(
    _ kind: MappingFinding.Kind, _ place: ListedPlace, _ stage: StageMappings, _ subject: String
  ) -> MappingFinding {
    let byteCount = UInt64(1) << UInt64(stage.listing.layout?.shift(place.level) ?? 12)
    return MappingFinding(
      kind: kind, start: place.start, last: place.start &+ (byteCount - 1),
      physical: place.entryAddress, subject: subject, permissions: nil, attributes: nil)
  }

  private func omitted(
    _ count: (StageMappings) -> Int, _ listed: (StageMappings) -> Int
  ) -> Int {
    mappings.reduce(0) { $0 + count($1) - listed($1) }
  }
}

extension MemoryAttributes {
  /// Whether a cache may keep it.
  fileprivate var isCacheable: Bool {
    switch kind {
    case .device, .normal(inner: .nonCacheable, outer: .nonCacheable): false
    case .normal: true
    }
  }
}
