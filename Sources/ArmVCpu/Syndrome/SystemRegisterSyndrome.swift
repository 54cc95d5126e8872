/// The ISS of a trapped MSR, MRS or system instruction, EC 0x18, and of their 128-bit forms, EC 0x14 (Arm
/// ARM DDI 0487, "ESR_EL2").
public struct SystemRegisterSyndrome: Equatable, Sendable {
  /// The 25 bits of the ISS.
  public var iss: UInt32

  /// A syndrome from its ISS.
  @inlinable
  public init(iss: UInt32) { self.iss = iss }

  /// The register, or the system instruction.
  @inlinable
  public var systemRegister: SystemRegister { SystemRegister(rawValue: iss) }
  /// The general-purpose register, 31 meaning XZR: Rt.
  @inlinable
  public var register: UInt8 { UInt8(truncatingIfNeeded: iss >> 5) & 31 }
  /// Direction: a read, MRS.
  @inlinable
  public var isRead: Bool { iss & 1 != 0 }

  static func describe<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 22)
    describeEncoding(&cutter)
    cutter.field("Rt", 9, 5, registerName(cutter.bits(9, 5)))
    cutter.field("CRm", 4, 1)
    cutter.flag("Direction", 0, "read (MRS)", "write (MSR)")
  }

  static func describePair<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    cutter.reserved(24, 22)
    describeEncoding(&cutter)
    cutter.field("Rt", 9, 6, "X[Rt:0] and X[Rt:1]")
    cutter.reserved(5, 5)
    cutter.field("CRm", 4, 1)
    cutter.flag("Direction", 0, "read (MRRS)", "write (MSRR)")
  }

  private static func describeEncoding<Sink: FieldSink>(_ cutter: inout FieldCutter<Sink>) {
    let register = SystemRegister(rawValue: UInt32(cutter.bits(24, 0)))
    let name = register.name(isRead: cutter.bits(0, 0) == 1) ?? ImmediateWrite(register)?.field.name
    cutter.field("Op0", 21, 20, name ?? "")
    cutter.field("Op2", 19, 17)
    cutter.field("Op1", 16, 14)
    cutter.field("CRn", 13, 10)
  }
}
