import ArmVCpu
import TestSupport

/// Holds the library's walk against the values of PAR_EL1 that AT instructions left.
///
/// Source: Arm ARM DDI 0487, D24.2 "PAR_EL1".
struct WalkComparison: CustomStringConvertible {
  /// What they disagree on, in words.
  private(set) var failures: [String] = []
  /// How many addresses were translated, each by several instructions.
  private(set) var addressCount = 0
  /// How many translations were compared.
  private(set) var count = 0
  /// How many of them are mapped.
  private(set) var mappedCount = 0
  /// How many of them are faults, by their status.
  private(set) var faultCounts: [UInt64: Int] = [:]
  /// How many weren't compared: a wild descriptor leads the walk to devices or to the memory of other tables, or QEMU is
  /// known to be wrong.
  private(set) var skippedCount = 0

  private let features: TranslationFeatures

  init(features values: [UInt64]) {
    features = TranslationFeatures(
      mmfr0: values[0], mmfr1: values[1], mmfr2: values[2], mmfr3: values[3])
  }

  var description: String {
    "\(addressCount) addresses, \(count) translations: \(mappedCount) mapped, \(skippedCount) skipped, "
      + faultCounts.sorted { $0.key < $1.key }.map { "0x\(String($0.key, radix: 16)) \($0.value)" }
      .joined(separator: ", ")
  }

  /// An AT instruction.
  private struct Operation {
    let name: String
    let access: TranslatedAccess
    /// Whether it is stage 1's alone.
    var isStage1 = false
  }

  /// Those of EL1 and EL0, in the order of the program.
  private static let guest: [Operation] = [false, true].flatMap { isStage1 in
    [false, true].flatMap { isEL0 in
      [TranslatedAccess.Kind.read, .write].map { kind in
        Operation(
          name: "AT S\(isStage1 ? "1" : "12")E\(isEL0 ? 0 : 1)\(kind == .read ? "R" : "W")",
          access: TranslatedAccess(kind, isUnprivileged: isEL0), isStage1: isStage1)
      }
    }
  }
  private static let hypervisor = [
    Operation(name: "AT S1E2R", access: TranslatedAccess(.read)),
    Operation(name: "AT S1E2W", access: TranslatedAccess(.write)),
  ]
  private static let withPAN = [
    Operation(name: "AT S1E1RP", access: TranslatedAccess(.read, hasPAN: true), isStage1: true),
    Operation(name: "AT S1E1WP", access: TranslatedAccess(.write, hasPAN: true), isStage1: true),
  ]

  /// Those that a regime's tables are for, with their places in the program's order.
  private static func operations(of registers: ModelRegisters) -> [(index: Int, Operation)] {
    let isEL1 = registers.regime == .el10
    var found: [(Int, Operation)] = []
    if isEL1 { found += Array(guest.enumerated()) }
    if !isEL1 { found += hypervisor.enumerated().map { ($0 + 8, $1) } }
    if isEL1 { found += withPAN.enumerated().map { ($0 + 10, $1) } }
    return found
  }

  private func translation(of tables: RandomTables, _ operation: Operation) -> AddressTranslation {
    var translation = AddressTranslation(tables.registers)
    translation.stage1?.features = features
    translation.stage2?.features = features
    translation.endsAfterStage1 = operation.isStage1 && translation.stage2 != nil
    return translation
  }

  /// Whether QEMU bears a translation: a fault at level -1 ends QEMU 7.2 (an assertion in `arm_fi_to_lfsc`), also where it
  /// is stage 2's at the address of such a table.
  func isBearable(_ address: UInt64, of tables: RandomTables) -> Bool {
    Self.operations(of: tables.registers).allSatisfy { _, operation in
      let translation = translation(of: tables, operation)
      var hasFirstEntry = false
      let result = translation.translate(
        address, for: operation.access,
        observe: { step in if step.stage == 1 { hasFirstEntry = true } },
        memory: { Self.word(at: $0, of: tables) })
      guard case .fault(let fault) = result else { return true }
      let isFirst = translation.stage1?.half(of: address).layout.startLevel == -1 && !hasFirstEntry
      return !(fault.isOnStage1Walk && isFirst)
        && ![0x13, 0x29, 0x2b].contains(fault.status.rawValue)
    }
  }

  /// Compares what became of an address.
  mutating func compare(
    _ address: UInt64, _ values: [UInt64], of tables: RandomTables, seed: UInt64
  ) {
    addressCount += 1
    for (index, operation) in Self.operations(of: tables.registers) {
      let translation = translation(of: tables, operation)
      var isKnown = !translation.isMisreadByQEMU(at: address)
      let result = translation.translate(
        address, for: operation.access,
        observe: { step in if translation.isMisreadByQEMU(step) { isKnown = false } }
      ) { place in
        // Above the memory there is nothing.
        if !tables.ram.contains(place), place < TranslatingMachine.ram.upperBound {
          isKnown = false
        }
        return Self.word(at: place, of: tables)
      }
      guard isKnown else {
        skippedCount += 1
        continue
      }
      count += 1
      let (expected, found) = (Self.words(result), Self.words(values[index]))
      if case .mapped = result { mappedCount += 1 }
      if case .fault(let fault) = result {
        faultCounts[UInt64(fault.status.rawValue), default: 0] += 1
      }
      // A data abort doesn't say which stage it is of.
      let isAbort = values[index] >> 63 == 1 && values[index] & 1 == 1
      let isSame =
        isAbort
        ? expected.replacing("stage 2", with: "stage 1") == found : expected == found
      guard !isSame else { continue }
      var steps: [String] = []
      _ = translation.translate(
        address, for: operation.access,
        observe: { steps.append(Self.words($0)) }, memory: { Self.word(at: $0, of: tables) })
      failures.append(
        """
        seed \(seed), \(operation.name) of \(Self.hex(address)): the walk says \(expected), the CPU \(found) \
        (\(Self.hex(values[index])))
          \(Self.words(tables.registers))
          \(steps.joined(separator: "\n  "))
        """)
    }
  }

  /// The doubleword at a physical address; nil outside of the tables' memory.
  private static func word(at place: UInt64, of tables: RandomTables) -> UInt64? {
    tables.ram.contains(place) ? tables.words[place, default: 0] : nil
  }

  // MARK: Words

  private static func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  private static func words(_ registers: ModelRegisters) -> String {
    let values = [
      ("SCTLR", registers.sctlr), ("TCR", registers.tcr), ("TTBR0", registers.ttbr0),
      ("TTBR1", registers.ttbr1), ("HCR", registers.hcr), ("VTCR", registers.vtcr),
      ("VTTBR", registers.vttbr),
    ]
    return "\(registers.regime) " + values.map { "\($0) \(hex($1))" }.joined(separator: ", ")
  }

  private static func words(_ step: WalkStep) -> String {
    "stage \(step.stage)\(step.isOnStage1Walk ? " on stage 1's walk" : ""), level \(step.level): "
      + "\(hex(step.address)) \(step.bits.map(hex) ?? "nothing"), \(step.descriptor)"
  }

  private static func words(_ result: TranslationResult) -> String {
    switch result {
    case .mapped(let found): hex(found.address & ~0xfff)
    case .fault(let fault):
      words(UInt64(fault.status.rawValue), stage: fault.stage, isOnWalk: fault.isOnStage1Walk)
    case .unsupported(let form): "\(form)"
    }
  }

  /// F is bit 0, FST bits 6:1, PTW bit 8, S bit 9, PA bits 51:12.
  private static func words(_ par: UInt64) -> String {
    guard par & 1 != 0 else { return hex(par & 0x000f_ffff_ffff_f000) }
    return words(
      par >> 1 & 0x3f, stage: par >> 9 & 1 == 1 ? 2 : 1, isOnWalk: par >> 8 & 1 == 1)
  }

  private static func words(_ status: UInt64, stage: Int, isOnWalk: Bool) -> String {
    // QEMU 7.2 reports a fault of stage 2 on stage 1's walk with stage 1's level. Arm ARM DDI 0487, J1 "AArch64.S1Walk":
    // it is stage 2's.
    isOnWalk
      ? "fault \(hex(status & ~3)) of stage \(stage), on stage 1's walk"
      : "fault \(hex(status)) of stage \(stage)"
  }
}

/// What QEMU 7.2 does not do as the manual says.
extension AddressTranslation {
  /// Whether QEMU makes something else of the registers, for an address.
  fileprivate func isMisreadByQEMU(at address: UInt64) -> Bool {
    let roots = [stage1?.half(of: address).layout, stage2?.layout].compactMap { $0 }
    if roots.contains(where: Self.isRootMisread) { return true }
    guard let stage2 else { return false }
    // QEMU's AT instructions don't look at HCR_EL2.TGE, bit 27. Arm ARM DDI 0487, J1 "AArch64.S1Enabled": stage 1 of EL1&0
    // is off then.
    if stage2.hcr >> 27 & 1 != 0 { return true }
    guard stage2.isEnabled else {
      // QEMU denies a walk memory that a stage 2 makes a device's (HCR_EL2.PTW, bit 2) also if there is no stage 2. Arm ARM
      // DDI 0487, J1 "AArch64.S2Translate" returns before that.
      return stage2.hcr >> 2 & 1 != 0
    }
    // QEMU takes the outputs' range (VTCR_EL2.PS) where the shape is limited by the CPU's (`check_s2_mmu_setup`). Arm ARM
    // DDI 0487, J1 "AArch64.S2InvalidSL" has the latter.
    guard let layout = stage2.layout else { return false }
    let output = layout.outputBitWidth
    let isShort =
      switch (layout.granule, layout.startLevel) {
      case (.kib4, 0), (.kib64, 1): output <= 42
      case (.kib16, 1): output <= 40
      default: false
      }
    // It begins at level -1 only with 52 bits.
    let isHalfWide = layout.startLevel == -1 && layout.inputBitWidth < 52
    return isShort || isHalfWide || layout.inputBitWidth > output
  }

  /// The bits from 48 on of a root's address: QEMU overlooks them where outputs have up to 48, and doesn't align the address
  /// of a root of less than 64 bytes, so that the bits of the register that have them stay in it. Arm ARM DDI 0487, J1
  /// "AArch64.S1TTBaseAddress".
  private static func isRootMisread(_ layout: TableLayout) -> Bool {
    layout.root >> 48 != 0
      && (layout.outputBitWidth <= 48 || layout.entryCount(layout.startLevel) < 8)
  }

  /// Whether QEMU makes something else of an entry (`get_phys_addr_lpae`).
  fileprivate func isMisreadByQEMU(_ step: WalkStep) -> Bool {
    switch step.descriptor {
    case .table(let output), .leaf(let output):
      // Of outputs of up to 48 bits it looks at no address bits above. Arm ARM DDI 0487, J1 "AArch64.LeafBase" and
      // "AArch64.OAOutOfRange" do.
      let width =
        step.stage == 1
        ? stage1?.half(isUpper: false).layout.outputBitWidth : stage2?.layout?.outputBitWidth
      if output >> 48 != 0, (width ?? 52) <= 48 { return true }
      // Of a block that is larger than the outputs' range it looks at the first address alone, "AArch64.OAOutOfRange" at
      // the one that the translated address leads to.
      return (step.shift ?? 0) > width ?? 52
    case .invalid:
      // It has blocks at each level below 3. Arm ARM DDI 0487, J1 "AArch64.BlockDescSupported" doesn't.
      return step.bits.map { $0 & 3 == 1 } == true && step.level < 3
    }
  }
}
