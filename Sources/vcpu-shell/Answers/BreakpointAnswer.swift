internal import ArmVCpu
internal import VCpuDebug

/// A breakpoint or catchpoint.
struct BreakpointDescription: Codable, Equatable, Sendable {
  /// Its number, by which commands name it.
  let number: Int
  /// What it stops at.
  let type: Kind
  /// The classes of exits that a catchpoint for exits stops at.
  let classes: [String]
  /// Where a breakpoint is.
  let place: PlaceAnswer?
  /// The other places of a breakpoint that is at several.
  let otherPlaces: [PlaceAnswer]
  /// What a watchpoint watches.
  let watched: WatchedMemory?
  /// Its condition, an expression that must not be 0; omitted if there is none.
  let condition: String?
  /// Whether it is deleted at its first stop.
  let isTemporary: Bool
  /// Whether it is a hardware breakpoint.
  let isHardware: Bool
  /// Whether it stops the target.
  let isEnabled: Bool
  /// How often it has stopped the target.
  let hits: Int
  /// How many of the next hits are ignored.
  let ignoreCount: Int
  /// The commands that run at each stop.
  let commands: [String]
  /// Why it was never reached so far; omitted if it was, or if no reason is known.
  let doubt: String?

  /// What a breakpoint or catchpoint stops at.
  enum Kind: String, Codable, CaseIterable, Sendable { case exit, entry, fault, address, watch }

  init(_ breakpoint: Breakpoint, in session: HypervisorSession, doubt: String? = nil) {
    self.doubt = doubt
    number = breakpoint.number
    var classes: [String] = []
    var place: PlaceAnswer?
    var others: [PlaceAnswer] = []
    var watched: WatchedMemory?
    switch breakpoint.kind {
    case .exit(let wanted):
      type = .exit
      classes = wanted.map(\.word)
    case .entry: type = .entry
    case .fault: type = .fault
    case .code(let location):
      type = .address
      place = PlaceAnswer(location.address, in: location.space, of: session)
      others = location.addresses.dropFirst().map {
        PlaceAnswer($0, in: location.space, of: session)
      }
    case .watch(let watchpoint):
      type = .watch
      place = PlaceAnswer(watchpoint.address, in: watchpoint.space, of: session)
      watched = WatchedMemory(watchpoint, in: session)
    }
    self.watched = watched
    self.classes = classes
    self.place = place
    otherPlaces = others
    condition = breakpoint.condition?.text
    isTemporary = breakpoint.isTemporary
    isHardware = breakpoint.isHardware
    isEnabled = breakpoint.isEnabled
    hits = breakpoint.hitCount
    ignoreCount = breakpoint.ignoreCount
    commands = breakpoint.commands.map(\.text)
  }
}

/// A breakpoint or catchpoint that was set.
struct BreakpointAnswer: Answer {
  static let kind = "breakpoint"
  /// The breakpoint or catchpoint.
  let breakpoint: BreakpointDescription
  /// Notes on how exits are found.
  let remarks: [String]
  /// Why it may never be hit.
  let warnings: [String]

  init(
    _ breakpoint: Breakpoint, in session: HypervisorSession, remarks: [String] = [],
    warnings: [String] = []
  ) {
    self.breakpoint = BreakpointDescription(breakpoint, in: session)
    self.remarks = remarks
    self.warnings = warnings
  }
}

/// All breakpoints and catchpoints.
struct BreakpointsAnswer: Answer {
  static let kind = "breakpoints"
  /// In the order of their numbers.
  let breakpoints: [BreakpointDescription]

  init(in session: HypervisorSession) { self.init(session.breakpoints.all, in: session) }

  init(_ all: [Breakpoint], in session: HypervisorSession) {
    breakpoints = all.map { breakpoint in
      var doubt: String?
      if breakpoint.hitCount == 0, breakpoint.isEnabled, (try? session.requireStopped()) != nil {
        doubt =
          (try? session.points.doubt(about: breakpoint))?.description
          ?? session.points.watchDoubts(about: breakpoint).first
      }
      return BreakpointDescription(breakpoint, in: session, doubt: doubt)
    }
  }
}
