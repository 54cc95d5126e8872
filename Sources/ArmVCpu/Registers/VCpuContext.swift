public import CArmVCpu

/// The memory of a vCPU: trap frame, `host_stack_top`, captured syndrome, and the guest's system
/// registers while it is off the CPU. `vcpu_context.h` describes its layout.
public typealias VCpuContext = avcpu_context

extension avcpu_context {
  /// The number of bytes, from its start, that describe an exit: everything up to the guest's
  /// system registers.
  public static var exitRecordByteCount: Int { Int(AVCPU_EXIT_RECORD_SIZE) }

  /// The exit that a debugger read from memory: `exitRecordByteCount` bytes, little-endian.
  ///
  /// Returns nil if there are fewer bytes. Any further bytes are ignored.
  public init?(exitRecord bytes: Span<UInt8>) {
    guard bytes.count >= Self.exitRecordByteCount else { return nil }
    self.init()
    unsafe withUnsafeMutableBytes(of: &self) { destination in
      for index in 0..<Self.exitRecordByteCount { unsafe destination[index] = bytes[index] }
    }
  }

  /// The syndrome that the vector captured.
  @inline(__always)
  public var syndrome: ExitSyndrome {
    ExitSyndrome(
      kind: trap_kind == 0
        ? .synchronous
        : trap_kind <= 3 ? TrapKind(rawValue: UInt8(truncatingIfNeeded: trap_kind)) : nil,
      esr: ESR_EL2(rawValue: esr), far: far, hpfar: HPFAR_EL2(rawValue: hpfar))
  }
}

/// The offsets of the parts of a `VCpuContext`, in bytes, for a debugger that edits one.
public enum VCpuContextOffset {
  /// The doubleword of x0–x30, by number; nil for other numbers.
  public static func gpr(_ index: Int) -> UInt64? {
    (0..<31).contains(index) ? UInt64(AVCPU_FRAME_GPR) + UInt64(index) * 8 : nil
  }
  /// SP_EL0.
  public static var spEL0: UInt64 { UInt64(AVCPU_FRAME_SP_EL0) }
  /// ELR_EL2 at the exit: the guest's PC.
  public static var elr: UInt64 { UInt64(AVCPU_FRAME_ELR) }
  /// SPSR_EL2 at the exit: the guest's PSTATE.
  public static var spsr: UInt64 { UInt64(AVCPU_FRAME_SPSR) }
  /// The captured ESR_EL2.
  public static var esr: UInt64 { UInt64(AVCPU_ESR) }
  /// The captured FAR_EL2.
  public static var far: UInt64 { UInt64(AVCPU_FAR) }
  /// The captured HPFAR_EL2.
  public static var hpfar: UInt64 { UInt64(AVCPU_HPFAR) }
}
