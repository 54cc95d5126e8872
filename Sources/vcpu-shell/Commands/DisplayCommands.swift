internal import VCpuDebug

/// `display`: shows an expression at each stop.
enum DisplayCommand: ShellCommand {
  static let name = "display"
  private static let format = Parameter<FormatSpec?>.format()
  private static let expression = Parameter<String?>.optionalExpression("[EXPRESSION]")
  static let parameters: [any AnyParameter] = [format, expression]
  static let summary = "Show an expression now and at each stop; without one, show all of them."
  static let manual = """
    An expression that has no value at a stop is left out there, such as a variable of another function.
    'undisplay' ends it, and 'info display' lists what is displayed.

      display $x0
      display /x vcpu->exits
    """

  static let transcript = """
    (vcpu) display $exit.count
    1: $exit.count = 1
    (vcpu) display /x $x1
    2: /x $x1 = 0x100000041
    (vcpu) display
    1: $exit.count = 1
    2: /x $x1 = 0x100000041
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    guard let text = arguments[expression] else {
      return .answer(DisplaysAnswer(shell.displays, in: session))
    }
    let format = arguments[format]
    guard format?.count == nil, format?.size == nil else {
      throw ShellError("'display' takes only a format letter, such as /x")
    }
    // A wrong name is an error now, not at each stop.
    _ = try shell.evaluating(text) { try session.value(of: $0) }
    let display = shell.displays.add(text, format?.letter)
    return .answer(DisplaysAnswer([display], in: session))
  }
}

/// `undisplay`: ends it.
enum UndisplayCommand: ShellCommand {
  static let name = "undisplay"
  static let worksWhileRunning = true
  private static let numbers = Parameter<String?>("[N…]", .words) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [numbers]
  static let summary = "Stop displaying expressions, all or those with the numbers."

  static let transcript = """
    (vcpu) display $x0
    1: $x0 = 0
    (vcpu) undisplay 1
    (vcpu) info display
    There are no auto-display expressions now.
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    guard let text = arguments[numbers] else {
      shell.displays.removeAll()
      return .done
    }
    for word in text.split(whereSeparator: \.isWhitespace) {
      guard let number = Int(word), shell.displays.remove(number) else {
        throw ShellError("nothing is displayed with the number \(word): see 'info display'")
      }
    }
    return .done
  }
}

/// `info display`: what is displayed.
enum InfoDisplayCommand: ShellCommand {
  static let name = "info display"
  static let worksWhileRunning = true
  static let summary = "List the expressions that are shown at each stop."

  static let transcript = """
    (vcpu) display /x $x0
    1: /x $x0 = 0x0
    (vcpu) info display
    1: /x $x0
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    .answer(DisplaysAnswer(shell.displays, in: nil))
  }
}
