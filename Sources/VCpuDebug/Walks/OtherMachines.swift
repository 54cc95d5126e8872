internal import ArmVCpu

/// The stages 2 of other virtual machines, and what they have of the memory of one.
struct OtherMachines {
  /// Each machine.
  let machines: [OtherMachine]
  /// Why there are not more; nil if all that are known are there.
  var obstacle: String?

  /// How many findings are kept; the others are counted.
  private static let findingCount = 256
  /// How many pairs of ranges are looked at. Tables may map the same memory a million times, and another machine's too.
  private static let pairCount = 1 << 22

  /// Looks for memory that another machine has too.
  ///
  /// - Parameters:
  ///   - parts: what the machine has, in the order of its addresses.
  ///   - memory: what is memory and not a device, which virtual machines share as a rule: interrupts' for each CPU. Nil if
  ///     that isn't known: then what both map as a device's is one.
  func check(_ parts: [MappingChecks.PhysicalPart], memory: NamedRanges?) -> MappingCheck {
    var obstacles = [obstacle].compactMap { $0 } + machines.compactMap(\.obstacle)
    var findings: [MappingFinding] = []
    var (omitted, pairs) = (0, 0)
    for machine in machines {
      var last: MappingFinding?
      func keep() {
        guard let finding = last else { return }
        if findings.count < Self.findingCount { findings.append(finding) } else { omitted += 1 }
        last = nil
      }
      for part in parts where pairs < Self.pairCount {
        for other in machine.parts(in: part.range, &pairs, limit: Self.pairCount) {
          for finding in Self.findings(part, other, of: machine.name, memory)
          where last == nil || last?.join(finding) == false {
            keep()
            last = finding
          }
        }
      }
      keep()
    }
    if pairs >= Self.pairCount { obstacles.append("the tables map too much: not all was compared") }
    return MappingCheck(
      .sharedMemory, findings, omittedCount: omitted,
      obstacle: obstacles.isEmpty ? nil : obstacles.joined(separator: "; "))
  }

  private static func findings(
    _ part: MappingChecks.PhysicalPart, _ other: MappingChecks.PhysicalPart, of name: String,
    _ memory: NamedRanges?
  ) -> [MappingFinding] {
    let range = part.range.clamped(to: other.range)
    if memory == nil, part.attributes.isDevice, other.attributes.isDevice { return [] }
    return (memory?.parts(in: range).map(\.range) ?? [range]).map { range in
      let start = part.start &+ (range.lowerBound - part.physical)
      return MappingFinding(
        kind: .sharedMemory, start: start,
        last: start &+ (range.upperBound - range.lowerBound - 1), physical: range.lowerBound,
        subject: "vm \(name)", permissions: part.permissions, attributes: part.attributes,
        shared: .init(
          machine: name, start: other.start &+ (range.lowerBound - other.physical),
          permissions: other.permissions))
    }
  }
}

/// Another virtual machine's stage 2, by physical address.
struct OtherMachine {
  /// Its name, or its VMID.
  let name: String
  /// Why not all of its memory is known; nil if it is.
  private(set) var obstacle: String?
  /// What it maps, in the order of physical addresses.
  private var parts: [MappingChecks.PhysicalPart] = []
  /// The highest end of each part and of those before it: parts may overlap.
  private var ends: [UInt64] = []

  init(_ name: String, obstacle: String) {
    self.name = name
    self.obstacle = "vm \(name): \(obstacle)"
  }

  init(_ name: String, _ stage: StageMappings) {
    self.name = name
    if stage.listing.obstacle != nil {
      obstacle = "vm \(name): no tables are where its VTTBR_EL2 and VTCR_EL2 say"
    } else if stage.end.stoppedAt != nil {
      obstacle = "vm \(name): it has too many tables"
    } else if stage.unreadableCount > 0 {
      obstacle = "vm \(name): some of its tables cannot be read"
    }
    parts = stage.mappings.map(MappingChecks.PhysicalPart.init)
      .sorted { ($0.physical, $0.start) < ($1.physical, $1.start) }
    var end: UInt64 = 0
    ends = parts.map { part in
      end = max(end, part.range.upperBound)
      return end
    }
  }

  /// The parts that have an address of a range.
  ///
  /// - Parameters:
  ///   - count: is increased by how many parts were looked at.
  ///   - limit: what `count` may become.
  func parts(
    in range: Range<UInt64>, _ count: inout Int, limit: Int
  ) -> [MappingChecks.PhysicalPart] {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    var found: [MappingChecks.PhysicalPart] = []
    for part in parts[low...] {
      guard part.physical < range.upperBound, count < limit else { break }
      count += 1
      if part.range.overlaps(range) { found.append(part) }
    }
    return found
  }
}

extension MappingChecks.PhysicalPart {
  /// A mapping whose output is physical.
  init(_ mapping: AddressMapping) {
    self.init(
      start: mapping.start, byteCount: mapping.byteCount, physical: mapping.output,
      permissions: mapping.permissions, attributes: mapping.attributes)
  }
}

extension SessionWalks {
  /// The stages 2 of the virtual machines that are known, but for one. What keeps one from being read is said.
  func otherMachines(
    than listings: [TableListing], _ limits: StageMappings.Limits, check: () throws -> Void
  ) throws -> OtherMachines {
    var missing: String?
    do {
      // Those on a CPU become known.
      _ = try memory.guestsOnCPUs()
    } catch let error as DebugError {
      missing = "those on other CPUs: \(error)"
    }
    // Whatever its VMID is: a hypervisor may give it another one.
    let own = listings.compactMap(\.translation.stage2?.vttbr).map(VirtualMachines.Machine.init)
    let others = memory.machines.all.filter { machine in
      !own.contains { $0.tables == machine.tables }
    }
    if others.isEmpty {
      let none = "no other VM is known ('info vms', 'vm add')"
      return OtherMachines(machines: [], obstacle: missing ?? none)
    }
    let machines = try others.map { machine in
      let name = machine.name ?? String(machine.vmid)
      do {
        let listing = TableListing(
          .stage2, of: try memory.translations.translation(of: machine))
        let stage = try withPages(check) { pages in
          try StageMappings(listing, limits: limits, memory: pages.entry, check: check)
        }
        return OtherMachine(name, stage)
      } catch let error as DebugError {
        return OtherMachine(name, obstacle: "\(error)")
      }
    }
    return OtherMachines(machines: machines, obstacle: missing)
  }
}
