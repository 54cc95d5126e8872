internal import CArmVCpu

/// A vCPU's identity and initial state.
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
  /// Whether it starts big-endian, like the vCPU that turns it on (PSCI CPU_ON).
  public var isBigEndian: Bool
  /// What traps.
  public var hcr: HCR_EL2
  /// What the CPU implements.
  public var features: CPUFeatures

  /// A configuration from its parts.
  public init(
    vcpuID: UInt32, vmID: UInt32, entry: IntermediatePhysicalAddress, argument: UInt64,
    midr: UInt64, vttbr: UInt64, hcr: HCR_EL2, features: CPUFeatures, isBigEndian: Bool = false
  ) {
    self.vcpuID = vcpuID
    self.vmID = vmID
    self.entry = entry
    self.argument = argument
    self.midr = midr
    self.vttbr = vttbr
    self.hcr = hcr
    self.isBigEndian = isBigEndian
    self.features = features
  }

  /// MPIDR_EL1 of vCPU number `id`: its number in Aff0, bit 31 RES1.
  @inlinable
  public static func mpidr(of id: UInt32) -> UInt64 { 1 << 31 | UInt64(id) }

  /// The reset values of the guest's system registers.
  var initialRegisters: avcpu_guest_registers {
    var registers = avcpu_guest_registers()
    registers.sctlr_el1 = SCTLR_EL1.initial | (isBigEndian ? SCTLR_EL1.ee : 0)
    registers.hcr_el2 = hcr.rawValue
    registers.vttbr_el2 = vttbr
    registers.vpidr_el2 = midr
    registers.vmpidr_el2 = Self.mpidr(of: vcpuID)
    return registers
  }
}
