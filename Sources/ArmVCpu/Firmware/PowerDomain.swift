/// The vCPUs of a VM as PSCI sees them. Several vCPUs may call it at the same time.
public protocol PowerDomain {
  /// How many vCPUs the VM has, whether on or off.
  var vcpuCount: UInt32 { get }
  /// The affinity of a vCPU, as in the affinity fields of its MPIDR_EL1: Aff3 in bits 39:32, Aff2 to Aff0 in
  /// bits 23:0.
  func affinity(of vcpu: UInt32) -> UInt64
  /// The power state of a vCPU.
  func powerState(of vcpu: UInt32) -> PSCI.PowerState
  /// Changes the power state of a vCPU if it is `old`, in one atomic step, and returns whether it was.
  mutating func exchangePowerState(
    of vcpu: UInt32, from old: PSCI.PowerState, to new: PSCI.PowerState
  ) -> Bool
  /// Starts a vCPU, whose state is `onPending`, in its initial state at `entry` with `context` in x0. The vCPU
  /// changes its state to `on` itself once it runs. Returns false if the machine can't start it.
  mutating func start(
    _ vcpu: UInt32, at entry: IntermediatePhysicalAddress, context: UInt64, isBigEndian: Bool
  ) -> Bool
  /// Whether a vCPU can start at an address.
  func isValidEntry(_ entry: IntermediatePhysicalAddress) -> Bool
}

extension PSCI {
  /// The power state of a vCPU, with the values that AFFINITY_INFO returns (Arm DEN 0022, 5.7.3).
  public enum PowerState: UInt32, Sendable {
    /// ON.
    case on = 0
    /// OFF.
    case off = 1
    /// ON_PENDING: switched on, but not running yet.
    case onPending = 2
  }
}
