internal import Glibc

/// The kinds of the standard streams, and the environment's settings for output.
struct OutputTraits {
  /// Whether standard output is a terminal.
  var isTerminal = false
  /// Whether standard error is one.
  var isErrorTerminal = false
  /// Standard output, if its reader can go away: a pipe or a socket; nil for anything else.
  var reader: Int32?
  /// The terminal that commands and pagers get; nil without one.
  var keyboard: Int32?
  /// Whether the environment allows colours, and the terminal has them.
  var allowsColors = false
  /// The pager for long answers, as a command for `sh -c`; nil for none.
  var pager: String?
  /// The size of the terminal; nil if it is not known.
  var size: () -> (rows: Int, columns: Int)? = { nil }

  /// The traits of this process.
  static func ofProcess() -> OutputTraits {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    let terminalName = variable("TERM") ?? ""
    var traits = OutputTraits()
    traits.isTerminal = isTerminal
    traits.isErrorTerminal = isatty(STDERR_FILENO) == 1
    traits.reader = hasReader(STDOUT_FILENO) ? STDOUT_FILENO : nil
    traits.keyboard = isTerminal && isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : nil
    // https://no-color.org: present and not empty.
    traits.allowsColors =
      (variable("NO_COLOR") ?? "").isEmpty && !["", "dumb"].contains(terminalName)
    if terminalName != "dumb" { traits.pager = pager(variable("PAGER"), path: variable("PATH")) }
    traits.size = { isTerminal ? terminalSize() : nil }
    return traits
  }

  /// Whether a descriptor has a reader that may go away.
  static func hasReader(_ descriptor: Int32) -> Bool {
    var information = stat()
    guard unsafe fstat(descriptor, &information) == 0 else { return false }
    return [S_IFIFO, S_IFSOCK].contains(information.st_mode & S_IFMT)
  }

  /// The pager that a person wants, or else `less`, if it is installed, with options to print text that fits and exit.
  ///
  /// - Parameters:
  ///   - wanted: the value of PAGER. An empty one and `cat` mean none.
  ///   - path: the value of PATH.
  static func pager(_ wanted: String?, path: String?) -> String? {
    if let wanted {
      return ["", "cat"].contains(wanted) ? nil : wanted
    }
    let folders = (path ?? "/usr/bin:/bin").split(separator: ":")
    let isInstalled = folders.contains { unsafe access("\($0)/less", X_OK) == 0 }
    return isInstalled ? "less -FRX" : nil
  }

  private static func terminalSize() -> (rows: Int, columns: Int)? {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0,
      size.ws_col > 0
    else { return nil }
    return (Int(size.ws_row), Int(size.ws_col))
  }

  private static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
