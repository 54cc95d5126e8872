/// `set pagination`: whether long answers are shown page by page.
enum SetPaginationCommand: ShellCommand {
  static let name = "set pagination"
  private static let isOn = Parameter<Bool>.onOrOff()
  static let parameters: [any AnyParameter] = [isOn]
  static let summary = "Turn the pager for long answers on or off."
  static let manual = """
    The pager is $PAGER, or else 'less'. It is used for answers that are longer than the terminal, but not in a
    batch, for stops, or for the guest's console.
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

/// `set style`: whether there are colours.
enum SetStyleCommand: ShellCommand {
  static let name = "set style"
  private static let what = Parameter<String>.choice(["enabled"])
  private static let isOn = Parameter<Bool>.onOrOff()
  static let parameters: [any AnyParameter] = [what, isOn]
  static let summary = "Turn colours on, at a terminal that has them, or off."
  static let manual = """
    NO_COLOR in the environment turns them off; --color always turns them on everywhere.
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

/// `set width`: where lines are broken.
enum SetWidthCommand: ShellCommand {
  static let name = "set width"
  private static let columns = Parameter<Int>(
    "N|unlimited", .word, complete: { _ in .words(["unlimited"]) }
  ) { scanner in
    let word = scanner.takeWord()
    if word?.lowercased() == "unlimited" { return 0 }
    guard let count = word.flatMap({ Int($0) }), count >= 0 else {
      throw ShellError("'set width' takes a number of columns, 0 for no limit")
    }
    return count
  }
  static let parameters: [any AnyParameter] = [columns]
  static let summary = "Break longer lines between words at N columns, or never for 0."
  static let manual = """
    By default the shell does not break lines; the terminal wraps them.
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
