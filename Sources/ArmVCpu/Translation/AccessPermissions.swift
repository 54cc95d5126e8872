/// What may be done with memory, by the kind of access and by who does it.
///
/// Source: Arm ARM DDI 0487, D8.4 "Memory access control".
public struct AccessPermissions: OptionSet, Hashable, Sendable {
  /// A bit for each permission.
  public let rawValue: UInt8

  /// Permissions from their bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// EL1 may read, or EL2 where it has tables of its own.
  public static let read = AccessPermissions(rawValue: 1)
  /// EL1 or EL2 may write.
  public static let write = AccessPermissions(rawValue: 2)
  /// EL1 or EL2 may execute.
  public static let execute = AccessPermissions(rawValue: 4)
  /// EL0 may read.
  public static let readAtEL0 = AccessPermissions(rawValue: 8)
  /// EL0 may write.
  public static let writeAtEL0 = AccessPermissions(rawValue: 16)
  /// EL0 may execute.
  public static let executeAtEL0 = AccessPermissions(rawValue: 32)

  /// Everything.
  public static let all = AccessPermissions(rawValue: 63)

  /// Whether an access is allowed.
  public func allows(_ access: TranslatedAccess) -> Bool {
    let bit: UInt8 =
      switch access.kind {
      case .read: 1
      case .write: 2
      case .execute: 4
      }
    return rawValue & (access.isUnprivileged ? bit << 3 : bit) != 0
  }
}

/// An access whose address is translated.
public struct TranslatedAccess: Hashable, Sendable {
  /// What is done.
  public enum Kind: Hashable, Sendable {
    case read
    case write
    case execute
  }

  /// What is done.
  public var kind: Kind
  /// By EL0, or as EL0 would (LDTR).
  public var isUnprivileged: Bool
  /// PSTATE.PAN: who has privileges keeps away from what EL0 may access.
  public var hasPAN: Bool

  /// An access of EL1 or EL2, if nothing else is said.
  public init(_ kind: Kind, isUnprivileged: Bool = false, hasPAN: Bool = false) {
    self.kind = kind
    self.isUnprivileged = isUnprivileged
    self.hasPAN = hasPAN
  }
}
