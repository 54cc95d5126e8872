internal import ArmVCpu
internal import VCpuDebug

/// A fault that a hypervisor took itself.
struct FaultText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// What happened, where, and what to look at next; nil where it is not at its vector.
  var lines: [String]? {
    guard let fault = session.exits.fault else { return nil }
    let addresses = AddressText(session: session, disassembler: disassembler)
    let esr = fault.esr
    var lines = [
      "the hypervisor took a fault at EL2: \(what(fault))",
      "  hv pc " + addresses.line(fault.pc, in: .hypervisor) + source(fault.pc),
      "  ESR_EL2 \(hexadecimal(esr.rawValue, digits: 16))"
        + (fault.address.map { ", FAR_EL2 \(hexadecimal($0, digits: 16))" } ?? ""),
    ]
    lines.append(
      "  its own handler is next, at \(hexadecimal(fault.vector)); 'info registers hv', 'decode esr $esr_el2', "
        + "'x/8i hv:$elr_el2 - 16'")
    return lines
  }

  private func what(_ fault: HypervisorFault) -> String {
    let name =
      "\(fault.esr.exceptionClass.name) (EC \(hexadecimal(fault.esr.exceptionClass.rawValue, digits: 2)))"
    guard let address = fault.address else { return name }
    let status = fault.status.map { ", \($0.name)" } ?? ""
    return name + status + ", address \(hexadecimal(address))"
  }

  private func source(_ pc: UInt64) -> String {
    guard let source = session.symbols.hypervisor?.sourceLocation(at: pc) else { return "" }
    let file = source.file.split(separator: "/").last.map(String.init) ?? source.file
    return "    \(file):\(source.line)"
  }
}
