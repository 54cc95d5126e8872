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
      case .address(let address, let space, let text):
        (breakpoint.isHardware ? "hbreak " : "\(temporary)break ")
          + location(address, in: space, typed: text)
      case .watch(let watchpoint):
        "\(watchpoint.access.command) " + (watchpoint.means == .stub ? "" : "--stage2 ")
          + "\(watchpoint.space.label)0x"
          + "\(String(watchpoint.address, radix: 16)), \(watchpoint.byteCount)"
      }
    return command + (breakpoint.condition.map { " if \($0.text)" } ?? "")
  }

  /// A location that means the same wherever the target is: a symbol as it was typed, or else the address with its
  /// space, and the CPU, vCPU or VM that it is for.
  private func location(_ address: UInt64, in space: AddressSpace, typed text: String) -> String {
    let owner = space.owner.map { " \($0.text)" } ?? ""
    if isSymbol(text, at: address, in: space) { return text + owner }
    return "*\(AddressSpace(space.kind).label)0x\(String(address, radix: 16))\(owner)"
  }

  /// Whether a text is only a symbol's name, perhaps after a space, that still leads to an address.
  private func isSymbol(_ text: String, at address: UInt64, in space: AddressSpace) -> Bool {
    let value: Value?
    if let named = expressions.address(ofSymbol: text) {
      value = named
    } else {
      switch try? expressions.parse(text) {
      case .name, .inSpace(_, .name, _): value = try? expressions.value(of: text)
      default: value = nil
      }
    }
    guard let value, value.bits == address else { return false }
    return value.addressSpace?.kind == space.kind
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
