/// The parts of requested ranges that could not be read.
final class MissingMemory {
  private var gaps: [(space: AddressSpace, gap: MemorySweep.Gap)] = []

  /// Records a part, which may begin where the last one ends.
  func note(_ space: AddressSpace, _ start: UInt64, byteCount: UInt64, reason: String) {
    let gap = MemorySweep.Gap(start: start, last: start + (byteCount - 1), reason: reason)
    if let last = gaps.last, last.space == space, last.gap.reason == reason,
      gaps[gaps.count - 1].gap.merge(gap)
    {
      return
    }
    gaps.append((space, gap))
  }

  /// One for each part: `guest:0x40402000: stage 2 ends at an invalid descriptor of level 3`.
  var sentences: [String] {
    gaps.map { "\($0.space.label)0x\(String($0.gap.start, radix: 16)): \($0.gap.reason)" }
  }
}
