internal import GDBRemote

/// Memory whose accesses stop the target.
public struct Watchpoint: Equatable, Sendable {
  /// The accesses that count.
  public enum Access: String, Sendable, CaseIterable {
    /// Writes that change the value: `watch`.
    case write
    /// Reads: `rwatch`.
    case read
    /// Both: `awatch`.
    case any

    var kind: BreakpointKind {
      switch self {
      case .write: .writeWatch
      case .read: .readWatch
      case .any: .accessWatch
      }
    }
  }

  /// What stops an access.
  public enum Means: Equatable, Sendable {
    /// The target's stub watches virtual addresses.
    case stub
    /// Permission is taken from a guest's pages at stage 2, and the access exits.
    case stage2(ProtectedPages)
  }

  /// A virtual address at which the memory is accessed, or an intermediate physical one that is watched by stage 2.
  public struct Place: Hashable, Sendable {
    /// The space of the CPUs that access it there.
    public let space: AddressSpace
    /// The first byte.
    public let address: UInt64
    /// How many bytes of it are there.
    public let byteCount: Int
    /// The physical address, or the intermediate one, that it led to when it was found; nil where the virtual address
    /// itself is watched.
    let output: UInt64?
  }

  /// The address of the first byte.
  public let address: UInt64
  /// The space of the address.
  public let space: AddressSpace
  /// How many bytes are watched.
  public let byteCount: Int
  /// The accesses that count.
  public let access: Access
  /// What is watched, as typed.
  public let text: String
  /// Where it is accessed: at a virtual address there alone; a physical one may be mapped at several, or nowhere.
  public let places: [Place]
  /// What stops an access.
  public var means = Means.stub

  /// The same at another virtual address, where its symbol is now.
  func moved(to address: UInt64) -> Self {
    let place = Place(space: space, address: address, byteCount: byteCount, output: nil)
    return Self(
      address: address, space: space, byteCount: byteCount, access: access, text: text,
      places: [place])
  }

  /// The permission that has to be taken from pages for it.
  var protection: [GuestPage: PagePermission] {
    guard case .stage2(let protected) = means else { return [:] }
    let permission: PagePermission =
      switch access {
      case .write: .write
      case .read: .read
      case .any: [.read, .write]
      }
    return Dictionary(
      protected.all.map { ($0, permission) }, uniquingKeysWith: { $0.union($1) })
  }

  /// What the target's stub needs for it.
  var locations: [BreakpointLocation] {
    guard means == .stub else { return [] }
    return places.map { BreakpointLocation(access.kind, at: $0.address, byteCount: $0.byteCount) }
  }
}

/// An access to watched memory.
public struct WatchHit: Equatable, Sendable {
  /// The number of the watchpoint.
  public let number: Int
  /// What is watched.
  public let watchpoint: Watchpoint
  /// The memory before the access; nil if it wasn't read.
  public let old: [UInt8]?
  /// The memory after the access; nil if it wasn't read.
  public let new: [UInt8]?
  /// The address of the instruction that made the access; nil where the target stopped after it, and so doesn't say.
  public let instruction: UInt64?
  /// The space of the instruction.
  public let space: AddressSpace
}

/// An access that a target stopped for, and hasn't carried out yet.
struct WatchedAccess {
  typealias Candidate = (number: Int, old: [UInt8]?)

  /// The address of the instruction.
  var pc: UInt64
  /// The space that it is executed in.
  var space: AddressSpace
  /// The watchpoints that may be meant, with the memory before the access.
  var candidates: [Candidate]
  /// Whether the CPU hasn't carried it out yet.
  var isBefore: Bool
  /// How often the CPU was stepped without leaving the instruction.
  var stepCount = 0
}
