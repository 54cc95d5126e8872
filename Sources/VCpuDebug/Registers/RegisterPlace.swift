internal import ArmVCpu

/// Where a register's value is.
enum RegisterPlace: Equatable {
  /// A part of the exit, wherever that is.
  case exit(ExitPart)
  /// A register of the CPU that is looked at, by the target's name.
  case cpu(String)
  /// A system register of that CPU, which its stub may show or not.
  case system(SystemRegister)
  /// Some bits of PSTATE, which is there: a view such as `$nzcv`.
  indirect case view(SystemRegister, of: RegisterPlace)
}

/// Whose registers are meant where both have some: `$guest.x0`, `$hv.x0`.
public enum World: String, Sendable {
  /// The guest's: those of the exit, or of the CPU while it runs the guest.
  case guest
  /// The CPU's own while it runs the hypervisor.
  case hypervisor = "hv"
}
