internal import ArmVCpu
internal import VCpuDebug

extension MappingsAnswer.Unreached {
  init(_ found: UnreachedMappings) {
    registers = found.tables.map {
      MappingsAnswer.Register(name: $0.register, value: Hex($0.registerValue))
    }
    isStage1Off = found.isStage1Off
    byteCount = Hex(found.mappings.reduce(0) { $0 &+ $1.byteCount })
    obstacle = found.obstacle
  }
}

extension MappingsAnswer.Check {
  init(_ checks: [MappingCheck], in space: AddressSpace, hasEL0: Bool) {
    self.checks = checks.map {
      MappingsAnswer.Item(
        kind: .init($0.kind), findingCount: $0.findings.count + $0.omittedCount,
        obstacle: $0.obstacle)
    }
    findingCount = self.checks.reduce(0) { $0 + $1.findingCount }
    findings = checks.flatMap(\.findings).map {
      MappingsAnswer.Finding($0, in: space, hasEL0: hasEL0)
    }
  }
}

extension MappingsAnswer.Kind {
  init(_ kind: MappingFinding.Kind) {
    self =
      switch kind {
      case .hypervisorImage: .hypervisorImage
      case .hypervisorTables: .hypervisorTables
      case .stage2Tables: .stage2Tables
      case .sharedMemory: .sharedMemory
      case .writableExecutable: .writableExecutable
      case .cachedDevice: .cachedDevice
      case .deviceRAM: .deviceRAM
      case .tooWide: .tooWide
      case .unreadable: .unreadable
      }
  }
}

extension MappingsAnswer.Finding {
  init(_ finding: MappingFinding, in space: AddressSpace, hasEL0: Bool) {
    kind = .init(finding.kind)
    first = Hex(finding.start)
    last = Hex(finding.last)
    physical = finding.physical.map { Hex($0) }
    subject = finding.subject
    permissions = finding.permissions.map { WalkAnswer.Permissions($0, hasEL0: hasEL0) }
    memory = finding.attributes.map(WalkAnswer.Memory.init)
    shared = finding.shared.map { MappingsAnswer.Shared($0, with: finding, hasEL0: hasEL0) }
    let size = byteSize(finding.last &- finding.start &+ 1)
    let place = "\(space.label)\(first)-\(last) (\(size))"
    let target = physical.map { "pa:\($0)" } ?? ""
    let allowed = permissions.map { $0.words(in: space.prefix) } ?? ""
    let type = memory?.shortWords ?? ""
    text =
      switch kind {
      case .hypervisorImage, .hypervisorTables, .stage2Tables:
        "\(place) leads to \(subject) at \(target): \(allowed)"
      case .sharedMemory: "\(place) " + (shared?.words(at: target, allowed) ?? "")
      case .writableExecutable: "\(place) can be written and executed by \(subject)"
      case .cachedDevice:
        "\(place) is a device's, \(subject) at \(target), but is mapped as \(type)"
      case .deviceRAM: "\(place) is RAM, \(subject) at \(target), but is mapped as \(type)"
      case .tooWide: "\(place): its entry at \(physical ?? 0) has \(subject)"
      case .unreadable: "\(place): its entry at \(physical ?? 0) cannot be read: \(subject)"
      }
  }
}

extension MappingsAnswer.Shared {
  init(_ shared: MappingFinding.Shared, with finding: MappingFinding, hasEL0: Bool) {
    machine = shared.machine
    first = Hex(shared.start)
    last = Hex(shared.start &+ (finding.last &- finding.start))
    permissions = WalkAnswer.Permissions(shared.permissions, hasEL0: hasEL0)
    let writes: AccessPermissions = [.write, .writeAtEL0]
    isReadOnly =
      shared.permissions.isDisjoint(with: writes)
      && finding.permissions?.isDisjoint(with: writes) != false
  }

  /// What is said of the addresses that have it.
  fileprivate func words(at target: String, _ allowed: String) -> String {
    let space = AddressSpace(.intermediatePhysical, of: .vm(machine))
    let theirs = permissions.words(in: space.prefix)
    return "leads to \(isReadOnly ? "read-only " : "")memory of vm \(machine) at \(target), "
      + "\(space.label)\(first)-\(last): \(allowed)"
      + (theirs == allowed ? " of both" : "; of vm \(machine) \(theirs)")
  }
}
