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

  /// Adds a breakpoint at the address that `location` is worth. Without a prefix the hypervisor is meant,
  /// unless a symbol says that it is the guest's.
  public func addBreakpoint(
    _ location: String, condition: String? = nil, isTemporary: Bool = false
  ) throws -> Breakpoint {
    let text = location.hasPrefix("*") ? String(location.dropFirst()) : location
    let value = try value(of: text)
    let isGuest: Bool
    switch value.addressSpace {
    case .guest: isGuest = true
    case .hypervisor, nil: isGuest = false
    case .intermediatePhysical?, .physical?:
      throw DebugError.unmapped(
        value.addressSpace ?? .physical, value.bits,
        "a breakpoint needs a virtual address, hv: or guest:")
    }
    return try add(
      .address(value.bits, isGuest: isGuest, text: location), condition, isTemporary)
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
