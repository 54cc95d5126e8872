/// Where a guest's interrupts come from.
public enum InterruptMode: String, CaseIterable, Sendable {
  /// The machine's, and the machine's interrupt controller with them.
  case passthrough
  /// The hypervisor's, by a virtual interrupt controller.
  case virtual
}
