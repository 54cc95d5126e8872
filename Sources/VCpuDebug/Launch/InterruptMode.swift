/// Where a guest's interrupts come from.
public enum InterruptMode: String, CaseIterable, Sendable {
  /// The machine's, together with the machine's interrupt controller.
  case passthrough
  /// The hypervisor's, through a virtual interrupt controller.
  case virtual
}
