// The packets that resume a target.

extension RemoteTarget {
  /// The packet for an action, and the thread that must be chosen before it.
  func resumption(
    _ action: ResumeAction, _ chosen: inout ThreadID?
  ) throws(RemoteError) -> Command {
    switch action {
    case .continue(at: nil):
      return try resumption([ThreadAction(.continue)], &chosen)
    case .continue(let address?):
      return try continuation(at: address, &chosen)
    case .step(let thread):
      // Without a thread `vCont` would step all of them.
      guard let thread = thread ?? selectedThread else { return .stepCurrent }
      try requireHeld(thread)
      return try resumption([ThreadAction(.step, thread)], &chosen)
    case .threads(let actions):
      return try resumption(actions, &chosen)
    case .reverseContinue:
      // QEMU aborts when it is asked to go back without a recording.
      guard profile.canReverseContinue else { throw Self.cannotReverse }
      return .reverseContinue
    case .reverseStep:
      guard profile.canReverseStep else { throw Self.cannotReverse }
      return .reverseStep
    }
  }

  /// Throws if the stub hasn't stopped a thread, so that the thread can't step.
  private func requireHeld(_ thread: ThreadID) throws(RemoteError) {
    guard !profile.traits.stopsEveryThread, let stopped = stop?.thread, thread != stopped else {
      return
    }
    throw RemoteError(
      .unsupported, "the stub stops only one thread, and no other thread can step")
  }

  private func resumption(
    _ actions: [ThreadAction], _ chosen: inout ThreadID?
  ) throws(RemoteError) -> Command {
    guard let first = actions.first else {
      throw RemoteError(.unsupported, "there is no thread to resume")
    }
    for action in actions {
      if case .stop = action.kind, !isNonStop {
        throw RemoteError(.unsupported, "threads can be stopped one by one only in non-stop mode")
      }
    }
    if isNonStop { return .resume(actions.map(withRange), isNonStop: true) }
    // QEMU resumes every CPU at a `c`, which is shorter.
    if actions == [ThreadAction(.continue)], profile.traits.continuesAtAddress {
      return .continue(at: nil)
    }
    let available = actions.map(withRange)
    if profile.answersUnknownPackets,
      available.allSatisfy({ profile.resumeActions.has($0.kind) })
    {
      return .resume(available)
    }
    return try withoutThreads(first, of: actions, &chosen)
  }

  /// A step of one instruction instead of a range, if the stub doesn't support ranges.
  private func withRange(_ action: ThreadAction) -> ThreadAction {
    guard case .stepRange = action.kind, !profile.resumeActions.has(action.kind) else {
      return action
    }
    return ThreadAction(.step, action.thread)
  }

  /// The packets that predate `vCont`: one thread does something, or all do the same.
  private func withoutThreads(
    _ action: ThreadAction, of actions: [ThreadAction], _ chosen: inout ThreadID?
  ) throws(RemoteError) -> Command {
    // The stub decides what the others do.
    let others = actions.dropFirst()
    guard others.allSatisfy({ $0.kind == .continue && $0.thread == nil }) else {
      throw RemoteError(.unsupported, "the stub does not resume threads one by one")
    }
    switch action.kind {
    case .continue:
      chosen = action.thread ?? .all
      return .continue(at: nil)
    case .continueWithSignal: chosen = action.thread ?? .all
    case .step, .stepWithSignal, .stepRange: chosen = action.thread ?? selectedThread
    case .stop: break
    }
    return .resumeCurrent(withRange(action).kind)
  }

  private func continuation(
    at address: UInt64, _ chosen: inout ThreadID?
  ) throws(RemoteError) -> Command {
    guard !profile.isReplaying else { throw Self.replaying }
    if profile.traits.continuesAtAddress {
      // The address is for the CPU that `Hc` chose, initially the one that stopped.
      if let wanted = wantedThread, let stopped = stop?.thread, !wanted.isSame(as: stopped) {
        chosen = wanted
      }
      return .continue(at: address)
    }
    guard let pc = registers.programCounter, let bytes = bytes(of: address, in: pc) else {
      return .continue(at: address)
    }
    try writeRegister(pc, bytes)
    return try resumption(.continue(), &chosen)
  }

  private static let cannotReverse = RemoteError(
    .unsupported, "the stub cannot go backwards: it does not replay a recording")
}
