internal import ArmVCpu
internal import VCpuDebug

/// Breakpoints and catchpoints as text.
enum BreakpointText {
  /// What is said when one is set.
  static func added(_ breakpoint: Breakpoint, _ session: HypervisorSession) -> String {
    let temporary = breakpoint.isTemporary ? "Temporary " : ""
    switch breakpoint.kind {
    case .exit, .entry, .fault:
      let title = temporary.isEmpty ? "Catchpoint" : "\(temporary)catchpoint"
      return "\(title) \(breakpoint.number): \(what(breakpoint, session))"
    case .address:
      let hardware = breakpoint.isHardware ? "hardware " : ""
      let title = (temporary + hardware + "breakpoint").capitalizedFirst
      return "\(title) \(breakpoint.number) at \(what(breakpoint, session))"
    }
  }

  /// The list, with a title line.
  static func list(_ session: HypervisorSession) -> [String] {
    guard !session.breakpoints.all.isEmpty else { return ["No breakpoints or catchpoints."] }
    var lines = ["Num  Type        Disp  Enb  Hits  What"]
    for breakpoint in session.breakpoints.all {
      let type =
        switch breakpoint.kind {
        case .exit, .entry, .fault: "catchpoint"
        case .address: breakpoint.isHardware ? "hw breakpt" : "breakpoint"
        }
      lines.append(
        "\(breakpoint.number)".padded(to: 5) + type.padded(to: 12)
          + (breakpoint.isTemporary ? "del" : "keep").padded(to: 6)
          + (breakpoint.isEnabled ? "y" : "n").padded(to: 5)
          + "\(breakpoint.hitCount)".padded(to: 6) + what(breakpoint, session))
      if breakpoint.ignoreCount > 0 {
        lines.append("       passes over the next \(breakpoint.ignoreCount) hits")
      }
      lines += breakpoint.commands.map { "       " + $0 }
    }
    return lines
  }

  private static func what(_ breakpoint: Breakpoint, _ session: HypervisorSession) -> String {
    let condition = breakpoint.condition.map { " if \($0.text)" } ?? ""
    switch breakpoint.kind {
    case .exit(let classes):
      return "exit " + classes.map(\.word).joined(separator: " ") + condition
    case .entry: return "entry" + condition
    case .fault: return "fault" + condition
    case .address(let address, let space, _):
      let symbol = session.symbols.of(space)?.symbol(at: address).map { " <\($0)>" } ?? ""
      return "\(space.label)\(hexadecimal(address))\(symbol)\(condition)"
    }
  }
}

extension String {
  /// The text with a capital as its first letter, and no other.
  fileprivate var capitalizedFirst: String {
    (first?.uppercased() ?? "") + dropFirst().lowercased()
  }
}
