internal import ArmVCpu
internal import GDBRemote

/// The breakpoints and catchpoints of a session: those that the user sets, and which of them a stop
/// is for.
public final class SessionBreakpoints {
  let access: TargetAccess
  let memory: SessionMemory
  let modules: SessionModules
  let walks: SessionWalks
  let exits: Exits
  let protection: SessionProtection
  let expressions: SessionExpressions
  let source: SessionSource
  let filter: TargetFilter
  /// All of them, as data.
  public internal(set) var table = BreakpointTable()

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules,
    _ walks: SessionWalks, _ exits: Exits, _ protection: SessionProtection,
    _ expressions: SessionExpressions, _ source: SessionSource, _ filter: TargetFilter
  ) {
    self.filter = filter
    self.source = source
    self.access = access
    self.memory = memory
    self.modules = modules
    self.walks = walks
    self.exits = exits
    self.protection = protection
    self.expressions = expressions
  }

  // MARK: Setting

  /// Adds a catchpoint.
  ///
  /// - Throws: `DebugError.noHypervisor`; `.cannotFindExits` if they can't be found on the target.
  public func addCatchpoint(
    _ kind: Breakpoint.Kind, condition: String? = nil, isTemporary: Bool = false
  ) throws -> Breakpoint {
    try access.requireHypervisor(for: "guest exits to catch")
    try access.requireStopped()
    _ = try access.live()
    let parsed = try condition.map { try self.condition(parsing: $0) }
    try exits.prepare(for: table.interest.union(kind.interest))
    return try add(kind, parsed, isTemporary)
  }

  /// Adds a breakpoint at the address of `location`: a symbol, or `*` and an expression. A number without a
  /// prefix is an address in the space of the selected registers: the guest's at an exit.
  ///
  /// - Parameters:
  ///   - owner: the CPU, vCPU or VM that it is for; nil for each that executes the instruction.
  ///   - isHardware: whether to use the CPU's hardware breakpoints; needed if the code can't be changed.
  public func add(
    _ location: String, of owner: AddressSpace.Owner? = nil, condition: String? = nil,
    isTemporary: Bool = false, isHardware: Bool = false
  ) throws -> Breakpoint {
    _ = try access.live()
    let place = try self.location(of: location, for: owner)
    let parsed = try condition.map { try self.condition(parsing: $0, at: place) }
    let breakpoint = try add(.code(place), parsed, isTemporary)
    try table.update(breakpoint.number) { $0.isHardware = isHardware }
    return table[breakpoint.number] ?? breakpoint
  }

  /// The instructions at a location: a symbol, or `*` and an expression. A number without a prefix is an address in
  /// the space of the selected registers: the guest's at an exit. A name may mean several functions.
  ///
  /// - Parameter owner: whose address it is; nil for each that executes the instruction.
  public func location(
    of text: String, for owner: AddressSpace.Owner? = nil
  ) throws -> CodeLocation {
    try access.requireStopped()
    if let line = SourceLineName(text, current: { source.currentFile }) {
      return try location(of: line, for: owner, text: text)
    }
    // A displayed name may not be an expression: `VCpu.run()`.
    var values = expressions.bodies(named: text)
    try modules.checkReading()
    if values.isEmpty { values = [try expressions.value(of: Self.expression(of: text))] }
    let space = try owned(try expressions.space(of: values[0]), by: owner)
    return CodeLocation(
      try values.map { try instruction(at: $0.bits, in: space) }, in: space, text: text)
  }

  /// The instructions of a source line, or of the next line that has code.
  private func location(
    of line: SourceLineName, for owner: AddressSpace.Owner?, text: String
  ) throws -> CodeLocation {
    let code = source.code(ofLine: line.line, in: line.path)
    try modules.checkReading()
    guard let first = code.first else {
      throw DebugError.noSource(
        source.files(matching: line.path).isEmpty
          ? "\(line.path): no file with debug information has that name"
          : "line \(line.line) of \(line.path) with code")
    }
    let space = try owned(first.space, by: owner)
    return CodeLocation(
      try code.flatMap(\.addresses).map { try instruction(at: $0, in: space) }, in: space,
      text: "\(line.path):\(line.line)")
  }

  /// The instruction at an address, where there can be one.
  func instruction(
    at address: UInt64, in space: AddressSpace
  ) throws -> CodeLocation.Instruction {
    guard space.isVirtual else {
      throw DebugError.unmapped(
        space, address,
        "a breakpoint needs a virtual address" + (access.hasHypervisor ? ", hv: or guest:" : ""))
    }
    let alignment = UInt64(access.architecture.instructionAlignment)
    guard address % alignment == 0 else {
      throw DebugError.unmapped(
        space, address, "an instruction begins at a multiple of \(alignment)")
    }
    return CodeLocation.Instruction(
      address: address, byteCount: try instructionByteCount(at: address, in: space))
  }

  /// A space for an owner, which must be there.
  ///
  /// - Throws: `DebugError.noSuchOwner` for one that isn't, or that such addresses don't have.
  func owned(_ space: AddressSpace, by owner: AddressSpace.Owner?) throws -> AddressSpace {
    guard let owner else { return space }
    guard space.owner == nil || space.owner == owner else {
      throw DebugError.noSuchOwner(owner.text, reason: "the location is for \(space.prefix)")
    }
    try access.requireHypervisor(for: "worlds of a breakpoint")
    guard let owned = AddressSpace.breakpointSpace(space.kind, of: owner) else {
      throw DebugError.noSuchOwner(
        owner.text, reason: "\(space.label) addresses are executed by each CPU: name a CPU")
    }
    let guests = try memory.guestsOnCPUs()
    switch owner {
    case .cpu(let number):
      guard guests.contains(where: { $0.cpu == number }) else {
        throw DebugError.noSuchOwner(
          owner.text, reason: "the target has \(guests.count) CPUs, counted from 0")
      }
    case .vm(let name): _ = try memory.machines.machine(named: name)
    case .vcpu: break
    }
    return owned
  }

  /// Takes over the breakpoints of an earlier session, with a restarted target: their symbols are looked up again,
  /// and their hits reset. Those whose symbols are gone are disabled.
  ///
  /// - Returns: the numbers of the disabled ones, with what is wrong.
  public func adopt(_ earlier: BreakpointTable) throws -> [(number: Int, reason: String)] {
    table = earlier.withoutInternal
    table.forgetHits()
    var lost: [(number: Int, reason: String)] = []
    for breakpoint in earlier.all {
      if let reason = try renew(breakpoint) {
        try table.update(breakpoint.number) { $0.isEnabled = false }
        lost.append((breakpoint.number, reason))
      }
      guard case .code(let place) = breakpoint.kind, isStatic(place.text) else { continue }
      do {
        let renewed = try location(of: place.text)
        try table.update(breakpoint.number) {
          $0.kind = .code(CodeLocation(renewed.instructions, in: place.space, text: place.text))
        }
      } catch let error as ExpressionError {
        try table.update(breakpoint.number) { $0.isEnabled = false }
        lost.append((breakpoint.number, error.description))
      }
    }
    return lost
  }

  /// Looks up the symbols of breakpoints again, after a file was added or has moved. A breakpoint whose symbol is gone
  /// stays where it was.
  func renewLocations() throws {
    for breakpoint in table.all {
      guard case .code(let place) = breakpoint.kind, isStatic(place.text),
        let renewed = try? location(of: place.text), renewed.space.kind == place.space.kind,
        renewed.addresses != place.addresses
      else { continue }
      try table.update(breakpoint.number) {
        $0.kind = .code(CodeLocation(renewed.instructions, in: place.space, text: place.text))
      }
    }
  }

  /// Whether a location doesn't depend on the target's state: a symbol moves with its file.
  private func isStatic(_ text: String) -> Bool {
    if SourceLineName(text) != nil || !expressions.functions(named: text).isEmpty { return true }
    guard let expression = try? expressions.parse(Self.expression(of: text)) else {
      // A name that was a function's, and is gone.
      return !text.hasPrefix("*")
    }
    return expression.isStatic
  }

  /// Renews a breakpoint of an earlier session that a symbol's new address alone doesn't; returns why it can't be.
  private func renew(_ breakpoint: Breakpoint) throws -> String? {
    switch breakpoint.kind {
    case .exit, .entry, .fault: return nil
    case .code(let place):
      guard case .vm(let name)? = place.space.owner,
        (try? memory.machines.machine(named: name)) == nil
      else { return nil }
      return "no virtual machine '\(name)' was seen yet"
    case .watch(let watchpoint):
      guard watchpoint.means == .stub else {
        return "its pages were those of the machine before"
      }
      guard watchpoint.space.isVirtual else {
        return "the tables that led to it are those of the machine before"
      }
      try table.update(breakpoint.number) { $0.lastValue = nil }
      guard let expression = try? expressions.parse(watchpoint.text),
        case .name = expression
      else { return nil }
      let address = try expressions.value(of: expression).bits
      try table.update(breakpoint.number) {
        $0.kind = .watch(watchpoint.moved(to: address))
      }
      return nil
    }
  }

  /// Sets or clears the condition of a breakpoint.
  public func setCondition(_ text: String?, of number: Int) throws {
    let place: CodeLocation? =
      if case .code(let place)? = table[number]?.kind { place } else { nil }
    let condition = try text.map { try self.condition(parsing: $0, at: place) }
    try table.update(number) { $0.condition = condition }
  }

  /// The parts of a breakpoint's condition that don't mean what they seem to, in sentences without full stops.
  public func conditionDoubts(of breakpoint: Breakpoint) -> [String] {
    guard let expression = breakpoint.condition?.expression else { return [] }
    guard case .code(let place) = breakpoint.kind else {
      return expression.doubts(with: expressions)
    }
    return expressions.values.looking(at: place.address, in: place.space) {
      expression.doubts(with: expressions)
    }
  }

  func add(
    _ kind: Breakpoint.Kind, _ condition: Breakpoint.Condition?, _ isTemporary: Bool
  ) throws -> Breakpoint {
    let breakpoint = table.add(kind, isTemporary: isTemporary)
    // As in GDB, for scripts.
    expressions.variables["bpnum"] = Value(UInt64(breakpoint.number))
    try table.update(breakpoint.number) { $0.condition = condition }
    return table[breakpoint.number] ?? breakpoint
  }

  /// - Parameter place: where it is evaluated; nil if that isn't known.
  func condition(
    parsing text: String, at place: CodeLocation? = nil
  ) throws -> Breakpoint.Condition {
    let expression = try expressions.parse(text)
    // A wrong name is an error now, not at a later hit.
    if let place {
      try expressions.check(expression, at: place)
    } else {
      try expressions.check(expression)
    }
    return Breakpoint.Condition(text: text, expression: expression)
  }

  /// The expression of a location: the part after the `*`, or all of it.
  private static func expression(of location: String) -> String {
    location.hasPrefix("*") ? String(location.dropFirst()) : location
  }

  /// The length of a breakpoint, which on some architectures depends on the instruction.
  private func instructionByteCount(at address: UInt64, in space: AddressSpace) throws -> Int {
    let length = access.architecture.breakpointLength
    if case .fixed(let count) = length { return count }
    let bytes = try? memory.read(space, address, byteCount: 2)
    return length.byteCount(at: bytes, isThumb: try access.requireState().instructionSet == .t32)
  }

  // MARK: Stops

  /// The reason for the current stop: the breakpoints and catchpoints that match it, or a fault of the hypervisor.
  /// Their hits are counted.
  ///
  /// - Parameter accesses: the accesses to watched memory that the stop is for, by the watchpoints' numbers.
  func event(accesses: [Int: WatchHit] = [:]) throws -> SessionEvent? {
    let state = try access.requireState()
    let isFault = exits.isFault(state)
    let exit = exits.caught
    let reason = exit?.moment == .caught ? exit?.reason : nil
    let counts = try takeFilterCounts()
    let (hits, failure) = try table.hit { breakpoint in
      // The target has counted it.
      if let counted = counts[breakpoint.number], counted.left > 0 || !counted.hasStopped {
        return .no
      }
      let matches: Bool
      switch breakpoint.kind {
      case .exit(let classes): matches = classes.contains { reason?.belongs(to: $0) == true }
      case .entry: matches = exit?.moment == .entering
      case .fault: matches = isFault
      case .code(let place):
        matches =
          try place.addresses.contains(state.pc)
          && (breakpoint.thread ?? access.thread) == access.thread
          && memory.isSeen(place.space, from: memory.space(at: state))
      case .watch: matches = accesses[breakpoint.number] != nil
      }
      return matches ? try conditionHolds(of: breakpoint) : .no
    }
    if let failure {
      return .conditionFailed(number: failure.number, reason: failure.reason, hits)
    }
    if isFault, exits.stopsAtFaults || !hits.isEmpty { return .hypervisorFault(hits) }
    guard let first = hits.first else { return nil }
    let watched = hits.compactMap { accesses[$0.number] }
    if !watched.isEmpty { return .watchpoint(watched, hits) }
    switch hits.first(where: { $0.kind.isCatchpoint })?.kind ?? first.kind {
    case .exit: return .exit(hits)
    case .entry: return .entry(hits)
    case .fault, .code, .watch: return .breakpoint(hits)
    }
  }

  /// Takes over what the target's filter has counted: matches that it passed over.
  private func takeFilterCounts() throws -> [Int: TargetFilter.Count] {
    let counts = try filter.takeCounts()
    for (number, count) in counts where table[number] != nil {
      try table.update(number) {
        $0.hitCount += count.passed
        $0.ignoreCount = count.left
      }
    }
    return counts
  }
}
