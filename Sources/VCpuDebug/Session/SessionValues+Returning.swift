internal import CElfutils
internal import GDBRemote

/// The value that a function returns.
extension SessionValues {
  /// How to read the value of a function, found while it runs.
  public struct Returned {
    let type: DebugType
    let module: Module
    let space: AddressSpace
  }

  /// How the function of a frame returns its value; nil for one without a value, or if that isn't known.
  public func returned(by frame: StackFrame) -> Returned? {
    guard let place = place(of: frame), let function = frame.function,
      let entry = place.program.information.debugEntry(at: function.offset),
      entry.has(DW_AT_type)
    else { return nil }
    return Returned(type: place.program.typeOf(entry), module: place.module, space: frame.space)
  }

  /// The value, where a function has just returned: a number, a pointer, or a structure of at most 8 bytes, from x0.
  /// Nil for any other.
  ///
  /// Procedure Call Standard for the Arm 64-bit Architecture, 6.9 "Result return".
  public func value(_ returned: Returned) throws -> Value? {
    guard access.architecture == .aarch64, let count = returned.type.byteCount,
      (1...8).contains(count),
      isInRegister(returned.type, depth: 0)
    else { return nil }
    let scope = ValueScope(
      context: StaticContext(memory: memory, space: returned.space, slide: returned.module.slide))
    let value = ProgramValue(
      type: returned.type, integer: try access.readRegister("x0"), scope: scope)
    return try Value(ProgramObject(value, in: returned.space), at: 0)
  }

  /// Whether a value is in a general register. A floating-point number isn't, nor a structure of them; Swift has the
  /// members of a structure each in its own.
  private func isInRegister(_ type: DebugType, depth: Int) -> Bool {
    guard depth < 8 else { return false }
    let type = type.stripped
    guard case .aggregate(let aggregate) = type.kind else { return type.isScalar && !type.isFloat }
    return aggregate.variants == nil && aggregate.members.count == 1
      && isInRegister(aggregate.members[0].type, depth: depth + 1)
  }
}
