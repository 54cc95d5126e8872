/// Which windows the full-screen view has, besides that of the commands.
enum ScreenLayout: String, CaseIterable, Sendable {
  // In the order of 'layout next'.
  case src, asm, split, regs, exit, console

  /// The windows, from the top.
  var windows: [ScreenWindow] {
    switch self {
    case .src: [.source, .console]
    case .asm: [.code, .console]
    case .split: [.source, .code, .console]
    case .regs: [.registers, .source, .console]
    case .exit: [.exit, .source, .console]
    case .console: [.console]
    }
  }

  /// The layout that is `count` after this one.
  func advanced(by count: Int) -> ScreenLayout {
    let all = Self.allCases
    let index = (all.firstIndex(of: self) ?? 0) + count
    return all[(index % all.count + all.count) % all.count]
  }
}

/// A window of the full-screen view. Each has a bar with its title.
enum ScreenWindow: Sendable {
  case exit, registers
  /// The source; the instructions where the source isn't known.
  case source
  case code, console, commands
}

/// How many rows each window has, without its bar. A window without room is left out.
struct ScreenPlan: Equatable {
  private(set) var rows: [ScreenWindow: Int] = [:]
  /// Why there are only commands; nil if there is room for more.
  private(set) var refusal: String?

  /// The smallest terminal with windows.
  static let leastSize = ScreenFrame.Size(rows: 12, columns: 40)

  /// - Parameters:
  ///   - windows: the windows without that of the commands, from the top.
  ///   - contents: how many rows of text those windows have whose text has an end.
  init(_ size: ScreenFrame.Size, _ windows: [ScreenWindow], contents: [ScreenWindow: Int] = [:]) {
    let needed = Self.leastSize
    guard size.rows >= needed.rows, size.columns >= needed.columns else {
      rows[.commands] = max(1, size.rows)
      refusal =
        "the terminal has \(size.rows) rows of \(size.columns) columns; "
        + "windows need \(needed.rows) of \(needed.columns)"
      return
    }
    var shown = windows
    var room: Int { size.rows - shown.count - 1 - Self.least(.commands) }
    func least(_ window: ScreenWindow) -> Int {
      min(Self.least(window), contents[window].map { max(1, $0) } ?? .max)
    }
    // What says least of a stop goes first.
    for window in [ScreenWindow.console, .registers, .code, .exit, .source]
    where shown.count > 1 && shown.reduce(0, { $0 + least($1) }) > room {
      shown.removeAll { $0 == window }
    }
    for window in shown { rows[window] = least(window) }
    rows[.commands] = Self.least(.commands)
    var left = room - shown.reduce(0) { $0 + least($1) }
    // A window whose text has an end grows up to that, as long as it leaves the others half of the room.
    for window in shown {
      guard let wanted = contents[window] else { continue }
      let more = min(max(0, wanted - least(window)), left / 2)
      rows[window, default: 0] += more
      left -= more
    }
    let growing = shown.filter { contents[$0] == nil } + [.commands]
    let weights = growing.map { window in
      window == .commands || (window == .console && shown.count > 1) ? 2 : 3
    }
    let sum = weights.reduce(0, +)
    for (window, weight) in zip(growing, weights) where window != .commands {
      rows[window, default: 0] += left * weight / sum
    }
    rows[.commands] = size.rows - 1 - shown.count - shown.reduce(0) { $0 + (rows[$1] ?? 0) }
  }

  private static func least(_ window: ScreenWindow) -> Int {
    switch window {
    case .exit: 2
    case .registers, .source, .code, .console: 3
    case .commands: 4
    }
  }
}
