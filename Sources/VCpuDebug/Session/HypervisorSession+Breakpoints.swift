public import ArmVCpu

extension HypervisorSession {
  /// Adds a catchpoint for exits of `classes`.
  ///
  /// - Throws: `DebugError.noSymbol` when the hypervisor's trampoline is not known.
  public func catchExits(
    _ classes: [ExitClass], condition: String? = nil, isTemporary: Bool = false
  ) throws -> Breakpoint {
    guard catcher != nil else { throw DebugError.noSymbol(TrampolineCatcher.symbolName) }
    return try add(.exit(classes), condition, isTemporary)
  }

  /// Adds a breakpoint at the address that `location` is worth: a symbol, or `*` and an expression. Without a
  /// prefix a number is an address of what the selected registers are of: the guest's at an exit.
  public func addBreakpoint(
    _ location: String, condition: String? = nil, isTemporary: Bool = false
  ) throws -> Breakpoint {
    let text = location.hasPrefix("*") ? String(location.dropFirst()) : location
    let value = try value(of: text)
    let space = try space(of: value)
    guard space == .guest || space == .hypervisor else {
      throw DebugError.unmapped(
        space, value.bits, "a breakpoint needs a virtual address, hv: or guest:")
    }
    guard value.bits % 4 == 0 else {
      throw DebugError.unmapped(space, value.bits, "an instruction begins at a multiple of 4")
    }
    return try add(
      .address(value.bits, isGuest: space == .guest, text: location), condition, isTemporary)
  }

  /// Sets or clears the condition of a breakpoint.
  public func setCondition(_ text: String?, of number: Int) throws {
    let condition = try text.map(condition(parsing:))
    try breakpoints.update(number) { $0.condition = condition }
  }

  private func add(
    _ kind: Breakpoint.Kind, _ condition: String?, _ isTemporary: Bool
  ) throws -> Breakpoint {
    let parsed = try condition.map { try self.condition(parsing: $0) }
    let breakpoint = breakpoints.add(kind, isTemporary: isTemporary)
    try breakpoints.update(breakpoint.number) { $0.condition = parsed }
    return breakpoints[breakpoint.number] ?? breakpoint
  }

  private func condition(parsing text: String) throws -> Breakpoint.Condition {
    let expression = try Expression(parsing: text, isWord: { word($0) != nil })
    return Breakpoint.Condition(text: text, expression: expression)
  }
}
