internal import CNcurses
internal import Glibc

/// The terminal of the full-screen view, by ncurses.
///
/// ncurses draws, and nothing else: readline reads the keys, and the shell's signals say that the size has changed.
/// ncurses keeps its state in C globals, so a process has one.
@safe final class CursesTerminal {
  private let isColored: Bool
  private var screen: OpaquePointer?
  private var modes: termios?
  /// Whether the terminal shows the view.
  private(set) var isOpen = false

  /// - Throws: `ShellError` if the terminal can't show the view.
  init(isColored: Bool) throws(ShellError) {
    self.isColored = isColored
    let name = unsafe getenv("TERM").map { unsafe String(cString: $0) } ?? ""
    let kind = name.isEmpty ? CNCURSES_UNKNOWN : cncurses_terminal_kind(STDOUT_FILENO)
    switch kind {
    case CNCURSES_CAPABLE: break
    case CNCURSES_PLAIN:
      throw ShellError("the terminal '\(name)' (TERM) cannot show a full-screen view")
    default: throw ShellError("nothing is known of the terminal '\(name)' (TERM)")
    }
  }

  deinit { close() }

  /// Shows the view from the next frame on.
  ///
  /// - Throws: `ShellError` if ncurses can't use the terminal.
  func open() throws(ShellError) {
    guard !isOpen else { return }
    var modes = termios()
    if unsafe tcgetattr(STDIN_FILENO, &modes) == 0 { self.modes = modes }
    let before = unsafe cncurses_begin_text()
    defer { unsafe cncurses_end_text(before) }
    // Before ncurses looks: it installs a handler of its own for a signal without one.
    Signals.setFarewell(Self.farewell)
    if unsafe screen == nil {
      guard let screen = unsafe cncurses_open(isColored) else {
        Signals.setFarewell(nil)
        throw ShellError("the terminal cannot show a full-screen view")
      }
      unsafe self.screen = unsafe screen
    } else {
      cncurses_reopen()
    }
    isOpen = true
  }

  /// Leaves the terminal as it was.
  func close() {
    guard isOpen else { return }
    isOpen = false
    cncurses_close()
    if var modes { _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &modes) }
    Signals.setFarewell(nil)
  }

  /// The size of the terminal. ncurses is told of it.
  func measure() -> ScreenFrame.Size {
    var size = winsize()
    let code = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
    // A serial line doesn't know.
    let isKnown = code == 0 && size.ws_row > 0 && size.ws_col > 0
    let rows = isKnown ? Int(size.ws_row) : 24
    let columns = isKnown ? Int(size.ws_col) : 80
    if isOpen { cncurses_resize(Int32(rows), Int32(columns)) }
    return ScreenFrame.Size(rows: rows, columns: columns)
  }

  /// Makes the next `show` draw everything.
  func redraw() { if isOpen { cncurses_redraw() } }

  /// Sets the modes again, after another program had the terminal, and makes the next `show` draw everything.
  func reclaim() {
    guard isOpen else { return }
    cncurses_reclaim()
    cncurses_redraw()
  }

  func show(_ frame: ScreenFrame) {
    guard isOpen else { return }
    let before = unsafe cncurses_begin_text()
    defer { unsafe cncurses_end_text(before) }
    for (index, row) in frame.rows.enumerated() {
      cncurses_begin_row(Int32(index))
      for span in row.line.spans {
        let look = Look(isColored ? span.style : nil)
        unsafe cncurses_add(span.text, look.isBold || row.isBar, row.isBar, look.color)
      }
    }
    cncurses_show(Int32(frame.cursor.row), Int32(frame.cursor.column))
  }

  /// How ncurses shows a style.
  private struct Look {
    var isBold = false
    /// One of the eight colours; -1 for the terminal's own.
    var color: Int32 = -1

    init(_ style: Style?) {
      for parameter in style?.parameters.split(separator: ";") ?? [] {
        switch Int32(parameter) {
        case 1: isBold = true
        case .some(let number) where (30...37).contains(number): color = number - 30
        default: break
        }
      }
    }
  }

  /// What ends the view if the process must end at once.
  private static var farewell: String {
    ["op", "cnorm", "rmcup"].compactMap { (name: String) -> String? in
      unsafe cncurses_capability(name).map { unsafe String(cString: $0) }
    }
    // A delay is of no use here.
    .joined().replacing(/\$<[0-9.*\/]*>/, with: "")
  }
}
