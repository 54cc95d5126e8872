extension ExitHistogramAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let what = classes.isEmpty ? "" : " (\(classes.joined(separator: ", ")))"
    guard count > 0 else { return [Line("no exit\(what) was counted so far")] }
    let most = buckets.map(\.count).max() ?? 1
    let title =
      "\(DurationText.grouped(count)) exit\(count == 1 ? "" : "s")\(what), \(text(time)) in the hypervisor"
    return [Line(title)]
      + buckets.map { bucket in
        let bar = String(
          repeating: "█",
          count: bucket.count == 0 ? 0 : max(1, (bucket.count * Self.width + most / 2) / most))
        return Line(
          text(bucket.from).paddedLeft(to: 9) + " – " + text(bucket.to).padded(to: 9)
            + DurationText.grouped(bucket.count).paddedLeft(to: 11) + "  " + bar)
      }
  }

  private static let width = 50

  private func text(_ time: Int) -> String {
    unit == .ns ? DurationText.nanoseconds(time) : DurationText.grouped(time)
  }
}
