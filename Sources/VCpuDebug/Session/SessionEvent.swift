/// Something that a session stopped for, or ended with.
public enum SessionEvent: Equatable, Sendable {
  /// The guest left, and catchpoints match. The exit is `Exits.caught`.
  case exit([Breakpoint])
  /// A guest is about to be entered. Its new state is `Exits.caught`, and the changes since the exit are
  /// `Exits.changes`.
  case entry([Breakpoint])
  /// A CPU reached breakpoints.
  case breakpoint([Breakpoint])
  /// A CPU accessed watched memory; with all breakpoints that the stop is for.
  case watchpoint([WatchHit], [Breakpoint])
  /// A step is done.
  case stepped
  /// A step by source line has ended because the CPU executes addresses of another space now.
  case crossed(to: AddressSpace.Kind)
  /// A step has ended at a vector: its instruction, or an interrupt, caused an exception.
  case exception(TakenException)
  /// The user asked for it, or the target was stopped when the session began.
  case interrupted
  /// EL2 itself took an exception; with the catchpoints that wait for it.
  case hypervisorFault([Breakpoint])
  /// The target stopped for a reason that the session didn't ask for; with its signal.
  case signal(UInt8)
  /// The condition of a breakpoint can't be evaluated; the target stays at the breakpoint.
  case conditionFailed(number: Int, reason: String, [Breakpoint])
  /// A CPU stopped where an exit should be, but there is none; with what is wrong.
  case unreadable(String)
  /// A signal killed the target.
  case killed(signal: UInt8)
  /// The target ended. Status 0 is a SYSTEM_OFF of the guest.
  case ended(status: UInt64)
}
