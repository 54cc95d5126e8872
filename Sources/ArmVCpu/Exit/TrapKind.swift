/// Which of a source's four vectors an exception came through.
public enum TrapKind: UInt8, Sendable {
  /// A synchronous exception: an instruction of the guest.
  case synchronous = 0
  /// A physical IRQ.
  case irq = 1
  /// A physical FIQ.
  case fiq = 2
  /// A system error.
  case serror = 3
}
