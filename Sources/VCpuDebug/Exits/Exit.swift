public import ArmVCpu
internal import CArmVCpu

/// A guest exit that the debugger stopped at: the vCPU context as it is in the target's memory, and what
/// the library's decoder makes of it.
public struct Exit: Equatable, Sendable {
  /// Where the context is, in EL2's address space.
  public let contextAddress: UInt64
  /// The first `VCpuContext.exitRecordByteCount` bytes of it.
  public private(set) var record: [UInt8]
  private var context: VCpuContext

  /// The exit in `record`.
  ///
  /// - Throws: `DebugError.damagedContext` when the bytes cannot be one: too few, or a trap kind that no
  ///   vector writes.
  public init(contextAddress: UInt64, record: [UInt8]) throws(DebugError) {
    guard let context = VCpuContext(exitRecord: record.span), context.syndrome.kind != nil else {
      throw .damagedContext(contextAddress)
    }
    self.contextAddress = contextAddress
    self.record = record
    self.context = context
  }

  /// Takes over what was written to the target's copy: `bytes` at `offset` from the context's start.
  mutating func update(_ bytes: [UInt8], at offset: UInt64) {
    record.replaceSubrange(Int(offset)..<Int(offset) + bytes.count, with: bytes)
    if let changed = VCpuContext(exitRecord: record.span) { context = changed }
  }

  /// Why the guest left, decoded as the hypervisor decodes it. Where HPFAR_EL2 holds no address, the
  /// hypervisor asks the MMU (`AT S1E1R`); here the answer is known while the guest's stage 1 is off.
  public var reason: ExitReason {
    ExitDecoder.reason(
      context.syndrome, context.frame, sctlr: { sctlr ?? 0 },
      faultAddress: { isStage1Off ? IntermediatePhysicalAddress($0.rawValue) : nil })
  }
  /// SCTLR_EL1, on which an address that the syndrome does not give depends, and the bytes of a big-endian
  /// guest's store; nil where nobody has read it.
  var sctlr: UInt64?
  /// Whether the guest's MMU was off: its virtual addresses are intermediate physical ones.
  private var isStage1Off: Bool { sctlr.map { $0 & 1 == 0 } ?? false }
  /// The captured syndrome.
  public var syndrome: ExitSyndrome { context.syndrome }
  /// The guest's PC.
  public var pc: UInt64 { context.frame.exceptionPC }
  /// The guest's PSTATE.
  public var pstate: SPSR_EL2 { context.frame.pstate }
  /// General-purpose register `index` of the guest; 31 reads zero.
  public func gpr(_ index: UInt8) -> UInt64 { context.frame.gpr(index) }
  /// Which vCPU left.
  public var vcpu: UInt32 { context.vcpu_id }
  /// Which VM it belongs to.
  public var vm: UInt32 { context.vm_id }
  /// How often the vCPU has left so far, this exit included.
  public var count: UInt64 { context.exit_count }
  /// CNTVCT_EL0 at the exit.
  public var time: UInt64 { context.exit_time }
  /// CNTVCT_EL0 at the entry before it.
  public var entryTime: UInt64 { context.entry_time }

  /// The guest's instruction that exited: the PC, but behind it for HVC and not one at all for an
  /// interrupt.
  public var instructionAddress: UInt64? {
    switch reason {
    case .irq, .fiq, .serror: nil
    default: reason.isPCBehindInstruction ? pc &- 4 : pc
    }
  }

  /// `VCpuContext` is plain bytes: two exits are equal when those are.
  public static func == (left: Exit, right: Exit) -> Bool {
    left.contextAddress == right.contextAddress && left.record == right.record
  }
}
