internal import ArmVCpu

/// Where an exit was read from, and so where its parts can be written.
enum ExitStorage: Equatable, Sendable {
  /// Our hypervisor's context, at this EL2 address: everything is in memory.
  case context(at: UInt64)
  /// arm_vcpu's frame, at this EL2 address: the guest's registers are in memory, the syndrome is in the
  /// CPU.
  case frame(at: UInt64)
  /// The CPU: nothing has been saved yet.
  case cpu
  /// A copy of what was seen earlier; the sentence says why it can't be changed.
  case seen(reason: String)

  /// The end of the guest's saved registers, which is SP while such a guest runs; nil if they are in the CPU.
  var frameEnd: UInt64? {
    switch self {
    case .context(let address), .frame(let address): address &+ UInt64(FrameLayout.byteCount)
    case .cpu, .seen: nil
    }
  }

  /// Where a part can be written.
  func place(of part: ExitPart) -> ExitPlace {
    switch self {
    case .context(let address):
      ContextLayout.offset(of: part).map { .memory(address &+ $0) } ?? .cpu(part.registerName)
    case .frame(let address):
      FrameLayout.offset(of: part).map { .memory(address &+ $0) } ?? .cpu(part.registerName)
    case .cpu: .cpu(part.registerName)
    case .seen(let reason): .nowhere(reason)
    }
  }
}
