public import ArmVCpu

/// Something about a mapping that a person would want to be told.
public struct MappingFinding: Equatable, Sendable {
  /// What is looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// A guest reaches the memory of the hypervisor's ELF.
    case hypervisorImage
    /// A guest reaches EL2's own translation tables.
    case hypervisorTables
    /// A guest reaches the tables of its stage 2.
    case stage2Tables
    /// Two virtual machines reach the same memory.
    case sharedMemory
    /// One exception level may both write and execute memory.
    case writableExecutable
    /// A device's memory is mapped as memory that caches may keep.
    case cachedDevice
    /// RAM is mapped as a device's memory.
    case deviceRAM
    /// An entry has an address beyond the physical ones.
    case tooWide
    /// A table is where no memory is, or where stage 2 doesn't lead.
    case unreadable
  }

  /// What was found.
  public let kind: Kind
  /// The first address, of those that the stage translates.
  public internal(set) var start: UInt64
  /// The last address.
  public internal(set) var last: UInt64
  /// The physical address that the first one leads to; nil where that doesn't matter.
  public let physical: UInt64?
  /// What is there, or who may do it.
  public let subject: String
  /// What the stage allows; nil for an entry that maps nothing.
  public let permissions: AccessPermissions?
  /// How the memory behaves; nil for an entry that maps nothing.
  public let attributes: MemoryAttributes?

  /// Where another virtual machine has the same memory; nil for another kind.
  public var shared: Shared?

  /// A part of another virtual machine's stage 2.
  public struct Shared: Equatable, Sendable {
    /// The machine's name, or its VMID.
    public let machine: String
    /// The first of its intermediate physical addresses: it has as many as the finding.
    public let start: UInt64
    /// What its stage 2 allows.
    public let permissions: AccessPermissions

    /// Whether another part goes on where this one, of so many bytes, ends.
    func isFollowed(by next: Shared?, after byteCount: UInt64) -> Bool {
      self
        == next.map {
          Shared(
            machine: $0.machine, start: $0.start &- byteCount, permissions: $0.permissions)
        }
    }
  }

  /// Takes the next finding, if it goes on where this ends and is the same.
  mutating func join(_ next: MappingFinding) -> Bool {
    guard
      kind == next.kind, last &+ 1 == next.start, subject == next.subject,
      permissions == next.permissions, attributes == next.attributes,
      physical.map({ $0 &+ (next.start &- start) }) == next.physical, kind != .tooWide,
      kind != .unreadable,
      shared?.isFollowed(by: next.shared, after: next.start &- start) ?? (next.shared == nil)
    else { return false }
    last = next.last
    return true
  }
}

/// What came of looking for one kind of finding.
public struct MappingCheck: Equatable, Sendable {
  /// What was looked for.
  public let kind: MappingFinding.Kind
  /// Why it was not looked for, or not for all of it; nil if it was.
  public let obstacle: String?
  /// What was found, in the order of addresses; of memory of two virtual machines, one machine after the other.
  public let findings: [MappingFinding]
  /// How many more there are than are listed.
  public let omittedCount: Int

  init(_ kind: MappingFinding.Kind, obstacle: String) {
    self.init(kind, [], obstacle: obstacle)
  }

  init(
    _ kind: MappingFinding.Kind, _ findings: [MappingFinding], omittedCount: Int = 0,
    obstacle: String? = nil
  ) {
    self.kind = kind
    self.obstacle = obstacle
    self.omittedCount = omittedCount
    var joined: [MappingFinding] = []
    for finding in findings
    where joined.isEmpty || !joined[joined.count - 1].join(finding) { joined.append(finding) }
    self.findings = joined
  }
}
