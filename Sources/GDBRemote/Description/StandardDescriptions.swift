extension TargetDescription {
  /// The registers that GDB assumes for an architecture when the stub doesn't describe them, or nil
  /// if the layout isn't known here.
  ///
  /// Old and small stubs answer `g` without describing its contents. They can't report the
  /// architecture either, so the user must name it.
  ///
  /// - Parameter architecture: GDB's name or LLDB's: `aarch64`, `arm`, `i386:x86-64` or `x86_64`,
  ///   `i386`, `riscv:rv64` or `riscv64`, `riscv:rv32` or `riscv32`, `powerpc:common64`, `powerpc:common`,
  ///   `s390:64-bit`, `mips` or `mips:isa64`.
  ///
  /// Source: GDB's `features/*.xml` and the defaults of its `*-tdep.c`, as `maintenance print
  /// registers` shows them.
  public static func standard(for architecture: String) -> TargetDescription? {
    guard let family = ArchitectureFamily(name: architecture) else { return nil }
    var layout = StandardLayout()
    switch family {
    case .aarch64: layout.aarch64()
    case .arm: layout.arm()
    case .x86_64: layout.x86(is64Bit: true)
    case .i386: layout.x86(is64Bit: false)
    case .riscv64: layout.riscv(bitWidth: 64)
    case .riscv32: layout.riscv(bitWidth: 32)
    case .powerpc64: layout.powerpc(bitWidth: 64)
    case .powerpc: layout.powerpc(bitWidth: 32)
    case .s390x: layout.s390x()
    case .mips64: layout.mips(bitWidth: 64, arguments: 8)
    case .mips: layout.mips(bitWidth: 32, arguments: 4)
    }
    var description = TargetDescription()
    description.architecture = architecture
    description.registers = RegisterMap(layout.registers, architecture: architecture)
    for (id, type) in layout.types {
      _ = description.typeTable.add(id, type, feature: "")
    }
    let pc = description.registers.programCounter
    description.typeTable.pointerByteCount = pc?.byteCount ?? 8
    return description
  }

  /// This description, with its architecture's standard registers if it names only the architecture,
  /// as udbserver's does.
  var withStandardRegisters: TargetDescription {
    guard registers.all.isEmpty, let architecture,
      var standard = Self.standard(for: architecture)
    else { return self }
    standard.warnings = warnings
    standard.osABI = osABI
    standard.compatible = compatible
    return standard
  }
}

/// A layout of consecutive registers.
private struct StandardLayout {
  private(set) var registers: [RegisterDescription] = []
  private(set) var types: [(String, TypeDescription)] = []
  private var feature = ""
  private var next = 0

  private mutating func add(
    _ names: [String], _ bitWidth: Int, type: String = "int", group: String? = nil
  ) {
    for name in names {
      registers.append(
        RegisterDescription(
          name: name, number: next, bitWidth: bitWidth, group: group, feature: feature,
          typeName: type))
      next += 1
    }
  }

  mutating func aarch64() {
    feature = "org.gnu.gdb.aarch64.core"
    add((0...30).map { "x\($0)" }, 64)
    add(["sp"], 64, type: "data_ptr")
    add(["pc"], 64, type: "code_ptr")
    add(["cpsr"], 32, type: "cpsr_flags")
    feature = "org.gnu.gdb.aarch64.fpu"
    types = [
      ("cpsr_flags", .flags(fields: Self.pstate, byteCount: 4)),
      vector("v2d", "ieee_double", 2), vector("v4f", "ieee_single", 4),
      vector("v8h", "ieee_half", 8), vector("v16u", "uint8", 16), vector("v8u", "uint16", 8),
      vector("v4u", "uint32", 4), vector("v2u", "uint64", 2),
      (
        "aarch64v",
        .union(fields: [
          .init(name: "d", typeName: "v2d"), .init(name: "s", typeName: "v4f"),
          .init(name: "h", typeName: "v8h"), .init(name: "b", typeName: "v16u"),
          .init(name: "h_u", typeName: "v8u"), .init(name: "s_u", typeName: "v4u"),
          .init(name: "d_u", typeName: "v2u"), .init(name: "q", typeName: "uint128"),
        ])
      ),
    ]
    add((0...31).map { "v\($0)" }, 128, type: "aarch64v")
    add(["fpsr", "fpcr"], 32, group: "float")
  }

  /// Arm ARM DDI 0487, "Saved Program Status Register".
  private static let pstate: [TypeDescription.Field] = [
    .init(name: "SP", bits: 0...0), .init(name: "EL", bits: 2...3), .init(name: "nRW", bits: 4...4),
    .init(name: "F", bits: 6...6), .init(name: "I", bits: 7...7), .init(name: "A", bits: 8...8),
    .init(name: "D", bits: 9...9), .init(name: "BTYPE", bits: 10...11),
    .init(name: "SSBS", bits: 12...12), .init(name: "IL", bits: 20...20),
    .init(name: "SS", bits: 21...21), .init(name: "PAN", bits: 22...22),
    .init(name: "UAO", bits: 23...23), .init(name: "DIT", bits: 24...24),
    .init(name: "TCO", bits: 25...25), .init(name: "V", bits: 28...28),
    .init(name: "C", bits: 29...29), .init(name: "Z", bits: 30...30),
    .init(name: "N", bits: 31...31),
  ]

  /// Includes the FPA's registers, which no CPU has but every old stub sends.
  mutating func arm() {
    feature = "org.gnu.gdb.arm.core"
    add((0...12).map { "r\($0)" }, 32, type: "uint32")
    add(["sp"], 32, type: "data_ptr")
    add(["lr"], 32)
    add(["pc"], 32, type: "code_ptr")
    feature = "org.gnu.gdb.arm.fpa"
    add((0...7).map { "f\($0)" }, 96, type: "arm_fpa_ext", group: "float")
    add(["fps"], 32, group: "float")
    feature = "org.gnu.gdb.arm.core"
    add(["cpsr"], 32)
  }

  mutating func x86(is64Bit: Bool) {
    feature = "org.gnu.gdb.i386.core"
    if is64Bit {
      add(["rax", "rbx", "rcx", "rdx", "rsi", "rdi"], 64)
      add(["rbp", "rsp"], 64, type: "data_ptr")
      add((8...15).map { "r\($0)" }, 64)
      add(["rip"], 64, type: "code_ptr")
    } else {
      add(["eax", "ecx", "edx", "ebx"], 32)
      add(["esp", "ebp"], 32, type: "data_ptr")
      add(["esi", "edi"], 32)
      add(["eip"], 32, type: "code_ptr")
    }
    add(["eflags"], 32, type: "i386_eflags")
    add(["cs", "ss", "ds", "es", "fs", "gs"], 32)
    add((0...7).map { "st\($0)" }, 80, type: "i387_ext")
    let control = ["fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff", "fop"]
    add(control, 32, group: "float")
    feature = "org.gnu.gdb.i386.sse"
    types = [
      vector("v4f", "ieee_single", 4), vector("v2d", "ieee_double", 2),
      vector("v16i8", "int8", 16), vector("v8i16", "int16", 8), vector("v4i32", "int32", 4),
      vector("v2i64", "int64", 2),
      (
        "vec128",
        .union(fields: [
          .init(name: "v4_float", typeName: "v4f"), .init(name: "v2_double", typeName: "v2d"),
          .init(name: "v16_int8", typeName: "v16i8"), .init(name: "v8_int16", typeName: "v8i16"),
          .init(name: "v4_int32", typeName: "v4i32"), .init(name: "v2_int64", typeName: "v2i64"),
          .init(name: "uint128", typeName: "uint128"),
        ])
      ),
    ]
    add((0..<(is64Bit ? 16 : 8)).map { "xmm\($0)" }, 128, type: "vec128")
    add(["mxcsr"], 32, type: "i386_mxcsr", group: "vector")
    guard is64Bit else { return }
    // The registers between them belong to AVX and later, which the default doesn't have.
    feature = "org.gnu.gdb.i386.segments"
    next = 152
    add(["fs_base", "gs_base"], 64)
  }

  mutating func riscv(bitWidth: Int) {
    feature = "org.gnu.gdb.riscv.cpu"
    let type = "int"
    add(["zero"], bitWidth, type: type)
    add(["ra"], bitWidth, type: "code_ptr")
    add(["sp", "gp", "tp"], bitWidth, type: "data_ptr")
    add(["t0", "t1", "t2"], bitWidth, type: type)
    add(["fp"], bitWidth, type: "data_ptr")
    add(["s1"], bitWidth, type: type)
    add((0...7).map { "a\($0)" }, bitWidth, type: type)
    add((2...11).map { "s\($0)" }, bitWidth, type: type)
    add((3...6).map { "t\($0)" }, bitWidth, type: type)
    add(["pc"], bitWidth, type: "code_ptr")
  }

  mutating func powerpc(bitWidth: Int) {
    feature = "org.gnu.gdb.power.core"
    add((0...31).map { "r\($0)" }, bitWidth)
    feature = "org.gnu.gdb.power.fpu"
    add((0...31).map { "f\($0)" }, 64, type: "ieee_double")
    feature = "org.gnu.gdb.power.core"
    add(["pc"], bitWidth, type: "code_ptr")
    add(["msr"], bitWidth)
    add(["cr"], 32)
    add(["lr"], bitWidth, type: "code_ptr")
    add(["ctr"], bitWidth)
    add(["xer"], 32)
    feature = "org.gnu.gdb.power.fpu"
    add(["fpscr"], 32, group: "float")
  }

  mutating func s390x() {
    feature = "org.gnu.gdb.s390.core"
    add(["pswm"], 64, group: "psw")
    add(["pswa"], 64, type: "code_ptr", group: "psw")
    add((0...15).map { "r\($0)" }, 64, group: "general")
    feature = "org.gnu.gdb.s390.acr"
    add((0...15).map { "acr\($0)" }, 32, group: "access")
    feature = "org.gnu.gdb.s390.fpr"
    add(["fpc"], 32, group: "float")
    add((0...15).map { "f\($0)" }, 64, type: "ieee_double", group: "float")
  }

  /// The names of the calling convention: o32 has four registers for arguments, n64 eight.
  mutating func mips(bitWidth: Int, arguments: Int) {
    feature = "org.gnu.gdb.mips.cpu"
    add(["zero", "at", "v0", "v1"], bitWidth)
    add((0..<arguments).map { "a\($0)" } + (0..<12 - arguments).map { "t\($0)" }, bitWidth)
    add((0...7).map { "s\($0)" } + ["t8", "t9", "k0", "k1", "gp"], bitWidth)
    add(["sp", "s8"], bitWidth, type: "data_ptr")
    add(["ra"], bitWidth, type: "code_ptr")
    feature = "org.gnu.gdb.mips.cp0"
    add(["sr"], bitWidth)
    feature = "org.gnu.gdb.mips.cpu"
    add(["lo", "hi"], bitWidth)
    feature = "org.gnu.gdb.mips.cp0"
    add(["bad", "cause"], bitWidth)
    feature = "org.gnu.gdb.mips.cpu"
    add(["pc"], bitWidth, type: "code_ptr")
    feature = "org.gnu.gdb.mips.fpu"
    add((0...31).map { "f\($0)" }, bitWidth, group: "float")
    add(["fsr", "fir"], bitWidth, group: "float")
  }

  private func vector(_ id: String, _ element: String, _ count: Int) -> (String, TypeDescription) {
    (id, .vector(element: element, count: count))
  }
}
