internal import VCpuDebug

/// `disassemble`: shows the instructions of a function or a range.
enum DisassembleCommand: ShellCommand {
  static let name = "disassemble"
  static let aliases = ["disas", "disass"]
  private static let modifiers = Parameter<Set<Character>>("[/rs]", .format) { scanner in
    guard scanner.rest.first == "/", let text = scanner.takeWord() else { return [] }
    let letters = text.dropFirst().filter { $0 != "/" }
    if let letter = letters.first(where: { !"rsm".contains($0) }) {
      throw ShellError(
        "'disassemble' has no modifier '/\(letter)': /r shows the bytes, /s the source lines")
    }
    return Set(letters)
  }
  private static let range = Parameter<String?>.optionalExpression("[START[, END|+LENGTH]]")
  static let parameters: [any AnyParameter] = [modifiers, range]
  static let summary = "Show the instructions of a function or a range."
  static let manual = """
    Without an address, the function that $pc is in: at an exit the guest's. With START alone, the function
    that START is in. Functions come from the symbols; where no symbol covers the address, the instructions
    around it are shown, and that is said. A range begins at START, in its address space, and ends before END,
    or has LENGTH bytes. '=>' is before the instruction at $pc. With /r the bytes are shown, in the order of
    memory. With /s each source line is before its first instruction (/m is the same).

    After '//' is the address that an 'adrp' and the instruction form together, and the value that a literal
    holds.

      disassemble
      disassemble /r hv:vmexit_trampoline
      disassemble /s
      disassemble guest:$guest.lr - 16, +32
      disassemble ipa:0x40200000, ipa:0x40200010
    """

  static let transcript = """
    (vcpu) disassemble
    Dump of assembler code for function store32:
    => 0x40200010 <store32>:	str w1, [x0]
       0x40200014 <store32+4>:	nop
       0x40200018 <store32+8>:	nop
       0x4020001c <store32+12>:	nop
    End of assembler dump.
    (vcpu) disassemble /r $pc, +8
    Dump of assembler code from 0x40200010 to 0x40200018:
    => 0x40200010 <store32>:	01 00 00 b9	str w1, [x0]
       0x40200014 <store32+4>:	1f 20 03 d5	nop
    End of assembler dump.
    """

  /// How many instructions are shown before and after an address without a symbol.
  private static let surroundings: UInt64 = 8

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let memory = try MemoryWords(shell)
    let parts = ArgumentParts.split(arguments[range] ?? "$pc", at: .comma)
    guard parts.count < 3, !parts.contains("") else {
      throw ShellError("'disassemble' takes \(usage)")
    }
    var request: Request
    if parts.count == 2 {
      let range = try memory.range(from: parts[0], to: parts[1], isThrough: false)
      request = Request(address: range.start, range: range, extent: .range)
    } else {
      let (space, address) = try memory.address(parts[0])
      request = self.request(address, space, memory.session)
    }
    request.showsBytes = arguments[modifiers].contains("r")
    request.showsSource = !arguments[modifiers].isDisjoint(with: "sm")
    return try read(request, memory.session, shell)
  }

  /// What is to be shown.
  private struct Request {
    let address: UInt64
    var range: MemoryRange
    let extent: DisassemblyAnswer.Extent
    var function: String?
    var showsBytes = false
    var showsSource = false
  }

  /// The function at an address, or else what is around it.
  private static func request(
    _ address: UInt64, _ space: AddressSpace, _ session: HypervisorSession
  ) -> Request {
    if let (symbol, end, name) = session.modules.needed(in: space)?.extent(around: address),
      end > address,
      let range = MemoryRange(space, symbol.address, through: end - 1)
    {
      return Request(address: address, range: range, extent: .function, function: name)
    }
    let set = session.instructionSet(in: space)
    let longest = UInt64(
      set?.maximumByteCount ?? session.architecture.maximumInstructionByteCount)
    // Only where all have the same size it is known where those before begin.
    let isFixed = set.map { $0.unitByteCount == $0.maximumByteCount } ?? false
    let before = isFixed ? min(address / longest, surroundings) * longest : 0
    let range = MemoryRange(
      space, around: address, before: before, after: (surroundings + 1) * longest - 1)
    return Request(address: address, range: range, extent: .surroundings)
  }

  private static func read(
    _ request: Request, _ session: HypervisorSession, _ shell: Shell
  ) throws -> Outcome {
    let reader = MemoryReader(
      session: session, disassembler: shell.disassembler, check: shell.checkInterrupt)
    var rows: [MemoryAnswer.Row] = []
    func answer(end: UInt64?) -> DisassemblyAnswer {
      DisassemblyAnswer(
        space: request.range.space.prefix, extent: request.extent, function: request.function,
        address: Hex(request.address), end: end.map { Hex($0) }, showsBytes: request.showsBytes,
        rows: request.showsSource ? withSource(rows, request.range.space, session) : rows)
    }
    do {
      let end = try reader.instructions(in: request.range) { rows.append($0) }
      return .answer(answer(end: end))
    } catch DebugError.unmapped(let space, let place, let reason)
      where request.extent == .surroundings
    {
      // Memory may begin or end near the address.
      if let last = rows.last, last.address.value >= request.address {
        return .answer(answer(end: place))
      }
      guard request.range.start < request.address else {
        throw DebugError.unmapped(space, place, reason)
      }
      var rest = request
      rest.range = MemoryRange(
        space, around: request.address, before: 0, after: request.range.last - request.address)
      return try read(rest, session, shell)
    } catch {
      guard !rows.isEmpty else { throw error }
      return .partial(answer(end: nil), error)
    }
  }

  /// The rows, with the source lines before them.
  private static func withSource(
    _ rows: [MemoryAnswer.Row], _ space: AddressSpace, _ session: HypervisorSession
  ) -> [MemoryAnswer.Row] {
    let modules = session.modules.of(space)
    let lines = SourceInterleaving(
      files: session.source.files,
      locations: rows.map { modules?.sourceLocation(at: $0.address.value) }
    ).lines()
    return zip(rows, lines).map { row, lines in row.after(lines) }
  }
}
