internal import ArmVCpu

extension AddressWalk {
  /// The last address of those after this one that aren't mapped for the same reason; nil if this one is mapped, and
  /// if only its page is known not to be.
  ///
  /// An invalid entry of a table stands for as much memory as it could map.
  var lastOfHole: UInt64? {
    guard case .fault(let fault) = result else { return nil }
    guard let last = steps.last else { return lastBeyondTables(fault) }
    guard fault.status.isTranslation else { return nil }
    let first = translation.stage1.flatMap { $0.isEnabled ? $0.half(of: address).layout : nil }
    if fault.isOnStage1Walk {
      // Stage 2 doesn't map a table: nothing is mapped below the entry that leads to it.
      guard let first else { return nil }
      let parent = steps.last { $0.stage == 1 }
      return block(parent.map { first.shift($0.level) } ?? first.inputBitWidth)
    }
    guard last.descriptor == .invalid else { return nil }
    if last.stage == 1 { return first.flatMap { block($0.shift(last.level)) } }
    guard let second = translation.stage2?.layout else { return nil }
    // Where adjacent pages are not adjacent in stage 2, the page ends the hole.
    let page = first == nil ? 64 : steps.last { $0.stage == 1 }?.shift ?? 12
    return block(min(page, second.shift(last.level)))
  }

  /// The last address with the same bits as this one, except for the lowest `shift`.
  private func block(_ shift: Int) -> UInt64 {
    shift >= 64 ? .max : address | ((1 << UInt64(shift)) - 1)
  }

  /// Of an address that is beyond the tables, or whose tables are turned off or can't be read at all.
  private func lastBeyondTables(_ fault: TranslationFault) -> UInt64? {
    // Intermediate physical addresses end where the tables end.
    guard let stage1 = translation.stage1 else { return .max }
    let half = stage1.half(of: address)
    guard stage1.isEnabled, fault.stage == 1, half.isUpper, !half.isDisabled, half.isSizeValid,
      !half.layout.isTooWide(half.layout.root)
    else { return block(55) }
    // With TBI the half is there again for each value of the top byte.
    let tag: UInt64 = 0xff << 56
    let base = (address & tag) | (half.base & ~tag)
    return base > address ? base - 1 : nil
  }
}
