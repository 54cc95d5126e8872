internal import ArmVCpu

/// Where a register's value is.
enum RegisterPlace: Equatable {
  /// A part of the exit, wherever that is.
  case exit(ExitPart)
  /// A register of the selected CPU, by the target's name.
  case cpu(String)
  /// A system register of that CPU, whether or not its stub shows it.
  case system(SystemRegister)
  /// A register of a frame further out, by its DWARF number; nil for the PC.
  case frame(Int?, of: StackFrame)
  /// Some bits of PSTATE at a place: a view such as `$nzcv`.
  indirect case view(SystemRegister, of: RegisterPlace)
}

/// The world whose registers are meant: `$guest.x0`, `$hv.x0`.
public enum World: String, Sendable {
  /// The guest's: the exit's, or the CPU's while it runs the guest.
  case guest
  /// The CPU's own while it runs the hypervisor.
  case hypervisor = "hv"
}
