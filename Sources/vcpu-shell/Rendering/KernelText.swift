extension KernelLogAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var lines = records.isEmpty ? [Line("The log is empty.")] : records.flatMap(\.lines)
    if lostCount > 0 {
      lines.append(
        Line(
          lostCount == 1
            ? "1 record could not be read" : "\(lostCount) records could not be read"))
    }
    return lines
  }
}

extension KernelLogAnswer.KernelLogLine {
  /// As `dmesg` has them: `[    0.000000] Booting Linux on physical CPU 0x0000000000`.
  fileprivate var lines: [Line] {
    let seconds = "\(nanoseconds.value / 1_000_000_000)"
    let microseconds = "\(nanoseconds.value / 1000 % 1_000_000)"
    let padding = String(repeating: " ", count: max(0, 5 - seconds.count))
    let zeros = String(repeating: "0", count: 6 - microseconds.count)
    let head = Line("[\(padding)\(seconds).\(zeros)\(microseconds)] ")
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      let isOpen = !isComplete && index == parts.count - 1
      return head + Line(String(part)) + (isOpen ? Line(" (not finished)") : "")
    }
  }
}

extension KernelTaskAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let label = space.isEmpty ? "" : "\(space):"
    let kind =
      isKernelThread
      ? (thread == 0 ? ", the kernel's idle thread" : ", a thread of the kernel")
      : thread == process ? "" : ", a thread of process \(process)"
    return [
      Line("\(name)  pid \(thread)\(kind)"),
      Line("  task_struct ") + Line("\(label)\(address)", .address) + "  stack "
        + Line("\(label)\(stack)", .address),
    ]
  }
}
