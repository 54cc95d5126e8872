internal import ArmVCpu

/// What an exit was read from, and so where its parts can be written.
enum ExitStorage: Equatable, Sendable {
  /// Our hypervisor's context, at this address of EL2: all in memory.
  case context(at: UInt64)
  /// arm_vcpu's frame, at this address of EL2: the guest's registers in memory, the syndrome in the CPU.
  case frame(at: UInt64)
  /// The CPU: nothing has been saved yet.
  case cpu
  /// What was seen earlier; the sentence says why it cannot be changed.
  case seen(reason: String)

  /// Where the guest's saved registers end: SP while a guest runs whose exits are saved so. Nil where they are in the CPU.
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
