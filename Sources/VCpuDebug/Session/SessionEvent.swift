/// Something that a session stopped for, or ended with.
public enum SessionEvent: Equatable, Sendable {
  /// The guest left, and a catchpoint wants to know. The exit is `Exits.caught`.
  case exit([Breakpoint])
  /// A guest is about to be entered. What it gets is `Exits.caught`, and what became of the exit `Exits.changes`.
  case entry([Breakpoint])
  /// A CPU reached breakpoints.
  case breakpoint([Breakpoint])
  /// A step is done.
  case stepped
  /// The person asked for it, or the target was stopped when the session came.
  case interrupted
  /// EL2 took an exception of its own; the catchpoints that wait for it.
  case hypervisorFault([Breakpoint])
  /// The target stopped for a reason that the session did not ask for: its signal.
  case signal(UInt8)
  /// The condition of a breakpoint cannot be evaluated; the target stays where it met it.
  case conditionFailed(number: Int, reason: String, [Breakpoint])
  /// A CPU stopped where an exit should be, and there is none; what is wrong.
  case unreadable(String)
  /// A signal killed the target.
  case killed(signal: UInt8)
  /// The target ended. Status 0 is a SYSTEM_OFF of the guest.
  case ended(status: UInt64)
}
