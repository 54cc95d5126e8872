// PIR, POR and S2PIR: what the permission indexes of descriptors mean (FEAT_S1PIE, FEAT_S1POE, FEAT_S2PIE, FEAT_S2POE).

extension DecodableRegister {
  static let permissions = [
    DecodableRegister(
      "PIR_EL1", "Permission Indirection Register 1 (EL1)", aliases: ["PIR"], .stage1Permissions),
    DecodableRegister("PIR_EL2", "Permission Indirection Register 2 (EL2)", .stage1Permissions),
    DecodableRegister("PIR_EL3", "Permission Indirection Register 3 (EL3)", .stage1Permissions),
    DecodableRegister(
      "PIRE0_EL1", "Permission Indirection Register 0 (EL1)", aliases: ["PIRE0"],
      .stage1Permissions),
    DecodableRegister("PIRE0_EL2", "Permission Indirection Register 0 (EL2)", .stage1Permissions),
    DecodableRegister(
      "S2PIR_EL2", "Stage 2 Permission Indirection Register (EL2)", aliases: ["S2PIR"],
      .stage2Permissions),
    DecodableRegister(
      "POR_EL0", "Permission Overlay Register 0 (EL0)", aliases: ["POR"], .overlayPermissions),
    DecodableRegister("POR_EL1", "Permission Overlay Register 1 (EL1)", .overlayPermissions),
    DecodableRegister("POR_EL2", "Permission Overlay Register 2 (EL2)", .overlayPermissions),
    DecodableRegister("POR_EL3", "Permission Overlay Register 3 (EL3)", .overlayPermissions),
    DecodableRegister(
      "S2POR_EL1", "Stage 2 Permission Overlay Register (EL1)", aliases: ["S2POR"],
      .stage2Permissions),
  ]
}

extension FieldTable {
  /// PIR_ELx and PIRE0_ELx (Arm ARM DDI 0487, D24.2, "PIR_EL1"): with an overlay, the same exception level's POR
  /// removes permissions.
  static let stage1Permissions = permissions(
    .values(
      [
        0b0000: "no access", 0b0001: "read, with overlay", 0b0010: "execute, with overlay",
        0b0011: "read and execute, with overlay", 0b0101: "read and write, with overlay",
        0b0110: "read, write and execute, with overlay and WXN",
        0b0111: "read, write and execute, with overlay", 0b1000: "read",
        0b1001: "guarded control stack", 0b1010: "read and execute", 0b1100: "read and write",
        0b1110: "read, write and execute",
      ], "reserved: no access"))

  /// S2PIR_EL2 and S2POR_EL1 (Arm ARM DDI 0487, D24.2, "S2PIR_EL2" and "S2POR_EL1"). Only table walks may write to
  /// mostly read-only memory.
  static let stage2Permissions = permissions(
    .values(
      [
        0b0000: "no access", 0b0010: "mostly read-only", 0b0011: "mostly read-only, TopLevel1",
        0b0100: "write", 0b0110: "mostly read-only, TopLevel0",
        0b0111: "mostly read-only, TopLevel0 and 1", 0b1000: "read",
        0b1001: "read, execute at EL0", 0b1010: "read, execute at EL1",
        0b1011: "read and execute", 0b1100: "read and write",
        0b1101: "read and write, execute at EL0", 0b1110: "read and write, execute at EL1",
        0b1111: "read, write and execute",
      ], "reserved: no access"))

  /// POR_ELx (Arm ARM DDI 0487, D24.2, "POR_EL0"): the permissions that remain.
  static let overlayPermissions = permissions(
    .values(
      [
        0: "no access", 1: "read", 2: "execute", 3: "read and execute", 4: "write",
        5: "read and write", 6: "write and execute", 7: "read, write and execute",
      ], "reserved: no access"))

  private static func permissions(_ meaning: Meaning) -> FieldTable {
    FieldTable([
      .field("Perm15", 63, 60, as: meaning), .field("Perm14", 59, 56, as: meaning),
      .field("Perm13", 55, 52, as: meaning), .field("Perm12", 51, 48, as: meaning),
      .field("Perm11", 47, 44, as: meaning), .field("Perm10", 43, 40, as: meaning),
      .field("Perm9", 39, 36, as: meaning), .field("Perm8", 35, 32, as: meaning),
      .field("Perm7", 31, 28, as: meaning), .field("Perm6", 27, 24, as: meaning),
      .field("Perm5", 23, 20, as: meaning), .field("Perm4", 19, 16, as: meaning),
      .field("Perm3", 15, 12, as: meaning), .field("Perm2", 11, 8, as: meaning),
      .field("Perm1", 7, 4, as: meaning), .field("Perm0", 3, 0, as: meaning),
    ])
  }
}
