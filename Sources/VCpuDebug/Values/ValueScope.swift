/// Where values are read from: a target, and in it a frame if there is one.
struct ValueScope {
  /// The target's memory, and the frame's registers.
  let context: any LocationContext
  /// Where the frame is, as an address of the file; nil without a frame.
  let programCounter: UInt64?
  /// The frame base of the function that the frame is in.
  let frameBase: LocationExpression?

  init(
    context: any LocationContext, programCounter: UInt64? = nil,
    frameBase: LocationExpression? = nil
  ) {
    self.context = context
    self.programCounter = programCounter
    self.frameBase = frameBase
  }
}
