internal import GDBRemote

extension HypervisorSession {
  /// Throws unless it is known what a frame's function returns to.
  public func requireCaller(of frame: StackFrame) throws {
    guard try stack.caller(of: frame) != nil else { throw DebugError.noCaller(frame.number) }
  }

  /// Makes a frame's function return to its caller at once. If a register can't be written, all have what they had.
  ///
  /// - Parameter value: what it returns, in x0; nil to leave that register.
  /// - Returns: the caller's frame, which is now the innermost of its program, and selected.
  /// - Throws: `DebugError.noCaller` if it isn't known what it returns to.
  public func leave(_ frame: StackFrame, returning value: UInt64? = nil) throws -> StackFrame {
    _ = try live()
    guard let architecture = UnwindArchitecture(access.architecture), architecture == .aarch64,
      let caller = try stack.caller(of: frame)
    else { throw DebugError.noCaller(frame.number) }
    let world: World? =
      !hasHypervisor ? nil : frame.space.kind == .hypervisor ? .hypervisor : .guest
    try registers.require(world, for: "pc")
    var writes: [(name: String, value: UInt64)] = []
    for (number, name) in architecture.names.enumerated() where number <= architecture.stackPointer
    {
      guard let known = caller.registers[number],
        caller.registers.place(of: number) != .register(number),
        caller.registers.place(of: number) != .saved
      else { continue }
      writes.append((name, known))
    }
    if let value { writes.append(("x0", value)) }
    writes.append(("pc", caller.pc))
    var done: [(place: RegisterPlace, name: String, value: UInt64)] = []
    do {
      for (name, value) in writes {
        guard let place = try registers.place(of: name, in: world) else { continue }
        let before = try registers.read(place, named: name)
        guard before != value else { continue }
        done.append((place, name, before))
        _ = try registers.write(value, to: place, named: name)
      }
    } catch {
      for (place, name, value) in done.reversed() {
        _ = try? registers.write(value, to: place, named: name)
      }
      throw error
    }
    stack.deselect()
    return try stack.select(stack.innermostFrame(of: frame.space.kind).number)
  }
}
