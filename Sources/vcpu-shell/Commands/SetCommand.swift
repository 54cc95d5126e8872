internal import VCpuDebug

/// `set`: changes a register, a variable or memory.
enum SetCommand: ShellCommand {
  static let name = "set"
  static let actsOnTarget = true
  private static let size = Parameter<FormatSpec?>.format("[/SIZE]")
  private static let assignment = Parameter<String>.expression(
    "[force] $REGISTER = EXPRESSION", "needs an assignment, such as $x0 = 1")
  static let parameters: [any AnyParameter] = [size, assignment]
  static let summary = "Change a register, a field of one, a variable, or memory."
  static let manual = """
    At an exit the guest's registers are changed where the hypervisor takes them from: in the frame with ours
    and with arm_vcpu, otherwise in the CPU itself. With ours, ESR_EL2, FAR_EL2 and HPFAR_EL2 are a copy in
    memory, which the hypervisor decodes; otherwise they are the CPU's.

    At a stop at EL2 any system register of the CPU can be set, by its name in the manual: stubs such as QEMU's
    do not write them, so the shell makes the CPU do it (MSR). A name means the register, not the encoding:
    $vbar_el1 is the guest's even with HCR_EL2.E2H. The shell reports what the register did not take. Registers
    that EL2's own addresses depend on (SCTLR_EL2.M, TTBR0_EL2, TCR_EL2, MAIR_EL2, HCR_EL2.E2H …) are set only
    with 'force'.

      set $x1 = 0x2a
      set $esr_el2.srt = 3
      set $vttbr_el2.baddr = 0x40406000
      set $vbar_el1 = 0x40208000
      set $x0[7:0] = 0x5a
      set $v0.d[1] = -1
      set guest:0x40300000 = 0
      set /w guest:0x40200000 = 0xd503201f
      set *(uint32_t *)(guest:0x40200000) = 0xd503201f
      set $count = 1

    If a field holds an address without its low bits, the value is the address; '.raw' after it sets the bits.
    Setting bits of a register, or an element of a vector register, leaves the rest unchanged; a write of $d0 or
    $v0 clears the rest of the register, as an instruction's does. If the CPU has SVE, $v0 is the low 128 bits
    of $z0. A write to memory has as many bytes as an address, 8 on AArch64, as many as its symbol or its type,
    or as many as SIZE says: b h w g. Where its address is translated, a line says where the bytes went, by the
    tables before the write. Any other name after $ is a variable. 'skip' moves the guest past the
    instruction that exited; adding to $pc may skip two, since the hypervisor adds to it as well.
    """

  static let transcript = """
    (vcpu) set $x1 = 0x2a
    (vcpu) print $x1
    0x2a (42)
    (vcpu) set $esr_el2.srt = 3
    (vcpu) print $exit.reg
    3
    (vcpu) set /w guest:0x40300000 = 1
    guest:0x40300000 -> ipa:0x40300000 -> pa:0x41300000
    """

  /// Setting a variable doesn't change the target.
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool {
    guard let session = shell.session,
      let assignment = try? Assignment(parsing: text(arguments)),
      let path = assignment.target.path, path.count == 1
    else { return true }
    return try session.expressions.hasRegister(path)
  }

  private static func text(_ arguments: Arguments) -> String {
    var text = arguments[assignment]
    for prefix in ["var ", "variable "] where text.hasPrefix(prefix) {
      text = String(text.dropFirst(prefix.count))
    }
    return text
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    var text = text(arguments)
    let size = arguments[size]
    guard size?.letter == nil, size?.count == nil else {
      throw ShellError("'set' takes only a size, such as /w")
    }
    let isForced = text.hasPrefix("force ")
    if isForced { text = text.dropFirst("force ".count).trimmed }
    let assigned = try shell.evaluating(text) {
      try session.assign($0, byteCount: size?.size?.byteCount, isForced: isForced)
    }
    return .answer(AssignmentAnswer(assigned))
  }
}
