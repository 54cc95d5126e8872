internal import GDBRemote
internal import VCpuDebug

/// `x`: shows memory.
enum ExamineCommand: ShellCommand {
  static let name = "x"
  private static let format = Parameter<FormatSpec?>.format()
  private static let address = Parameter<String?>.optionalExpression("[ADDRESS]")
  static let parameters: [any AnyParameter] = [format, address]
  static let summary = "Show memory of the guest or the hypervisor, or by physical address."
  static let manual = """
    FMT is a count, a format (x d u o t a c s i z) and a size (b h w g), as in GDB. Without an address it
    goes on where the last 'x' ended. The address determines the address space: at an exit $pc is the
    guest's. A prefix names it: hv: guest: el0: ipa: pa:. Brackets say whose it is, if not the selected CPU's:
    guest[cpu 1]: guest[vcpu 1]: guest[vm 3]: ipa[vm 3]: hv[cpu 1]:.

      x/4i $pc
      x/8xg $sp
      x/s guest:0x40200400
      x/2i hv:vmexit_trampoline
      x/4xw ipa:0x40200000
    """
  static let isRepeatable = true

  /// Continues after the memory that was shown last, in the same format.
  static func repetition(of line: String, _ text: String) -> String {
    name + (text.first == "/" ? text.prefix { !$0.isWhitespace } : "")
  }

  static let transcript = """
    (vcpu) x/2i $pc
    => 0x40200010 <store32>:	str w1, [x0]
       0x40200014 <store32+4>:	nop
    (vcpu) x/2xg hv:0x40404000
    0x40404000:	0x0000000009000000	0x0000000100000041
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let format = arguments[format] ?? FormatSpec()
    var examination = shell.examination
    if let letter = format.letter { examination.letter = letter }
    if let size = format.size { examination.size = size }
    if format.letter == .address, format.size == nil {
      examination.size = session.architecture.addressByteCount == 8 ? .giant : .word
    }
    if format.letter == .character, format.size == nil { examination.size = .byte }
    if let address = arguments[address] {
      examination.next = try shell.evaluating(address) { try session.value(of: $0) }
    }
    guard let start = examination.next else {
      throw ShellError("'x' needs an address the first time")
    }
    let reader = MemoryReader(
      session: session, disassembler: shell.disassembler, check: shell.checkInterrupt)
    let space = try session.expressions.space(of: start)
    var rows: [MemoryAnswer.Row] = []
    do {
      let next = try reader.read(
        examination, count: format.count ?? 1, at: start.bits, in: space
      ) { rows.append($0) }
      examination.next = Value(next, addressSpace: space, displayType: .address)
      shell.examination = examination
      remember(rows, examination, in: space, of: session, for: shell)
      return .answer(MemoryAnswer(examination, in: space, rows, next: next))
    } catch {
      // A person who interrupts a long command doesn't want the rows read so far.
      guard !rows.isEmpty, !Interrupted.caused(error) else { throw error }
      return .partial(MemoryAnswer(examination, in: space, rows, next: nil), error)
    }
  }

  /// GDB's `$_`, the last address that was shown, and `$__`, its contents.
  private static func remember(
    _ rows: [MemoryAnswer.Row], _ examination: Examination, in space: AddressSpace,
    of session: HypervisorSession, for shell: Shell
  ) {
    guard let last = rows.last else { return }
    let unit = last.values.isEmpty ? nil : examination.size.byteCount
    let offset = unit.map { UInt64((last.values.count - 1) * $0) } ?? 0
    shell.variables["_"] = Value(
      last.address.value &+ offset, addressSpace: space, displayType: .address)
    let digits = last.bytes.suffix(2 * (unit ?? 8))
    let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
      UInt8(digits.dropFirst($0).prefix(2), radix: 16)
    }
    shell.variables["__"] = session.memory.byteOrder(of: space).integer(bytes).map { Value($0) }
  }
}
