/// What registers held when a function was called, by what its caller's debug information says about the call.
extension SessionValues {
  /// How many calls are followed outwards: the value at one may be described by the values at the one around it.
  private static let entryLimit = 16

  /// What a register held when the function of a frame was called; nil if the call doesn't say.
  ///
  /// - Parameter depth: how many calls were followed already.
  func entryValue(ofRegister number: Int, in frame: StackFrame, depth: Int) throws -> UInt64? {
    guard depth < Self.entryLimit else { return nil }
    let all = try stack.frames()
    // Inlined copies have the registers of the function that they are in.
    let own = all.lastIndex {
      $0.space == frame.space && $0.address == frame.address && $0.registers == frame.registers
        && !$0.isBoundary
    }
    guard let own, own + 1 < all.count, let function = all[own].function else { return nil }
    let caller = all[own + 1]
    guard !caller.isBoundary, caller.kind != .interrupted, let place = place(of: caller),
      let site = place.program.information.callSite(
        returningTo: caller.pc &- place.module.slide)
    else { return nil }
    let context = context(of: caller, place, depth: depth + 1)
    let frameBase = place.program.frameBase(at: place.address)
    guard let value = site.values[number] else { return nil }
    // After a tail call the function isn't the one that the caller called.
    if !site.names(function) {
      guard let target = site.target,
        let address = try? LocationEvaluator.number(target, in: context, frameBase: frameBase),
        address == function.entry &+ all[own].slide
      else { return nil }
    }
    return try LocationEvaluator.number(value, in: context, frameBase: frameBase)
  }
}
