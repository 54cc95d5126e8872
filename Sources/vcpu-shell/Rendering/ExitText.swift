extension ExitAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { detail == .brief ? [brief] : full }

  /// What is shown at a stop: what happened, and where.
  var banner: [Line] {
    ["\(name): \(summary)", "  guest pc " + whereabouts] + repetitionLines
      + (exception?.linesOfGuest ?? [])
  }

  /// The exit in one line.
  var line: Line { "\(name): \(summary), guest at " + place.label }

  /// Which exit: `exit 21, vcpu 0`, or `exit 3 seen, vmid 7, vcpu 0` if the numbers are not the hypervisor's.
  var name: String {
    switch (countedBy, count) {
    case (.hypervisor, _): "exit \(count.value), \(vcpuName)"
    // Without a catchpoint for exits they are not counted.
    case (.debugger, 0): "exit, vmid \(vm), \(vcpuName)"
    case (.debugger, _): "exit \(count.value) seen, vmid \(vm), \(vcpuName)"
    }
  }

  /// Which vCPU exited. An affinity of more than Aff0 is shown as it is in MPIDR_EL1.
  private var vcpuName: String { "vcpu " + (vcpu < 256 ? "\(vcpu)" : hexadecimal(vcpu)) }

  /// A line if the guest has made no progress since the previous exit.
  private var repetitionLines: [Line] {
    guard repetition > 1 else { return [] }
    let isFault = abort != nil || access != nil
    return [
      "  the same \(isFault ? "fault" : "exit") again, \(repetition) in a row: the instruction was executed again with the same registers"
    ]
  }

  /// Where the guest was. After HVC the PC is already past it, and an interrupt has no instruction.
  private var whereabouts: Line {
    guard hasInstruction else { return place.label }
    return place.address == pc ? place.code : place.code + "  (pc is after it)"
  }

  /// Everything in one line.
  private var brief: Line {
    let instruction = hasInstruction ? place.instruction ?? "-" : "-"
    return "#\(count.value)".padded(to: 4) + " \(vcpuName)  "
      + Line(hexadecimal(place.address.value, digits: 8), .address)
      + ("  " + instruction.padded(to: 26) + " " + summary)
  }

  /// The exit in words: what happened, where, and how far its handling is.
  var words: [Line] {
    banner + momentLines + (access.map { [Line("  " + words($0))] } ?? [])
      + (abort?.remarks.map { Line("  " + $0) } ?? [])
  }

  /// Everything that is known.
  private var full: [Line] {
    var lines = words
    if let esr {
      lines.append("ESR_EL2    \(hexadecimal(esr.value, digits: 16))")
      lines += FieldText.lines(fields).map { "  " + $0 }
    }
    if let far { lines.append("FAR_EL2    \(hexadecimal(far.value, digits: 16))") }
    if let hpfar { lines.append("HPFAR_EL2  \(hexadecimal(hpfar.value, digits: 16))") }
    lines.append("PSTATE     \(hexadecimal(pstate.value, digits: 16))  EL\(exceptionLevel)")
    if let times {
      // When the next entry is about to happen, its time is already recorded.
      let ticks =
        times.entry.value <= times.exit.value
        ? ", \(times.exit.value - times.entry.value) ticks after the entry" : ""
      lines.append("time       \(times.exit.value)\(ticks); VM \(vm)")
    }
    return lines
  }

  /// How far the hypervisor has come with handling it, unless the CPU is still where it was caught.
  private var momentLines: [Line] {
    switch moment {
    case .caught: return []
    case .entering:
      return [
        isPast
          ? "  as it was at the exit: the guest is about to be entered again, with what $guest and 'catch entry' show"
          : "  the guest is about to be entered again, with the registers shown"
      ]
    case .handled:
      return [
        isCopy
          ? "  as it was at the exit: the hypervisor is handling it, and may have changed what the guest gets"
          : "  the hypervisor is handling it"
      ]
    }
  }

  private func words(_ access: Access) -> String {
    let count = access.byteCount == 1 ? "1 byte" : "\(access.byteCount) bytes"
    var parts = [
      "IPA \(access.ipa)", "\(access.isWrite ? "write" : "read") of \(count)",
      "register \(access.register)",
    ]
    if let value = access.value { parts.append("value \(value)") }
    if access.extendsSign { parts.append("sign-extended") }
    return parts.joined(separator: ", ")
  }
}
