internal import VCpuDebug

/// Reads the parts of a context. One that cannot be had is left out: a stop is shown with what is there.
struct ContextReader {
  let session: HypervisorSession
  let shell: Shell
  var extent = Extent.usual

  private static let frameCount = 5
  private static let instructionsAfter: UInt64 = 5

  /// How much is shown of the source and of the code.
  struct Extent {
    let lineCount: Int
    /// How many lines before the frame's.
    let linesBefore: (SourceLocation) -> Int
    /// How many instructions; nil for those before the frame's, and a few after it.
    let instructionCount: Int?
    /// How many bytes before an instruction, of instructions of a size.
    let bytesBefore: (_ space: AddressSpace, _ address: UInt64, _ size: UInt64) -> UInt64

    static var usual: Extent {
      Extent(
        lineCount: 8, linesBefore: { _ in 3 }, instructionCount: nil, bytesBefore: { $2 * 3 })
    }
  }

  func answer(_ sections: Set<ContextAnswer.Section>) throws -> ContextAnswer {
    ContextAnswer(
      exit: try part(.exit, of: sections, exit),
      registers: try part(.registers, of: sections, registers),
      code: try part(.code, of: sections, code),
      stack: try part(.stack, of: sections) {
        try StackAnswer(
          of: session, count: Self.frameCount, hasLocals: false, check: shell.checkInterrupt)
      },
      source: try part(.source, of: sections, source))
  }

  private func part<Part>(
    _ section: ContextAnswer.Section, of sections: Set<ContextAnswer.Section>,
    _ read: () throws -> Part?
  ) throws -> Part? {
    guard sections.contains(section) else { return nil }
    do {
      return try read()
    } catch {
      // Ctrl-C ends the whole.
      try shell.checkInterrupt()
      return nil
    }
  }

  private func exit() throws -> ExitAnswer? {
    guard session.hasHypervisor else { return nil }
    let exit = try session.exits.requireCause()
    return ExitAnswer(
      exit, in: session, by: shell.disassembler,
      isPast: exit.moment == .entering && exit != session.exits.caught)
  }

  private func registers() throws -> RegistersAnswer? {
    let reader = RegisterReader(session: session, check: shell.checkInterrupt)
    return RegistersAnswer(
      sections: shell.seenRegisters.marked(
        [try reader.general(of: nil)], thread: session.threads.selectedNumber))
  }

  private func code() throws -> DisassemblyAnswer? {
    let spot = try session.stack.spot()
    let size = UInt64(
      session.instructionSet(in: spot.space)?.maximumByteCount
        ?? session.architecture.maximumInstructionByteCount)
    let start = session.modules.needed(in: spot.space)?.extent(around: spot.address)?.symbol.address
    // Code before a function is another's; where sizes differ it isn't known where the instructions before begin.
    let isFixed =
      session.instructionSet(in: spot.space).map { $0.unitByteCount == $0.maximumByteCount }
      ?? false
    let wanted = extent.bytesBefore(spot.space, spot.address, size)
    let before = isFixed ? min(wanted, spot.address &- (start ?? 0)) : 0
    let after =
      extent.instructionCount.map { UInt64(max(0, $0 - 1)) * size &- before }
      ?? Self.instructionsAfter * size
    let range = MemoryRange(
      spot.space, around: spot.address, before: before,
      after: after + size - 1)
    var rows: [MemoryAnswer.Row] = []
    let reader = MemoryReader(
      session: session, disassembler: shell.disassembler, check: shell.checkInterrupt)
    let end = try? reader.instructions(in: range) { rows.append($0) }
    guard !rows.isEmpty else { return nil }
    return DisassemblyAnswer(
      space: spot.space.prefix, extent: .range, function: nil, address: Hex(spot.address),
      end: end.map { Hex($0) }, showsBytes: false, rows: rows)
  }

  private func source() throws -> SourceLinesAnswer? {
    try session.source.current().flatMap {
      session.source.context(
        of: $0, before: extent.linesBefore($0), count: extent.lineCount)
    }.map { SourceLinesAnswer($0, in: session) }
  }
}
