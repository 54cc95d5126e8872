internal import ArmVCpu

/// The fields of `$exit`.
extension Exits {
  /// The fields of `$exit`, and what each means.
  public static let fields: [(name: String, meaning: String)] = [
    ("kind", "the class, a word: $exit.kind == mmio-write"),
    ("ec", "the exception class of ESR_EL2 (bits 31:26)"),
    ("ipa", "the intermediate physical address of an access or fault"),
    ("va", "the virtual address of an access or fault (FAR_EL2)"),
    ("pc", "where the guest was; after HVC past the instruction"),
    ("width", "how many bytes an access has"),
    ("write", "1 for a write, 0 for a read"),
    ("reg", "the number of the register that is read or written; 31 is ZR"),
    ("value", "what a write writes"),
    ("number", "the function of a call (W0)"),
    ("sysreg", "the system register, as in the ISS"),
    ("vcpu", "the vCPU's number"),
    ("vm", "the VM's number; where the hypervisor isn't ours, the VMID of VTTBR_EL2"),
    ("count", "the exit's number, from 1"),
    ("time", "the counter at the exit, where the hypervisor keeps it"),
  ]

  /// The names of the fields of `$exit`.
  public static let fieldNames = fields.map(\.name)

  /// `$exit.NAME` at the current exit: 0 if the exit has no such value, nil for an unknown name.
  func value(ofField name: String) throws -> Value? {
    let exit = try requireCause()
    let reason = exit.reason
    switch name {
    case "kind":
      let kind = reason.exitClass
      return Value(UInt64(kind.rawValue), displayType: .word(kind.word))
    case "ec":
      return Value(
        exit.hasSyndrome ? UInt64(exit.syndrome.esr.exceptionClass.rawValue) : 0)
    case "ipa":
      return Value(
        reason.intermediateAddress?.rawValue ?? 0, addressSpace: .intermediatePhysical,
        displayType: .address)
    case "va":
      return Value(
        exit.hasFaultAddress ? exit.syndrome.far : 0, addressSpace: .guest, displayType: .address)
    case "pc": return Value(exit.pc, addressSpace: .guest, displayType: .address)
    case "width": return Value(UInt64(reason.access?.byteCount ?? 0))
    case "write": return Value(reason.isWrite ? 1 : 0, displayType: .boolean)
    case "reg": return Value(UInt64(reason.register ?? 0))
    case "value":
      try readByteOrder()
      return Value(try requireCause().reason.writtenValue ?? 0)
    // The function is in W0 (SMCCC, DEN0028, "Function Identifiers"): the upper half means nothing.
    case "number": return Value(reason.isCall ? exit.gpr(0) & 0xffff_ffff : 0)
    case "sysreg": return Value(UInt64(reason.systemRegister?.rawValue ?? 0))
    case "vcpu": return Value(exit.origin.vcpu)
    case "vm": return Value(exit.origin.vm)
    case "count": return Value(exit.count.value)
    case "time":
      guard let times = exit.times else {
        throw DebugError.notReadable(
          "exit.time", reason: "this hypervisor is not known to record the time of an exit")
      }
      return Value(times.exit)
    default: return nil
    }
  }
}
