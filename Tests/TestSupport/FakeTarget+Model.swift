import GDBRemote
import VCpuDebug

extension FakeTarget {
  /// A target's model: its registers and its stub's features.
  package struct Model {
    /// The target description.
    package var architectureName: String
    /// Its registers, starting with those of a `g` packet.
    package var registers: [RegisterDescription]
    /// The number of registers in a `g` packet.
    package var generalCount: Int
    /// Whether it is a QEMU machine, whose steps override breakpoints, or a gdbserver program.
    package var isMachine: Bool

    /// The group of registers that only pretend to be written (quirk 3).
    static let systemGroup = "cp_regs"
  }
}

extension FakeTarget.Model {
  /// An AArch64 machine with EL2.
  package static let machine = machine(with: vector)

  /// A machine whose CPU has SVE: of the vector registers, the stub shows only Z0.
  package static let sveMachine = machine(with: scalableVector)

  private static func machine(with vector: RegisterDescription) -> Self {
    let system = [
      "ESR_EL2", "FAR_EL2", "HPFAR_EL2", "HCR_EL2", "VTTBR_EL2", "VTCR_EL2", "ELR_EL2", "SPSR_EL2",
      "SP_EL0", "SP_EL1", "ESR_EL1", "SCTLR", "VBAR_EL2", "MAIR_EL1", "CPTR_EL2",
      "VMPIDR_EL2", "TPIDR_EL2", "SCTLR_EL2", "TTBR0_EL2", "TCR_EL2", "VBAR", "ELR_EL1",
      "SPSR_EL1", "FAR_EL1", "PAR_EL1", "SP_EL2", "TTBR0_EL1", "TTBR1_EL1", "TCR_EL1", "CPACR",
      "CONTEXTIDR_EL1", "CNTKCTL", "MAIR_EL2", "MDCR_EL2", "CNTFRQ_EL0", "CNTVOFF_EL2",
      "CNTHCTL_EL2", "CNTV_CTL_EL0", "CNTV_CVAL_EL0", "CNTP_CTL_EL0", "CNTP_CVAL_EL0",
      "CNTHP_CTL_EL2", "CNTHP_CVAL_EL2",
    ].enumerated().map {
      RegisterDescription(
        name: $1, number: 75 + $0, bitWidth: 64, group: systemGroup,
        feature: "org.qemu.gdb.arm.sys.regs")
    }
    return Self(
      architectureName: "aarch64", registers: aarch64 + [vector] + system, generalCount: 34,
      isMachine: true)
  }

  /// An AArch64 program.
  package static let aarch64Program = Self(
    architectureName: "aarch64", registers: aarch64 + [vector], generalCount: 34, isMachine: false)

  /// An x86-64 program, with some of its registers.
  package static let x86Program: Self = {
    let general = ["rax", "rbx", "rsp", "rip"].enumerated().map {
      RegisterDescription(name: $1, number: $0, bitWidth: 64, typeName: "int64")
    }
    let flags = RegisterDescription(
      name: "eflags", number: 4, bitWidth: 32, typeName: "i386_eflags")
    let others = [
      RegisterDescription(
        name: "st0", number: 5, bitWidth: 80, group: "float", typeName: "i387_ext"),
      RegisterDescription(name: "mxcsr", number: 6, bitWidth: 32, group: "vector"),
    ]
    return Self(
      architectureName: "i386:x86-64", registers: general + [flags] + others, generalCount: 7,
      isMachine: false)
  }()

  /// A 64-bit RISC-V program, with some of its registers.
  package static let riscvProgram = Self(
    architectureName: "riscv:rv64",
    registers: ["ra", "sp", "gp", "a7", "pc"].enumerated().map {
      RegisterDescription(name: $1, number: $0, bitWidth: 64)
    }, generalCount: 5, isMachine: false)

  private static let aarch64 =
    (Architecture.aarch64GeneralRegisters + ["sp", "pc", "cpsr"]).enumerated().map {
      RegisterDescription(
        name: $1, number: $0, bitWidth: $1 == "cpsr" ? 32 : 64, group: "general",
        feature: "org.gnu.gdb.aarch64.core")
    }

  private static let vector = RegisterDescription(
    name: "v0", number: 34, bitWidth: 128, feature: "org.gnu.gdb.aarch64.fpu", typeName: "aarch64v")

  private static let scalableVector = RegisterDescription(
    name: "z0", number: 34, bitWidth: 256, feature: "org.gnu.gdb.aarch64.sve", typeName: "svev")

  /// The types of a vector register, as in QEMU's description: views as doublewords and bytes.
  static let vectorTypes: [String: TypeDescription] = [
    "v2d": .vector(element: "ieee_double", count: 2), "v2u": .vector(element: "uint64", count: 2),
    "v2i": .vector(element: "int64", count: 2), "v16u": .vector(element: "uint8", count: 16),
    "v16i": .vector(element: "int8", count: 16),
    "vnd": .union(fields: [
      .init(name: "f", typeName: "v2d"), .init(name: "u", typeName: "v2u"),
      .init(name: "s", typeName: "v2i"),
    ]),
    "vnb": .union(fields: [.init(name: "u", typeName: "v16u"), .init(name: "s", typeName: "v16i")]),
    "aarch64v": .union(fields: [
      .init(name: "d", typeName: "vnd"), .init(name: "b", typeName: "vnb"),
    ]),
    "svevdu": .vector(element: "uint64", count: 4),
    "svevnd": .union(fields: [.init(name: "u", typeName: "svevdu")]),
    "svev": .union(fields: [.init(name: "d", typeName: "svevnd")]),
  ]
}

extension RegisterDescription {
  /// The fake target's names for a register's 64-bit words, the lowest first: `v0`, `v0+8`.
  var wordNames: [String] {
    stride(from: 0, to: max(byteCount, 1), by: 8).map { $0 == 0 ? name : "\(name)+\($0)" }
  }
}
