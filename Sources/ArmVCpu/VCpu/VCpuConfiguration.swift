internal import CArmVCpu

/// Who a vCPU is and how it starts.
public struct VCpuConfiguration: Sendable {
  /// Its number in the VM, from 0.
  public var vcpuID: UInt32
  /// The number of its VM.
  public var vmID: UInt32
  /// Its first instruction, with the MMU off.
  public var entry: IntermediatePhysicalAddress
  /// x0 at its first instruction: the device tree of a boot CPU, the context of CPU_ON.
  public var argument: UInt64
  /// MIDR_EL1 as the guest reads it.
  public var midr: UInt64
  /// VTTBR_EL2: the stage-2 table and the VMID in bits 63:48.
  public var vttbr: UInt64
  /// What traps.
  public var hcr: HCR_EL2
  /// What the CPU implements.
  public var features: CPUFeatures

  /// A configuration from its parts.
  public init(
    vcpuID: UInt32, vmID: UInt32, entry: IntermediatePhysicalAddress, argument: UInt64,
    midr: UInt64, vttbr: UInt64, hcr: HCR_EL2, features: CPUFeatures
  ) {
    self.vcpuID = vcpuID
    self.vmID = vmID
    self.entry = entry
    self.argument = argument
    self.midr = midr
    self.vttbr = vttbr
    self.hcr = hcr
    self.features = features
  }

  /// MPIDR_EL1 of vCPU number `id`: its number in Aff0, bit 31 RES1.
  @inlinable
  public static func mpidr(of id: UInt32) -> UInt64 { 1 << 31 | UInt64(id) }

  /// What the guest's system registers hold at reset, those that are not zero.
  var initialRegisters: avcpu_guest_registers {
    var registers = avcpu_guest_registers()
    // MMU and caches off; the RES1 bits of Armv8.0 set (Arm ARM DDI 0487, D24.2.127).
    registers.sctlr_el1 = 0x30d0_0800
    registers.hcr_el2 = hcr.rawValue
    registers.vttbr_el2 = vttbr
    registers.vpidr_el2 = midr
    registers.vmpidr_el2 = Self.mpidr(of: vcpuID)
    return registers
  }
}

/// What of the architecture a CPU implements, as far as the vCPU depends on it: features that add bits to
/// the PSTATE of an exception, or controls to HCR_EL2.
public struct CPUFeatures: OptionSet, Sendable {
  /// The bits.
  public var rawValue: UInt8
  /// Features from their bits.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// FEAT_PAN.
  public static let pan = CPUFeatures(rawValue: 1 << 0)
  /// FEAT_SSBS.
  public static let ssbs = CPUFeatures(rawValue: 1 << 1)
  /// FEAT_MTE2.
  public static let mte = CPUFeatures(rawValue: 1 << 2)
  /// FEAT_PAuth, with any of its algorithms.
  public static let pauth = CPUFeatures(rawValue: 1 << 3)
  /// FEAT_LOR.
  public static let lor = CPUFeatures(rawValue: 1 << 4)

  /// Features from the identification registers (Arm ARM DDI 0487, D24.2.84, .85, .81 and .83).
  @inlinable
  public init(
    id_aa64pfr1_el1 pfr1: UInt64, id_aa64isar1_el1 isar1: UInt64, id_aa64mmfr1_el1 mmfr1: UInt64
  ) {
    rawValue = 0
    if mmfr1 >> 20 & 15 != 0 { insert(.pan) }
    if mmfr1 >> 16 & 15 != 0 { insert(.lor) }
    if pfr1 >> 4 & 15 != 0 { insert(.ssbs) }
    if pfr1 >> 8 & 15 >= 2 { insert(.mte) }
    // APA, API, GPA and GPI.
    if isar1 & 0xff00_0ff0 != 0 { insert(.pauth) }
  }

  /// The controls that every guest runs with on such a CPU.
  @inlinable
  public var guestConfiguration: HCR_EL2 {
    var hcr = HCR_EL2.guest
    if contains(.pauth) { hcr.formUnion(.apk.union(.api)) }
    if contains(.lor) { hcr.insert(.tlor) }
    return hcr
  }
}
