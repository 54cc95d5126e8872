/// Architectures whose registers have well-known names and orders.
enum ArchitectureFamily: Equatable {
  case aarch64, arm, x86_64, i386, riscv64, riscv32, powerpc64, powerpc, s390x, mips64, mips

  /// The family that GDB or LLDB calls `name`, such as `i386:x86-64` or `x86_64`.
  init?(name: String) {
    switch name.lowercased() {
    case "aarch64", "aarch64:armv8-r", "arm64", "arm64e", "aarch64_be": self = .aarch64
    case "i386:x86-64", "i386:x86-64:intel", "x86_64", "x86-64", "amd64", "x86_64h": self = .x86_64
    case "i386", "i386:intel", "i486", "i586", "i686", "x86": self = .i386
    case "riscv:rv64", "riscv64": self = .riscv64
    case "riscv:rv32", "riscv32": self = .riscv32
    case "powerpc:common64", "powerpc64", "powerpc64le", "ppc64", "ppc64le": self = .powerpc64
    case "powerpc:common", "powerpc", "ppc": self = .powerpc
    case "s390:64-bit", "s390x": self = .s390x
    case "mips:isa64", "mips:isa64r2", "mips:isa64r6", "mips64", "mips64el": self = .mips64
    case "mips", "mips:isa32", "mips:isa32r2", "mips:isa32r6", "mipsel": self = .mips
    case let other where other == "arm" || other.hasPrefix("armv") || other.hasPrefix("thumbv"):
      self = .arm
    default: return nil
    }
  }

  /// The family of `registers`: as the description names it, or else as its features do, or else as
  /// the registers' names if they leave no doubt.
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
      case ("org.gnu.gdb.power.core", 32): self = .powerpc
      case ("org.gnu.gdb.power.core", _): self = .powerpc64
      case ("org.gnu.gdb.s390.core", _): self = .s390x
      case ("org.gnu.gdb.mips.cpu", 32): self = .mips
      case ("org.gnu.gdb.mips.cpu", _): self = .mips64
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
