extension RemoteTarget {
  /// Inserts a breakpoint or a watchpoint. It stays until it is removed as often as it was inserted.
  ///
  /// QEMU compares with the virtual program counter only, in every CPU, exception level and address
  /// space.
  public func insertBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int = 4
  ) throws(RemoteError) {
    try requireStopped()
    let location = BreakpointLocation(kind, at: address, byteCount: length)
    let count = breakpointCounts[location] ?? 0
    if count == 0 { try insert(location) }
    breakpointCounts[location] = count + 1
  }

  /// Removes a breakpoint or a watchpoint that was inserted.
  public func removeBreakpoint(
    _ kind: BreakpointKind, at address: UInt64, length: Int = 4
  ) throws(RemoteError) {
    try requireStopped()
    let location = BreakpointLocation(kind, at: address, byteCount: length)
    guard let count = breakpointCounts[location] else {
      throw RemoteError(
        .noSuchBreakpoint, "there is no such breakpoint at 0x\(String(address, radix: 16))")
    }
    if count == 1 {
      try remove(location)
      breakpointCounts[location] = nil
    } else {
      breakpointCounts[location] = count - 1
    }
  }

  /// Removes what an earlier client left behind. QEMU keeps the breakpoints of a connection that ended
  /// without `detach()`, and `?` removes those of one CPU alone: it is asked once for each.
  ///
  /// To be called before anything is inserted. Other stubs forget by themselves.
  public func removeForeignBreakpoints() throws(RemoteError) {
    guard profile.kind == .qemu, breakpointCounts.isEmpty else { return }
    let all = try threads()
    guard all.count > 1 else { return }
    for thread in all { _ = try exchange([.selectResumedThread(thread), .stopReason]) }
    if let stopped = stop?.thread { _ = try exchange(.selectResumedThread(stopped)) }
  }

  /// The breakpoints and watchpoints that this client inserted.
  public var insertedBreakpoints: Set<BreakpointLocation> { Set(breakpointCounts.keys) }

  func insert(_ location: BreakpointLocation) throws(RemoteError) {
    let reply = try exchange(.insertBreakpoint(location))
    try StandardReply.requireOK(reply, of: "the insertion of a breakpoint")
  }

  func remove(_ location: BreakpointLocation) throws(RemoteError) {
    let reply = try exchange(.removeBreakpoint(location))
    try StandardReply.requireOK(reply, of: "the removal of a breakpoint")
  }
}
