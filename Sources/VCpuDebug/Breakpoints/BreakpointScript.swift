internal import ArmVCpu

/// The commands that set breakpoints again, as GDB's `save breakpoints` writes them.
extension SessionBreakpoints {
  /// The lines of a script that sets all breakpoints, watchpoints and catchpoints again, in the order of their numbers:
  /// with their conditions, ignore counts and commands, and disabled where they are.
  ///
  /// `$bpnum` is the number of the one that was set last, as in GDB. How often each was hit is not in it.
  public func script() -> [String] {
    table.all.flatMap { breakpoint in
      var lines = [setting(breakpoint)]
      if breakpoint.ignoreCount > 0 { lines.append("ignore $bpnum \(breakpoint.ignoreCount)") }
      if !breakpoint.commands.isEmpty {
        lines += ["commands"] + breakpoint.commands.map { "  " + $0.text } + ["end"]
      }
      if !breakpoint.isEnabled { lines.append("disable $bpnum") }
      return lines
    }
  }

  /// The command that sets a breakpoint, with its condition.
  private func setting(_ breakpoint: Breakpoint) -> String {
    let temporary = breakpoint.isTemporary ? "t" : ""
    let command =
      switch breakpoint.kind {
      case .exit(let classes):
        (["\(temporary)catch exit"] + classes.map(\.word)).joined(separator: " ")
      case .entry: "\(temporary)catch entry"
      case .fault: "\(temporary)catch fault"
      case .code(let place):
        (breakpoint.isHardware ? "hbreak " : "\(temporary)break ") + text(of: place)
      case .watch(let watchpoint):
        "\(watchpoint.access.command) " + (watchpoint.means == .stub ? "" : "--stage2 ")
          + "\(watchpoint.space.label)0x"
          + "\(String(watchpoint.address, radix: 16)), \(watchpoint.byteCount)"
      }
    return command + (breakpoint.condition.map { " if \($0.text)" } ?? "")
  }

  /// A location that means the same wherever the target is: a symbol as it was typed, or else the address with its
  /// space, and the CPU, vCPU or VM that it is for.
  private func text(of place: CodeLocation) -> String {
    let owner = place.space.owner.map { " \($0.text)" } ?? ""
    if isSymbol(place) { return place.text + owner }
    return "*\(AddressSpace(place.space.kind).label)0x\(String(place.address, radix: 16))\(owner)"
  }

  /// Whether a location's text is only a name, perhaps after a space, that still leads to its addresses.
  private func isSymbol(_ place: CodeLocation) -> Bool {
    if SourceLineName(place.text) != nil { return true }
    var values = expressions.bodies(named: place.text)
    if values.isEmpty {
      switch try? expressions.parse(place.text) {
      case .name, .inSpace(_, .name, _):
        values = (try? expressions.value(of: place.text)).map { [$0] } ?? []
      default: break
      }
    }
    return Set(values.map(\.bits)) == Set(place.addresses)
      && values.allSatisfy { $0.addressSpace?.kind == place.space.kind }
  }
}

extension Watchpoint.Access {
  /// The command that sets such a watchpoint.
  fileprivate var command: String {
    switch self {
    case .write: "watch"
    case .read: "rwatch"
    case .any: "awatch"
    }
  }
}
