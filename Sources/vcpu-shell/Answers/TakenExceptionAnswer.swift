internal import ArmVCpu
internal import VCpuDebug

/// An exception that a CPU has taken to its own vectors.
struct TakenExceptionAnswer: Codable, Equatable, Sendable {
  /// The exception level that it was taken to, 1 to 3.
  let level: Int
  /// Whether it came from a lower level.
  let isFromLower: Bool
  /// Which of the vectors it is.
  let type: Kind
  /// What happened, in words.
  let summary: String
  /// ESR_ELx; omitted for an interrupt.
  let esr: Hex?
  /// The fields of ESR_ELx; empty for an interrupt.
  let fields: [FieldAnswer]
  /// FAR_ELx; omitted if it does not belong to the exception.
  let far: Hex?
  /// ELR_ELx, where the CPU goes on after the exception.
  let elr: Hex
  /// The instruction that took it or, for an interrupt, before which it came.
  let place: PlaceAnswer
  /// Where its vector is.
  let vector: Hex
  /// The vector's distance from VBAR_ELx.
  let offset: Hex
  /// Whether there is memory at its vector.
  let isVectorMapped: Bool
  /// Whether it is the abort of the vector's own fetch: nothing is left of the exception before it.
  let isOfVector: Bool

  /// What may be taken.
  enum Kind: String, Codable, CaseIterable, Sendable { case synchronous, irq, fiq, serror }

  init(_ exception: TakenException, in session: HypervisorSession, by disassembler: Disassembler) {
    level = Int(exception.level)
    isFromLower = exception.isFromLower
    switch exception.kind {
    case .synchronous: type = .synchronous
    case .irq: type = .irq
    case .fiq: type = .fiq
    case .serror: type = .serror
    }
    summary =
      exception.syndrome?.summary
      ?? (exception.kind == .irq ? "an interrupt (IRQ)" : "a fast interrupt (FIQ)")
    esr = exception.syndrome.map { Hex($0.rawValue) }
    fields = exception.syndrome.map { FieldAnswer.fields(of: $0) } ?? []
    far = exception.address.map { Hex($0) }
    elr = Hex(exception.returnAddress)
    let finder = PlaceFinder(session: session, disassembler: disassembler)
    place =
      exception.isOfVector
      ? finder.address(exception.pc, in: exception.space)
      : finder.place(exception.pc, in: exception.space, hasSource: true)
    vector = Hex(exception.vector)
    offset = Hex(exception.offset)
    isVectorMapped = exception.isVectorMapped
    isOfVector = exception.isOfVector
  }
}
