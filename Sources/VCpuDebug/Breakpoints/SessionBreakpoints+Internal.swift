internal import GDBRemote

/// The debugger's own breakpoints and catchpoints, which aren't listed. `removeInternal` takes their numbers.
extension SessionBreakpoints {
  /// Adds a catchpoint.
  public func addInternalCatchpoint(
    _ kind: Breakpoint.Kind, condition: String? = nil
  ) throws -> Int {
    try access.requireHypervisor(for: "guest exits to catch")
    _ = try access.live()
    let parsed = try condition.map { try self.condition(parsing: $0) }
    try exits.prepare(for: table.interest.union(kind.interest))
    return table.addInternal(kind) { $0.condition = parsed }
  }

  /// Adds a breakpoint, which only the selected thread stops at.
  public func addInternal(at place: CodeLocation) throws -> Int {
    _ = try access.live()
    // Without a name any thread may be the one.
    let thread = access.target.selectedThread
    return table.addInternal(.code(place)) { $0.thread = thread }
  }

  /// An instruction.
  func location(at address: UInt64, in space: AddressSpace) throws -> CodeLocation {
    CodeLocation(
      [try instruction(at: address, in: space)], in: space,
      text: "*\(space.label)0x\(String(address, radix: 16))")
  }

  /// Removes one of the debugger's own.
  public func removeInternal(_ number: Int) {
    try? table.delete(number)
  }
}
