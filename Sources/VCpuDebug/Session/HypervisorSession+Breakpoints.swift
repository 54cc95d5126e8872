public import ArmVCpu

extension HypervisorSession {
  /// Adds a catchpoint for exits of `classes`.
  ///
  /// - Throws: `DebugError.noSymbol` when the hypervisor's trampoline is not known.
  public func catchExits(
    _ classes: [ExitClass], condition: String? = nil, isTemporary: Bool = false
  ) throws -> Breakpoint {
    try requireHypervisor(for: "guest exits to catch")
    guard catcher != nil else { throw DebugError.noSymbol(TrampolineCatcher.symbolName) }
    return try add(.exit(classes), condition, isTemporary)
  }

  /// Adds a breakpoint at the address that `location` is worth: a symbol, or `*` and an expression. Without a
  /// prefix a number is an address of what the selected registers are of: the guest's at an exit.
  ///
  /// - Parameter isHardware: whether the CPU's own comparators are to find it; needed where the code cannot be
  ///   changed.
  public func addBreakpoint(
    _ location: String, condition: String? = nil, isTemporary: Bool = false,
    isHardware: Bool = false
  ) throws -> Breakpoint {
    let value = try value(of: Self.expression(of: location))
    let space = try space(of: value)
    guard space.isVirtual else {
      throw DebugError.unmapped(
        space, value.bits,
        "a breakpoint needs a virtual address" + (hasHypervisor ? ", hv: or guest:" : ""))
    }
    let alignment = UInt64(architecture.instructionAlignment)
    guard value.bits % alignment == 0 else {
      throw DebugError.unmapped(
        space, value.bits, "an instruction begins at a multiple of \(alignment)")
    }
    let breakpoint = try add(
      .address(value.bits, space: space, text: location), condition, isTemporary)
    let byteCount = try breakpointByteCount(at: value.bits, in: space)
    try breakpoints.update(breakpoint.number) {
      $0.isHardware = isHardware
      $0.byteCount = byteCount
    }
    return breakpoints[breakpoint.number] ?? breakpoint
  }

  /// Takes over the breakpoints of an earlier session, with a target that began again: their symbols are looked up
  /// again, their hits forgotten. Those whose symbols are gone are disabled.
  ///
  /// - Returns: the numbers of those, with what is wrong.
  public func adopt(_ table: BreakpointTable) throws -> [(number: Int, reason: String)] {
    breakpoints = table
    breakpoints.forgetHits()
    var lost: [(number: Int, reason: String)] = []
    for breakpoint in table.all {
      guard case .address(_, let space, let text) = breakpoint.kind,
        let expression = try? Expression(
          parsing: Self.expression(of: text), isWord: { word($0) != nil }), expression.isStatic
      else { continue }
      do {
        let value = try value(of: expression)
        let byteCount = try breakpointByteCount(at: value.bits, in: space)
        try breakpoints.update(breakpoint.number) {
          $0.kind = .address(value.bits, space: space, text: text)
          $0.byteCount = byteCount
        }
      } catch let error as ExpressionError {
        try breakpoints.update(breakpoint.number) { $0.isEnabled = false }
        lost.append((breakpoint.number, error.description))
      }
    }
    return lost
  }

  /// The expression of a location: what stands after the `*`, or all of it.
  private static func expression(of location: String) -> String {
    location.hasPrefix("*") ? String(location.dropFirst()) : location
  }

  /// The length of a breakpoint, for which some architectures have to look at the instruction.
  private func breakpointByteCount(at address: UInt64, in space: AddressSpace) throws -> Int {
    if case .fixed(let count) = architecture.breakpointLength { return count }
    let bytes = try? readMemory(space, address, byteCount: 2)
    return architecture.breakpointLength.byteCount(
      at: bytes, isThumb: try requireState().instructionSet == .t32)
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
