/// What the CPU recorded about an exit, captured once by the vector.
public struct ExitSyndrome: Equatable, Sendable {
  /// The vector that the exit came through; nil if the value isn't one that a vector writes.
  public var kind: TrapKind?
  /// ESR_EL2. Valid for synchronous exits and SErrors.
  public var esr: ESR_EL2
  /// FAR_EL2. Valid for aborts, PC alignment faults and watchpoints.
  public var far: UInt64
  /// HPFAR_EL2. Valid for the stage-2 faults for which `FaultStatus.reportsIPA` is true.
  public var hpfar: HPFAR_EL2

  /// The address of an access that faulted in stage 2, if both registers are valid: HPFAR_EL2 has its page, FAR_EL2
  /// its offset in the page.
  var intermediateAddress: IntermediatePhysicalAddress {
    @inline(__always) get { IntermediatePhysicalAddress(hpfar.page.rawValue | far & 0xfff) }
  }

  /// A syndrome from its parts.
  @inlinable
  public init(kind: TrapKind?, esr: ESR_EL2, far: UInt64 = 0, hpfar: HPFAR_EL2 = .init(rawValue: 0))
  {
    self.kind = kind
    self.esr = esr
    self.far = far
    self.hpfar = hpfar
  }
}
