extension ExitRepeatsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !repetitions.isEmpty else {
      return [
        Line(
          examined == 0
            ? "no exit was recorded so far"
            : "no exit came again three times in a row: \(DurationText.grouped(examined)) exits were looked at"
        )
      ]
    }
    return repetitions.flatMap { $0.lines(unit) }
  }
}

extension ExitRepeatsAnswer.Repetition {
  fileprivate func lines(_ unit: ExitTimeUnit) -> [Line] {
    let times = DurationText.grouped(count) + " times" + (isAtLeast ? " or more" : "")
    let span = DurationText.text(time, isNanoseconds: unit == .ns)
    let progress =
      isStuck
      ? (isLatest
        ? ["  the guest makes no progress: the instruction is executed again, and faults again"]
        : ["  the guest made no progress until the fault was answered in another way"])
      : [Line]()
    return [
      Line(
        "vcpu \(exit.vcpu): \(times) in a row, in \(span)\(isLatest ? ", and it is the last exit" : "")"
      ),
      Line("  \(exit.summary), guest at ") + exit.place.label,
    ] + progress
  }
}
