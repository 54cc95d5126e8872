// The SMC Calling Convention's function identifiers.

extension DecodableRegister {
  static let calls = [
    DecodableRegister(
      "SMCCC", "SMC Calling Convention function identifier (W0)",
      aliases: ["SMC", "HVC", "PSCI"], .smccc)
  ]
}

extension FieldTable {
  /// W0 of a call (Arm DEN 0028, "Function identifiers"). The function names are from `SMCCC.functions`.
  static let smccc = FieldTable([
    .flag("Fast", 31, "fast call", "yielding call, or a legacy Trusted OS call"),
    .flag("SMC64", 30, "64-bit arguments", "32-bit arguments"),
    .field(
      "Owner", 29, 24,
      values: [
        0: "Arm Architecture", 1: "CPU", 2: "SiP", 3: "OEM", 4: "Standard Secure",
        5: "Standard Hypervisor", 6: "Vendor Specific Hypervisor", 7: "Vendor Specific EL3 Monitor",
        0x30: "Trusted Application", 0x31: "Trusted Application", 0x32: "Trusted OS",
        0x33: "Trusted OS", 0x34: "Trusted OS", 0x35: "Trusted OS", 0x36: "Trusted OS",
        0x37: "Trusted OS", 0x38: "Trusted OS", 0x39: "Trusted OS", 0x3a: "Trusted OS",
        0x3b: "Trusted OS", 0x3c: "Trusted OS", 0x3d: "Trusted OS", 0x3e: "Trusted OS",
        0x3f: "Trusted OS",
      ]),
    .flag("SVEHint", 16, "no SVE state is live", "SVE state may be live"),
    .field("Number", 15, 0, as: .functionName),
  ])
}
