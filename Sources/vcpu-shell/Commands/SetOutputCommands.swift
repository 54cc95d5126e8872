/// `set pagination`: whether long answers are shown page by page.
enum SetPaginationCommand: ShellCommand {
  static let name = "set pagination"
  private static let isOn = Parameter<Bool>.onOrOff()
  static let parameters: [any AnyParameter] = [isOn]
  static let summary = "Show answers that are higher than the terminal by a pager, or at once."
  static let manual = """
    The pager is $PAGER, or else 'less'. There is none in a batch, for stops, and for the guest's console.
    """

  static let transcript = """
    (vcpu) set pagination off
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    shell.output.isPaged = arguments[isOn]
    return .done
  }
}

/// `set style`: colours.
enum SetStyleCommand: ShellCommand {
  static let name = "set style"
  private static let what = Parameter<String>.choice(["enabled"])
  private static let isOn = Parameter<Bool>.onOrOff()
  static let parameters: [any AnyParameter] = [what, isOn]
  static let summary = "Show colours, at a terminal that has them, or none."
  static let manual = """
    NO_COLOR in the environment means none; --color always has them everywhere.
    """

  static let transcript = """
    (vcpu) set style enabled off
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    shell.output.isStyled = arguments[isOn]
    return .done
  }
}

/// `set width`: where lines end.
enum SetWidthCommand: ShellCommand {
  static let name = "set width"
  private static let columns = Parameter<Int>(
    "N|unlimited", .word, complete: { _ in .words(["unlimited"]) }
  ) { scanner in
    let word = scanner.takeWord()
    if word?.lowercased() == "unlimited" { return 0 }
    guard let count = word.flatMap({ Int($0) }), count >= 0 else {
      throw ShellError("'set width' takes a number of columns, 0 for no end")
    }
    return count
  }
  static let parameters: [any AnyParameter] = [columns]
  static let summary = "Break longer lines between words at so many columns, 0 for nowhere."
  static let manual = """
    At first they are as long as they are, and the terminal breaks them where it ends.
    """

  static let transcript = """
    (vcpu) set width 60
    (vcpu) info exit --brief
    #1   vcpu 0  0x40200010  str w1, [x0]
        mmio-write of 4 bytes: 0x41 from w1 to IPA 0x9000000
    """

  static let worksWhileRunning = true

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    shell.output.chosenWidth = arguments[columns]
    return .done
  }
}

extension Parameter where Value == Bool {
  /// `on` or `off`, `on` where nothing is said, as in GDB.
  fileprivate static func onOrOff() -> Parameter {
    Parameter("on|off", .word, complete: { _ in .words(["on", "off"]) }) { scanner in
      switch scanner.takeWord()?.lowercased() {
      case nil, "on": return true
      case "off": return false
      case let word?: throw ShellError("'\(scanner.command)' takes 'on' or 'off', not '\(word)'")
      }
    }
  }
}
