/// A descriptor of EL2's own stage 1 (Arm ARM DDI 0487, D8.3 "Translation table descriptor formats").
enum EL2Descriptor: Equatable, Sendable {
  /// Nothing is mapped.
  case invalid
  /// The table of the next level, and the restrictions that it imposes below it.
  case table(address: UInt64, Permissions)
  /// A block or a page.
  case leaf(address: UInt64, Permissions)

  /// The permissions that matter to a search for code.
  struct Permissions: Equatable, Sendable {
    /// EL2 may execute.
    var isExecutable = true
    /// EL2 may write.
    var isWritable = true
    /// EL0 has access (only with E2H): AP[1], and not APTable[0].
    var isForEL0 = true

    /// The combined permissions of a table's descriptor and one below it.
    func limited(by other: Permissions) -> Permissions {
      Permissions(
        isExecutable: isExecutable && other.isExecutable,
        isWritable: isWritable && other.isWritable, isForEL0: isForEL0 && other.isForEL0)
    }
  }

  /// Decodes an entry of a table of `level`, which is already in the CPU's byte order.
  ///
  /// A leaf's permissions are its own: `limited(by:)` joins those of the tables above it. A clear access flag
  /// doesn't count: the system sets it when the page is first used.
  init(
    _ entry: UInt64, level: Int, half: EL2TranslationControls.Half,
    controls: EL2TranslationControls
  ) {
    guard entry & 1 != 0 else {
      self = .invalid
      return
    }
    let isTableOrPage = entry & 0b10 != 0
    // UXN concerns only EL0; in the EL2 regime the bit is XN (D8.4, execute permissions).
    let neverExecute: UInt64 = controls.isE2H ? 1 << 53 : 1 << 54
    if level < 3, isTableOrPage {
      let address = Self.address(in: entry, alignedTo: half.granuleShift, half)
      guard !half.ignoresTableAttributes else {
        self = .table(address: address, Permissions())
        return
      }
      let neverExecuteBelow: UInt64 = controls.isE2H ? 1 << 59 : 1 << 60
      self = .table(
        address: address,
        Permissions(
          isExecutable: entry & neverExecuteBelow == 0, isWritable: entry >> 62 & 1 == 0,
          isForEL0: entry >> 61 & 1 == 0))
      return
    }
    guard level == 3 ? isTableOrPage : Self.hasBlocks(level, half) else {
      self = .invalid
      return
    }
    let isReadOnly = entry >> 7 & 1 != 0
    let becomesWritable = controls.managesDirtyState && entry >> 51 & 1 != 0
    self = .leaf(
      address: Self.address(in: entry, alignedTo: half.shift(level), half),
      Permissions(
        isExecutable: entry & neverExecute == 0, isWritable: !isReadOnly || becomesWritable,
        isForEL0: controls.isE2H && entry >> 6 & 1 != 0))
  }

  /// Whether an entry of `level` may be a block (Arm ARM, D8.3): wide
  /// addresses allow one more level of them.
  private static func hasBlocks(_ level: Int, _ half: EL2TranslationControls.Half) -> Bool {
    let first = half.granuleShift == 12 ? 1 : 2
    return level >= (half.hasWideOutput ? first - 1 : first)
  }

  /// The output address: bits 47 to `shift`, with 52-bit addresses also bits 15:12 (64 KiB: 51:48), or 49:48 as
  /// they are and 9:8 (4 and 16 KiB: 51:50).
  private static func address(
    in entry: UInt64, alignedTo shift: Int, _ half: EL2TranslationControls.Half
  ) -> UInt64 {
    let below: UInt64 = (1 << UInt64(shift)) - 1
    guard half.hasWideOutput else { return entry & 0x0000_ffff_ffff_ffff & ~below }
    if half.granuleShift == 16 {
      return entry & 0x0000_ffff_ffff_ffff & ~below | (entry >> 12 & 15) << 48
    }
    return entry & 0x0003_ffff_ffff_ffff & ~below | (entry >> 8 & 3) << 50
  }
}

extension EL2Descriptor.Permissions {
  /// Whether EL2 may execute memory with this mapping: not writable memory with WXN, and with E2H never memory
  /// that EL0 can write (D8.4, execute permissions).
  func mayExecute(with controls: EL2TranslationControls) -> Bool {
    guard isExecutable else { return false }
    return !(isWritable && (controls.isWritableNeverExecuted || controls.isE2H && isForEL0))
  }
}
