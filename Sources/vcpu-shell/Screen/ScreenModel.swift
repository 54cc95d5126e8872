/// The contents of the full-screen view, and how they are arranged. It knows neither a terminal nor a target.
struct ScreenModel {
  var size: ScreenFrame.Size
  var layout: ScreenLayout
  /// Whether there is a console: the shell has started the machine, and shows what its guest prints.
  var hasConsole = false
  /// What is known of the stop, for the windows that show it.
  var stop = StopContents()
  /// What the target does, for the bar above the commands.
  var status = ""
  /// Whether the guest gets the keys.
  var guestHasKeys = false
  var commands = CommandWindow()
  var console = ConsoleWindow()

  init(size: ScreenFrame.Size, layout: ScreenLayout) {
    self.size = size
    self.layout = layout
  }

  /// What the windows show of a stop.
  struct StopContents {
    var exit: ExitAnswer?
    var registers: RegistersAnswer?
    var source: SourceLinesAnswer?
    var code: DisassemblyAnswer?
    /// The marks of the lines of `source` with breakpoints, by the line's number.
    var sourceMarks: [Int: BreakpointMark] = [:]
    /// The marks of the instructions of `code` with breakpoints, by their address.
    var codeMarks: [UInt64: BreakpointMark] = [:]
  }

  /// Whether a breakpoint is enabled, and whether it was hit: as GDB's.
  enum BreakpointMark: String {
    case enabled = "b+"
    case hit = "B+"
    case disabled = "b-"
  }

  /// The windows that the layout wants, from the top.
  var windows: [ScreenWindow] {
    layout.windows.filter { window in
      switch window {
      case .console: hasConsole
      // The code would be there twice.
      case .source: !(layout.windows.contains(.code) && stop.source == nil && stop.code != nil)
      default: true
      }
    }
  }

  /// How the rows are divided.
  var plan: ScreenPlan {
    var contents: [ScreenWindow: Int] = [:]
    for window in windows where [.exit, .registers].contains(window) {
      contents[window] = lines(of: window).reduce(0) { $0 + $1.rows(of: size.columns).count }
    }
    return ScreenPlan(size, windows, contents: contents)
  }

  /// Whether the console has a window now.
  var showsConsole: Bool { plan.rows[.console] != nil }

  /// The size of the window of the commands.
  var commandSize: ScreenFrame.Size {
    ScreenFrame.Size(rows: plan.rows[.commands] ?? size.rows, columns: size.columns)
  }

  /// What the terminal shows.
  func frame() -> ScreenFrame {
    let plan = plan
    var frame = ScreenFrame()
    for window in windows {
      guard let count = plan.rows[window] else { continue }
      frame.rows.append(bar(title(of: window)))
      let start = frame.rows.count
      var rows: [Line]
      if window == .console {
        let shown = console.rows(ScreenFrame.Size(rows: count, columns: size.columns))
        rows = shown.rows
        if guestHasKeys {
          frame.cursor = ScreenFrame.Place(
            row: start + shown.cursor.row, column: shown.cursor.column)
        }
      } else {
        rows = lines(of: window).flatMap { line in
          // An exit's words and registers are read to their end; code is looked at.
          [.exit, .registers].contains(window)
            ? line.rows(of: size.columns) : [line.cut(to: size.columns)]
        }
      }
      rows = Array(rows.prefix(count))
      rows += Array(repeating: Line(), count: count - rows.count)
      frame.rows += rows.map { ScreenFrame.Row(line: $0) }
    }
    if plan.refusal == nil { frame.rows.append(bar(statusTitle)) }
    let start = frame.rows.count
    let count = plan.rows[.commands] ?? 1
    let shown = commands.rows(ScreenFrame.Size(rows: count, columns: size.columns))
    frame.rows += shown.rows.map { ScreenFrame.Row(line: $0) }
    frame.rows += Array(repeating: ScreenFrame.Row(line: Line()), count: count - shown.rows.count)
    if !(guestHasKeys && plan.rows[.console] != nil) {
      let place = shown.cursor ?? ScreenFrame.Place(row: count - 1, column: size.columns - 1)
      frame.cursor = ScreenFrame.Place(row: start + place.row, column: place.column)
    }
    return frame
  }

  private func bar(_ text: String) -> ScreenFrame.Row {
    let row = Line(" " + text).cut(to: size.columns)
    return ScreenFrame.Row(
      line: row + String(repeating: " ", count: max(0, size.columns - row.columnCount)), isBar: true
    )
  }

  private var statusTitle: String {
    guard commands.offset > 0 else { return status }
    return "\(commands.offset) more below (Page Down) · \(status)"
  }

  private func title(of window: ScreenWindow) -> String {
    switch window {
    case .exit: "exit"
    case .registers: "registers" + (world.map { " of \($0)" } ?? "")
    case .source where stop.source == nil && stop.code != nil: "code, without a source"
    case .source: "source" + (stop.source.map { ": " + $0.file } ?? "")
    case .code: "code"
    case .console: guestHasKeys ? "console: the guest gets the keys, Ctrl-C stops it" : "console"
    case .commands: status
    }
  }

  private var world: String? {
    stop.registers?.sections.lazy.compactMap(\.world).first.map {
      $0 == "hv" ? "the hypervisor" : "the \($0)"
    }
  }

  private func lines(of window: ScreenWindow) -> [Line] {
    switch window {
    case .exit: stop.exit?.words ?? ["none: the CPU is not at an exit"]
    case .registers:
      // The window may be too small for all.
      stop.registers?.compactLines(of: size.columns, endsWithNames: false) ?? [
        "none can be read here"
      ]
    case .source where stop.source == nil && stop.code != nil: lines(of: .code)
    case .source:
      stop.source.map { source in
        zip(source.lines, source.lines(.full)).map { mark(stop.sourceMarks[$0.line]) + $1 }
      } ?? ["none is known here"]
    case .code:
      stop.code.map { code in
        code.rows.map {
          mark(stop.codeMarks[$0.address.value]) + $0.instructionLine(in: code.space)
        }
      } ?? ["none can be read here"]
    case .console, .commands: []
    }
  }

  private func mark(_ mark: BreakpointMark?) -> Line {
    mark.map { Line($0.rawValue, .error) } ?? "  "
  }
}
