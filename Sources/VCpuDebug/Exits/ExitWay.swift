/// How a session finds the exits of a hypervisor.
public enum ExitWay: String, CaseIterable, Sendable {
  /// By our hypervisor's context: `vcpu_debug_descriptor` gives its address, and it holds the whole
  /// exit.
  case context
  /// By the trampoline of the Rust crate arm_vcpu: 272 bytes at SP, and the syndrome in the CPU.
  case trampoline
  /// By the vectors, which every hypervisor has: the whole exit is in the CPU.
  case vectors
}
