extension CatchpointsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !catchpoints.isEmpty else { return ["No catchpoints."] }
    let reason = reasonForEachExit.map { [Line("The target stops at each exit: \($0).")] } ?? []
    return [Line("Num  Evaluated in        What", .heading)] + catchpoints.flatMap(\.lines) + reason
  }
}

extension CatchpointsAnswer.Catchpoint {
  fileprivate var lines: [Line] {
    let place =
      switch evaluation {
      case .target: "the hypervisor"
      case .both: "both"
      case .host: "the debugger"
      }
    let head = "\(breakpoint.number)".padded(to: 5) + place.padded(to: 20)
    return [head + breakpoint.what]
      + (hostReason.map { [Line("       in the debugger: " + $0)] } ?? [])
  }
}
