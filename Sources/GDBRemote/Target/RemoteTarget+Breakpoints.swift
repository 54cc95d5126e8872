extension RemoteTarget {
  /// Inserts a breakpoint or a watchpoint. It stays until it is removed as often as it was inserted.
  ///
  /// QEMU compares only the virtual program counter, in every CPU, exception level and address
  /// space.
  ///
  /// - Parameters:
  ///   - kind: what stops the target.
  ///   - address: the address of the instruction, or of the first byte that is watched.
  ///   - length: the kind of breakpoint, which is the size of the instruction on most machines, or how
  ///     many bytes are watched.
  public func insertBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int = 4
  ) throws(RemoteError) {
    try insertBreakpoint(kind, at: address, length: length, condition: nil)
  }

  /// Inserts a breakpoint or a watchpoint with a condition, which the stub evaluates: the target stops
  /// only when it holds, or when another condition at the same place does.
  ///
  /// Throws `.unsupported` for a stub that does not announce conditions, as some ignore them and
  /// always stop.
  public func insertBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int, condition: AgentExpression?
  ) throws(RemoteError) {
    try requireStopped()
    guard condition == nil || profile.evaluatesConditions else {
      throw RemoteError(.unsupported, "the stub does not evaluate conditions of breakpoints")
    }
    guard length >= 0 else {
      throw RemoteError(.valueSize, "a breakpoint cannot have \(length) bytes")
    }
    let location = BreakpointLocation(kind, at: address, byteCount: length)
    let before = insertions[location] ?? Insertion()
    var after = before
    after.add(condition)
    if before.count == 0 || before.effective != after.effective {
      try insert(location, after.effective)
    }
    insertions[location] = after
  }

  /// Removes a breakpoint or a watchpoint that was inserted.
  public func removeBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int = 4
  ) throws(RemoteError) {
    try removeBreakpoint(kind, at: address, length: length, condition: nil)
  }

  /// Removes a breakpoint or a watchpoint that was inserted with a condition.
  public func removeBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int, condition: AgentExpression?
  ) throws(RemoteError) {
    try requireStopped()
    let location = BreakpointLocation(kind, at: address, byteCount: length)
    guard let before = insertions[location] else { throw RemoteTarget.noBreakpoint(address) }
    var after = before
    guard after.remove(condition) else { throw RemoteTarget.noBreakpoint(address) }
    if after.count == 0 {
      try remove(location)
    } else if before.effective != after.effective {
      try insert(location, after.effective)
    }
    insertions[location] = after.count == 0 ? nil : after
  }

  /// Removes the breakpoints that an earlier client left. QEMU keeps the breakpoints of a
  /// connection that ended without `detach()`, and `?` removes only one CPU's: it is sent once for
  /// each.
  ///
  /// Call it before inserting anything. Other stubs remove them without this.
  public func removeForeignBreakpoints() throws(RemoteError) {
    guard profile.traits.keepsBreakpoints, insertions.isEmpty else { return }
    let all = try threads()
    guard all.count > 1 else { return }
    for thread in all { _ = try exchange([.selectResumedThread(thread), .stopReason]) }
    if let stopped = stop?.thread { _ = try exchange(.selectResumedThread(stopped)) }
  }

  /// The breakpoints and watchpoints that this client inserted.
  public var insertedBreakpoints: Set<BreakpointLocation> { Set(insertions.keys) }

  private static func noBreakpoint(_ address: UInt64) -> RemoteError {
    RemoteError(
      .noSuchBreakpoint, "there is no such breakpoint at 0x\(String(address, radix: 16))")
  }

  func insert(
    _ location: BreakpointLocation, _ conditions: [AgentExpression]
  ) throws(RemoteError) {
    // QEMU counts insertions: another one would stay.
    if uncertainBreakpoints.contains(location) { _ = try exchange(.removeBreakpoint(location)) }
    uncertainBreakpoints.insert(location)
    let reply = try exchange(.insertBreakpoint(location, conditions: conditions))
    uncertainBreakpoints.remove(location)
    try StandardReply.requireOK(reply, of: "the insertion of a breakpoint")
  }

  func remove(_ location: BreakpointLocation) throws(RemoteError) {
    let isUncertain = !uncertainBreakpoints.insert(location).inserted
    let reply = try exchange(.removeBreakpoint(location))
    uncertainBreakpoints.remove(location)
    // The previous request may have removed it, and its answer may have been lost.
    if isUncertain, case .error = StandardReply(reply) { return }
    try StandardReply.requireOK(reply, of: "the removal of a breakpoint")
  }

  /// Removes breakpoints that the stub may have although their insertion was given up: the target
  /// would stop there for no known reason.
  func removeUncertainBreakpoints() throws(RemoteError) {
    for location in uncertainBreakpoints where insertions[location] == nil {
      _ = try exchange(.removeBreakpoint(location))
      uncertainBreakpoints.remove(location)
    }
  }
}
