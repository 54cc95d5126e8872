/// `tui`: the full-screen view.
enum ScreenCommand: ShellCommand {
  static let name = "tui"
  private static let words = ["enable", "disable"]
  private static let word = Parameter<String?>.optionalWord("[enable|disable]") { _ in
    .words(words)
  }
  static let parameters: [any AnyParameter] = [word]
  static let summary = "Show the stop, the console and the commands in windows; or no longer."
  static let worksWhileRunning = true
  static let manual = """
    Without a word it is the same as Ctrl-X A: the windows appear or go. They show the source around the
    frame's line or, where there is none, the code around its pc; the exit; the registers; and what the
    guest prints, if the shell has started the machine. 'layout' chooses among them. They are read again
    at each prompt, and a register that has changed is marked. b+ is before a line or an instruction with
    a breakpoint, B+ if it was hit, b- if it is disabled.

    What commands print is in the window below; Page Up and Page Down scroll it. Ctrl-L draws everything
    again, Ctrl-X 2 takes the next layout, and Ctrl-Z stops the shell as usual. Nothing is paged. What '|
    COMMAND' prints is in the window too; 'shell' has the whole terminal until it ends.

    The windows need a terminal of 12 rows of 40 columns; in a smaller one there are only the commands.
    """

  static let transcript = """
    (vcpu) tui
    error: the full-screen view needs a person at a prompt
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    switch arguments[word]?.lowercased() {
    case nil: return .screen(.toggle)
    case "enable": return .screen(.enable)
    case "disable": return .screen(.disable)
    case .some(let word): throw ShellError("'tui' takes enable or disable, not '\(word)'")
    }
  }
}

/// `layout`: which windows there are.
enum LayoutCommand: ShellCommand {
  static let name = "layout"
  private static let words = ScreenLayout.allCases.map(\.rawValue) + ["next", "prev"]
  private static let word = Parameter<String>.choice(words)
  static let parameters: [any AnyParameter] = [word]
  static let summary = "Choose the windows of the full-screen view, and show it."
  static let worksWhileRunning = true
  static let manual = """
      src       the source
      asm       the code
      split     both
      regs      the registers and the source
      exit      the exit and the source: the first one, if the target has guests
      console   only what the guest prints

    Each has the console and the commands too. Where the source isn't known, the code is shown. 'next' and
    'prev' go through the layouts.
    """

  static let transcript = """
    (vcpu) layout src
    error: the full-screen view needs a person at a prompt
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    switch arguments[word] {
    case "next": .screen(.nextLayout(1))
    case "prev": .screen(.nextLayout(-1))
    case let word: .screen(.layout(ScreenLayout(rawValue: word) ?? .src))
    }
  }
}

/// `refresh`: draws the windows again.
enum RefreshCommand: ShellCommand {
  static let name = "refresh"
  static let summary = "Draw the full-screen view again, as Ctrl-L does."
  static let worksWhileRunning = true
  static let manual = """
    For a terminal on which another program has written. Without the view it does nothing.
    """

  static let transcript = """
    (vcpu) refresh
    error: the full-screen view needs a person at a prompt
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome { .screen(.refresh) }
}
