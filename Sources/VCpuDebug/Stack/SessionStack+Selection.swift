internal import ArmVCpu
internal import GDBRemote

/// The frame that commands are about.
extension SessionStack {
  /// The frame that commands are about: the one that was selected at this stop, or else the innermost function whose
  /// registers `$x0` means, which at a guest's exit is the guest's.
  public func shownFrame() throws -> StackFrame {
    if let selected = try selectedFrame() { return selected }
    let isGuests = try exits.showsGuest() && access.requireState().isAtEL2
    guard isGuests else {
      guard let first = try frames(limit: 1).first else { throw DebugError.noFrame(0) }
      return first
    }
    let all = try frames()
    guard let boundary = all.firstIndex(where: \.isBoundary), boundary + 1 < all.count else {
      throw DebugError.noFrame(0)
    }
    return all[boundary + 1]
  }

  /// Where the frame is that commands are about, without looking for it: its space, and an address of its function.
  func spot() throws -> (space: AddressSpace, address: UInt64) {
    if let selected = try selectedFrame() { return (selected.space, selected.lookupAddress) }
    let state = try access.requireState()
    guard state.isAtEL2, try exits.showsGuest(), let exit = try? exits.require() else {
      return (memory.space(at: state), state.pc)
    }
    let isAtEL0 = exit.pstate.exceptionLevel == 0 && !exit.pstate.isAArch32
    return (isAtEL0 ? .program : .guest, exit.pc)
  }

  /// The frame that commands are about, with its registers; its number may be wrong.
  func frameAtSpot() throws -> StackFrame {
    if let selected = try selectedFrame() { return selected }
    let isGuests = try access.requireState().isAtEL2 && exits.showsGuest()
    let frame =
      if isGuests, let start = try guest() {
        try segment(from: start, UnwindArchitecture(access.architecture) ?? .other, after: 0, 1)
          .frames.first
      } else {
        try frames(limit: 1).first
      }
    guard let frame else { throw DebugError.noFrame(0) }
    return frame
  }

  /// The frame that was selected at this stop; nil if none was.
  public func selectedFrame() throws -> StackFrame? {
    guard let selection, selection.run == access.runCount, selection.thread == access.thread
    else { return nil }
    let all = try frames()
    guard all.indices.contains(selection.number) else { return nil }
    let frame = all[selection.number]
    return selection.means(frame) ? frame : nil
  }

  /// Selects a frame: registers and variables are now those in it.
  ///
  /// - Throws: `DebugError.noFrame` if there is none with the number.
  @discardableResult
  public func select(_ number: Int) throws -> StackFrame {
    let all = try frames()
    guard all.indices.contains(number) else { throw DebugError.noFrame(number) }
    selection = SelectedFrame(run: access.runCount, thread: access.thread, all[number])
    return all[number]
  }

  /// Selects what `$x0` means without a selection.
  public func deselect() { selection = nil }

  /// The innermost function of the hypervisor's part of the stack, or of the guest's, which follows the exit.
  ///
  /// - Throws: `DebugError.noFrame` if the stack has no such part.
  public func innermostFrame(of space: AddressSpace.Kind) throws -> StackFrame {
    let kinds: [AddressSpace.Kind] = space == .guest ? [.guest, .program] : [space]
    guard let frame = try frames().first(where: { kinds.contains($0.space.kind) && !$0.isBoundary })
    else { throw DebugError.noFrameOf(space) }
    return frame
  }

  /// Whether a frame's registers are all those of its part of the stack's innermost function: the CPU's or the exit's.
  func isInnermost(_ frame: StackFrame) throws -> Bool {
    try segments().contains { segment in
      segment.space == frame.space
        && segment.frames.first { !$0.isBoundary }?.registers == frame.registers
    }
  }
}

/// Which frame is selected. It stays so while registers and memory are changed, until its CPU goes on.
struct SelectedFrame {
  let run: Int
  let thread: ThreadID
  let number: Int
  private let space: AddressSpace
  private let kind: StackFrame.Kind
  private let address: UInt64?

  init(run: Int, thread: ThreadID, _ frame: StackFrame) {
    self.run = run
    self.thread = thread
    number = frame.number
    space = frame.space
    kind = frame.kind
    address = frame.address
  }

  /// Whether a frame with the number is still the same.
  func means(_ frame: StackFrame) -> Bool {
    space == frame.space && kind == frame.kind && address == frame.address
  }
}
