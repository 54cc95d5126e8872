/// The SMC Calling Convention (Arm DEN 0028): how a guest calls firmware or a hypervisor.
public enum SMCCC {
  /// The instruction of a call.
  public enum Conduit: UInt8, Sendable {
    /// HVC: at the exit, the PC is after the instruction.
    case hvc
    /// SMC: at the exit, the PC is at the instruction.
    case smc
  }

  /// The result of a call that isn't implemented: -1, NOT_SUPPORTED.
  public static let notSupported: UInt64 = .max

  /// A function identifier, W0 of a call: the upper half of x0 isn't part of it.
  public struct FunctionID: RawRepresentable, Equatable, Sendable {
    /// The 32 bits.
    public var rawValue: UInt32
    /// An identifier from its 32 bits.
    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bit 31: a fast call, which is atomic to the caller.
    @inlinable public var isFast: Bool { rawValue >> 31 != 0 }
    /// Bit 30: arguments are 64 bits wide rather than 32.
    @inlinable public var is64Bit: Bool { rawValue & 1 << 30 != 0 }
    /// Bits 29:24, the owner: 0 architecture, 4 standard secure service, 6 vendor-specific hypervisor.
    @inlinable public var owner: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 24) & 0x3f }
    /// Bits 15:0, the function.
    @inlinable public var number: UInt16 { UInt16(truncatingIfNeeded: rawValue) }
  }
}
