/// Architectures whose registers have well-known names and orders.
enum ArchitectureFamily: Equatable {
  case aarch64, arm, x86_64, i386, riscv64, riscv32

  /// The family that GDB or LLDB calls `name`, such as `i386:x86-64` or `x86_64`.
  init?(name: String) {
    switch name.lowercased() {
    case "aarch64", "aarch64:armv8-r", "arm64", "arm64e": self = .aarch64
    case "i386:x86-64", "i386:x86-64:intel", "x86_64", "x86-64", "amd64", "x86_64h": self = .x86_64
    case "i386", "i386:intel", "i486", "i586", "i686", "x86": self = .i386
    case "riscv:rv64", "riscv64": self = .riscv64
    case "riscv:rv32", "riscv32": self = .riscv32
    case let other where other == "arm" || other.hasPrefix("armv") || other.hasPrefix("thumbv"):
      self = .arm
    default: return nil
    }
  }

  /// The family of `registers`: as the description names it, else as its features do, else as the
  /// names of the registers show it beyond doubt.
  init?(architecture: String?, registers: [RegisterDescription]) {
    if let architecture {
      guard let family = ArchitectureFamily(name: architecture) else { return nil }
      self = family
      return
    }
    for register in registers {
      switch (register.feature, register.bitWidth) {
      case ("org.gnu.gdb.aarch64.core", _): self = .aarch64
      case ("org.gnu.gdb.arm.core", _), ("org.gnu.gdb.arm.m-profile", _): self = .arm
      case ("org.gnu.gdb.i386.core", 64): self = .x86_64
      case ("org.gnu.gdb.i386.core", _): self = .i386
      case ("org.gnu.gdb.riscv.cpu", 32): self = .riscv32
      case ("org.gnu.gdb.riscv.cpu", _): self = .riscv64
      default: continue
      }
      return
    }
    let names = Set(registers.map(\.name))
    if names.contains("rip") {
      self = .x86_64
    } else if names.contains("eip") {
      self = .i386
    } else if names.contains("x30"), !names.contains("x31") {
      // RISC-V has an x31.
      self = .aarch64
    } else {
      return nil
    }
  }
}
