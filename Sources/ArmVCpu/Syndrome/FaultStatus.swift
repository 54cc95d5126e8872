/// The fault status code of an abort, DFSC or IFSC, six bits (Arm ARM DDI 0487, "ESR_EL2"). It can
/// have all 64 values; `name` says which are reserved.
public struct FaultStatus: RawRepresentable, Hashable, Sendable {
  /// The six bits.
  public var rawValue: UInt8

  /// A code from its six bits; higher bits are dropped.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue & 0x3f }

  /// Synchronous external abort, not on a translation table walk.
  public static let externalAbort = FaultStatus(rawValue: 0x10)

  /// Alignment fault.
  public static let alignment = FaultStatus(rawValue: 0x21)
  /// Synchronous external abort on a translation table walk, level 0.
  public static let externalAbortOnWalk = FaultStatus(rawValue: 0x14)

  /// Address size fault, any level.
  @inlinable
  public var isAddressSize: Bool { rawValue <= 0x03 || rawValue == 0x29 || rawValue == 0x2c }
  /// Translation fault, any level.
  @inlinable
  public var isTranslation: Bool {
    rawValue & 0x3c == 0x04 || rawValue == 0x2a || rawValue == 0x2b
  }
  /// Access flag fault, any level.
  @inlinable
  public var isAccessFlag: Bool { rawValue & 0x3c == 0x08 }
  /// Permission fault, any level.
  @inlinable
  public var isPermission: Bool { rawValue & 0x3c == 0x0c }
  /// Synchronous external abort, on a walk or not.
  @inlinable
  public var isExternalAbort: Bool { rawValue == 0x10 || isExternalAbortOnWalk }
  /// Synchronous external abort on a translation table walk or hardware update.
  @inlinable
  public var isExternalAbortOnWalk: Bool { (0x12...0x17).contains(rawValue) }
  /// Synchronous parity or ECC error on a translation table walk.
  @inlinable
  public var isParityErrorOnWalk: Bool { (0x1b...0x1f).contains(rawValue) }

  /// Synchronous parity or ECC error, on a walk or not.
  @inlinable
  public var isParityError: Bool { rawValue == 0x18 || isParityErrorOnWalk }
  /// Granule protection fault, on a walk or not. In a debug exception, 0x22 means a debug exception.
  @inlinable
  public var isGranuleProtection: Bool { (0x22...0x28).contains(rawValue) }

  /// Whether a stage-2 fault with this status leaves a valid address in HPFAR_EL2, which is otherwise
  /// UNKNOWN (Arm ARM DDI 0487, "HPFAR_EL2").
  @inlinable
  public func reportsIPA(duringStage1Walk: Bool) -> Bool {
    isTranslation || isAccessFlag || isAddressSize || (duringStage1Walk && isPermission)
  }

  /// The code in words as an IFSC: an instruction fetch has no tag to check, has a separate exception
  /// class for misalignment, and is neither exclusive nor atomic.
  public var nameForInstruction: StaticString {
    switch rawValue {
    case 0x11, 0x21, 0x34, 0x35: "reserved fault status"
    default: name
    }
  }

  /// The code in words as a DFSC, with its level.
  public var name: StaticString {
    switch rawValue {
    case 0x00: "address size fault, level 0 or translation table base"
    case 0x01: "address size fault, level 1"
    case 0x02: "address size fault, level 2"
    case 0x03: "address size fault, level 3"
    case 0x04: "translation fault, level 0"
    case 0x05: "translation fault, level 1"
    case 0x06: "translation fault, level 2"
    case 0x07: "translation fault, level 3"
    case 0x08: "access flag fault, level 0"
    case 0x09: "access flag fault, level 1"
    case 0x0a: "access flag fault, level 2"
    case 0x0b: "access flag fault, level 3"
    case 0x0c: "permission fault, level 0"
    case 0x0d: "permission fault, level 1"
    case 0x0e: "permission fault, level 2"
    case 0x0f: "permission fault, level 3"
    case 0x10: "synchronous external abort"
    case 0x11: "synchronous tag check fault"
    case 0x12: "synchronous external abort on a table walk, level -2"
    case 0x13: "synchronous external abort on a table walk, level -1"
    case 0x14: "synchronous external abort on a table walk, level 0"
    case 0x15: "synchronous external abort on a table walk, level 1"
    case 0x16: "synchronous external abort on a table walk, level 2"
    case 0x17: "synchronous external abort on a table walk, level 3"
    case 0x18: "synchronous parity or ECC error"
    case 0x1b: "synchronous parity or ECC error on a table walk, level -1"
    case 0x1c: "synchronous parity or ECC error on a table walk, level 0"
    case 0x1d: "synchronous parity or ECC error on a table walk, level 1"
    case 0x1e: "synchronous parity or ECC error on a table walk, level 2"
    case 0x1f: "synchronous parity or ECC error on a table walk, level 3"
    case 0x21: "alignment fault"
    case 0x22: "granule protection fault on a table walk, level -2"
    case 0x23: "granule protection fault on a table walk, level -1"
    case 0x24: "granule protection fault on a table walk, level 0"
    case 0x25: "granule protection fault on a table walk, level 1"
    case 0x26: "granule protection fault on a table walk, level 2"
    case 0x27: "granule protection fault on a table walk, level 3"
    case 0x28: "granule protection fault"
    case 0x29: "address size fault, level -1"
    case 0x2a: "translation fault, level -2"
    case 0x2b: "translation fault, level -1"
    case 0x2c: "address size fault, level -2"
    case 0x30: "TLB conflict abort"
    case 0x31: "unsupported atomic hardware update"
    case 0x34: "IMPLEMENTATION DEFINED fault, lockdown"
    case 0x35: "unsupported exclusive or atomic access"
    default: "reserved fault status"
    }
  }
}
