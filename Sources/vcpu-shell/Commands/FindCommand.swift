internal import VCpuDebug

/// `find`: searches memory.
enum FindCommand: ShellCommand {
  static let name = "find"
  private static let format = Parameter<Format>("[/[SIZE][COUNT]]", .format) { scanner in
    guard scanner.rest.first == "/", let text = scanner.takeWord() else { return Format() }
    return try Format(text)
  }
  private static let words = Parameter<String>.expression(
    "START, +LENGTH|END, VALUE…", "needs START, +LENGTH or END, and what to search for")
  static let parameters: [any AnyParameter] = [format, words]
  static let summary = "Search memory for bytes, numbers or text."
  static let manual = """
    The range begins at START, which says the address space as in 'x', and has LENGTH bytes or goes through
    END. The values follow one another in memory: numbers, in the byte order of the space, and texts in quotes,
    without a terminator and with C's escapes. SIZE is the size of each number: b h w g. Without it a number has
    the size of its type: a register 8 bytes, a cast its own, a character 1, and any other number 4 if it fits.

    Shows the address of each match, in order; matches may overlap. COUNT is how many to show; without it no
    more than 100,000. $_ is the last of these addresses, where 'x' goes on, and $numfound how many there are.
    GDB stops at a page that isn't mapped: here everything else is searched, and the ranges without memory are
    listed; so are devices, whose registers are not read. Ctrl-C ends the search and shows what it found.

      find guest:0x40200000, +0x10000, "Linux version"
      find /w1 ipa:0x40200000, ipa:0x402fffff, 0xd503201f
      find pa:0x40000000, +256 * 1024 * 1024, (uint16_t)0x1234, 'a', "bc\\0"
    """

  static let transcript = """
    (vcpu) find guest:0x40200000, +64, 0xb9000001
    0x40200010 <store32>
    1 pattern found.
    (vcpu) x/i $_
    => 0x40200010 <store32>:	str w1, [x0]
    """

  /// How many matches are shown without a count.
  private static let matchLimit = 100_000

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let format = arguments[format]
    let parts = ArgumentParts.split(arguments[words], at: .comma)
    guard parts.count > 2, !parts.contains("") else {
      throw ShellError(
        "'find' takes START, +LENGTH or END, and what to search for, with commas between them")
    }
    let memory = try MemoryWords(shell)
    let range = try memory.range(from: parts[0], to: parts[1], isThrough: true)
    let pattern = try parts[2...].flatMap {
      try memory.bytes(of: $0, format.size, in: range.space)
    }
    let (answer, error) = search(range, for: pattern, format.count, in: shell, memory.session)
    remember(answer, in: range.space, for: shell)
    if let error { return .partial(answer, error) }
    // A range without any memory is a mistake.
    if answer.searchedByteCount == 0, let gap = answer.gaps.first {
      throw DebugError.unmapped(range.space, gap.start.value, gap.reason)
    }
    return .answer(answer)
  }

  /// The size and the count, in any order: `/w3`, `/3w`, `/w/3`.
  private struct Format {
    var size: UnitSize?
    var count: Int?

    init() {}

    init(_ text: String) throws {
      let mistake = ShellError(
        "'find' takes a size b h w g and a count of at least 1, as in /w5, not '\(text)'")
      var rest = text[...]
      while let character = rest.first {
        if character == "/" {
          rest.removeFirst()
        } else if let size = UnitSize(rawValue: character), self.size == nil {
          self.size = size
          rest.removeFirst()
        } else {
          let digits = rest.prefix { $0.isASCII && $0.isNumber }
          guard let count = Int(digits), count > 0, self.count == nil else { throw mistake }
          self.count = count
          rest = rest.dropFirst(digits.count)
        }
      }
    }
  }

  /// Searches until the end, the limit, or an error.
  private static func search(
    _ range: MemoryRange, for pattern: [UInt8], _ count: Int?, in shell: Shell,
    _ session: HypervisorSession
  ) -> (FindAnswer, (any Error)?) {
    var sweep = MemorySweep(range, of: session.memory, skipsDevices: true)
    var search = MemorySearch(for: pattern)
    var progress = Progress("searching", total: range.byteCount, to: shell.output)
    defer { progress.end() }
    let limit = count ?? matchLimit
    var found: [UInt64] = []
    var gaps: [MemorySweep.Gap] = []
    var searched: UInt64 = 0
    var failure: (any Error)?
    do {
      while found.count < limit, let piece = try sweep.next() {
        switch piece {
        case .memory(let address, let bytes):
          found += search.matches(in: bytes, at: address, limit: limit - found.count)
          searched += UInt64(bytes.count)
        case .gap(let gap):
          if gaps.isEmpty || !gaps[gaps.count - 1].merge(gap) { gaps.append(gap) }
        }
        progress.note(sweep.doneByteCount)
        try shell.checkInterrupt()
      }
    } catch {
      failure = error
    }
    // At the limit the search has ended somewhere in the last piece.
    let next =
      found.count < limit ? sweep.position : found.last.flatMap { $0 < range.last ? $0 + 1 : nil }
    let answer = FindAnswer(
      space: range.space.prefix, start: Hex(range.start), last: Hex(range.last),
      pattern: pattern.map { hexadecimal(UInt64($0), digits: 2).dropFirst(2) }.joined(),
      matches: found.map {
        FindAnswer.Match(address: Hex($0), symbol: session.symbolName(at: $0, in: range.space))
      }, gaps: gaps.map(MemoryGap.init), searchedByteCount: Hex(searched), limit: count,
      next: next.map { Hex($0) })
    return (answer, failure)
  }

  /// GDB's variables, and where `x` goes on.
  private static func remember(_ answer: FindAnswer, in space: AddressSpace, for shell: Shell) {
    shell.variables["numfound"] = Value(signed: Int64(answer.matches.count))
    guard let last = answer.matches.last else { return }
    let value = Value(last.address.value, addressSpace: space, displayType: .address)
    shell.variables["_"] = value
    shell.examination.next = value
  }
}
