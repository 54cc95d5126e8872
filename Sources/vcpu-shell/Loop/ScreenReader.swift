internal import VCpuDebug

/// Reads what the windows show of a stop: as `context` does, and only what is shown.
struct ScreenReader {
  let shell: Shell
  /// What the windows showed last: as long as the place is among it, only the mark moves.
  private var firstLine: (file: String, line: Int)?
  private var firstAddress: (space: AddressSpace, address: UInt64)?

  init(shell: Shell) { self.shell = shell }

  /// What the windows showed last is still right while this is the same.
  private var shown: Version?

  private struct Version: Equatable {
    let stop: StopVersion
    let layout: ScreenLayout
    let size: ScreenFrame.Size
    let hasConsole: Bool
    /// Where source files are looked for.
    let places: [String]

    init(_ session: HypervisorSession, _ model: ScreenModel) {
      stop = session.stopVersion
      layout = model.layout
      size = model.size
      hasConsole = model.hasConsole
      let files = session.source.files
      places = files.directories + files.substitutions.flatMap { [$0.from, $0.to] }
    }
  }

  /// Makes the next reading a whole one.
  mutating func forget() { shown = nil }

  /// What the windows of `model` show of this stop; nil while the target runs, which leaves the last one. The target is
  /// only asked if something may have changed.
  mutating func contents(for model: ScreenModel) -> ScreenModel.StopContents? {
    guard let session = shell.session, session.hasTarget else { return ScreenModel.StopContents() }
    guard (try? session.requireStopped()) != nil else { return nil }
    // A copy: what is printed meanwhile goes into the model itself.
    var model = model
    if shown != Version(session, model) {
      model.stop = ScreenModel.StopContents()
      // Ctrl-C ends it: what was read before is shown.
      try? read(into: &model, of: session)
      // Reading may have read registers for the first time.
      shown = Version(session, model)
    }
    mark(&model.stop, in: session)
    return model.stop
  }

  private mutating func read(into model: inout ScreenModel, of session: HypervisorSession) throws {
    let windows = Set(model.windows)
    var reader = ContextReader(session: session, shell: shell)
    // How much room the others have depends on these.
    var sections: Set<ContextAnswer.Section> = []
    if windows.contains(.exit) { sections.insert(.exit) }
    if windows.contains(.registers) { sections.insert(.registers) }
    let context = try reader.answer(sections)
    model.stop.exit = context.exit
    model.stop.registers = context.registers
    if windows.contains(.source) {
      reader.extent = extent(rows: model.plan.rows[.source] ?? 1)
      let source = try reader.answer([.source]).source
      model.stop.source = source
      firstLine = source.flatMap { source in source.lines.first.map { (source.file, $0.line) } }
    }
    guard windows.contains(.code) || (windows.contains(.source) && model.stop.source == nil) else {
      return
    }
    let plan = model.plan
    reader.extent = extent(rows: plan.rows[.code] ?? plan.rows[.source] ?? 1)
    model.stop.code = try reader.answer([.code]).code
    let space = try session.stack.spot().space
    firstAddress = model.stop.code?.rows.first.map { (space, $0.address.value) }
  }

  /// What the target does.
  var status: String {
    guard let session = shell.session else { return "no target" }
    guard session.hasTarget else { return "the \(session.targetNoun) has ended" }
    return (try? session.requireStopped()) == nil ? "running" : "stopped"
  }

  /// A part of so many rows that begins where the last one did, if the place is well within it.
  private func extent(rows: Int) -> ContextReader.Extent {
    let usual = rows / 3
    return ContextReader.Extent(
      lineCount: rows,
      linesBefore: { [firstLine] location in
        guard let firstLine, firstLine.file == location.file else { return usual }
        let before = location.line - firstLine.line
        return (min(1, rows / 4)..<max(1, rows - rows / 4)).contains(before) ? before : usual
      },
      instructionCount: rows,
      bytesBefore: { [firstAddress] space, address, size in
        let usual = UInt64(usual) * size
        guard let firstAddress, firstAddress.space == space else { return usual }
        let before = address &- firstAddress.address
        return before < UInt64(max(1, rows - rows / 4)) * size && before % size == 0
          ? before : usual
      })
  }

  private func mark(_ stop: inout ScreenModel.StopContents, in session: HypervisorSession) {
    stop.codeMarks = [:]
    stop.sourceMarks = [:]
    for breakpoint in session.breakpoints.all {
      guard case .code(let location) = breakpoint.kind else { continue }
      let mark: ScreenModel.BreakpointMark =
        !breakpoint.isEnabled ? .disabled : breakpoint.hitCount > 0 ? .hit : .enabled
      for address in location.addresses {
        if stop.code?.space == location.space.prefix { stop.codeMarks[address] = mark }
        let source = session.modules.of(location.space)?.sourceLocation(at: address)
        if let source, source.file == stop.source?.file { stop.sourceMarks[source.line] = mark }
      }
    }
  }
}
