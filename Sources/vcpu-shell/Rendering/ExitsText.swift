extension ExitsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !exits.isEmpty else {
      return [
        recorded == 0
          ? "no exit was recorded so far" : "none of the recorded exits is of that class"
      ]
    }
    let head = Line(
      "time".paddedLeft(to: 14) + "  vCPU" + "in EL2".paddedLeft(to: 10) + "  exit", .heading)
    return [head] + exits.map { $0.row(unit) } + losses
  }

  private var losses: [Line] {
    lost == 0
      ? []
      : [
        Line(
          "\(DurationText.grouped(lost)) exit\(lost == 1 ? " was" : "s were") overwritten while this was read"
        )
      ]
  }
}

extension RecordedExitAnswer {
  /// `1.234567890 s     0   1.28 µs  hvc #0x0: …, guest at 0x402079e8 <hypercall_sum+36>`.
  fileprivate func row(_ unit: ExitTimeUnit) -> Line {
    let isNanoseconds = unit == .ns
    let when = isNanoseconds ? Self.seconds(time) : "\(time)"
    let lasted =
      inHypervisor.map { DurationText.text($0, isNanoseconds: isNanoseconds) } ?? "–"
    return Line(
      when.paddedLeft(to: 14) + "\(vcpu)".paddedLeft(to: 6) + lasted.paddedLeft(to: 10) + "  "
        + summary + ", guest at ") + place.label
  }

  /// `1.234567 s`: to the microsecond.
  private static func seconds(_ nanoseconds: Int) -> String {
    let microseconds = nanoseconds / 1000
    let fraction = "\(microseconds % 1_000_000)"
    return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 6 - fraction.count)
      + fraction + " s"
  }
}
