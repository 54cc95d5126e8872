internal import VCpuDebug

/// `backtrace`: the stack.
enum BacktraceCommand: ShellCommand {
  static let name = "backtrace"
  static let aliases = ["bt", "where"]
  private static let words = Parameter<String?>(
    "[N|-N] [full]", .words, complete: { _ in .words(["full"]) }
  ) { $0.takeAll() }
  static let parameters: [any AnyParameter] = [words]
  static let summary =
    "Show the stack: the hypervisor's functions, and the guest whose exit they handle."
  static let manual = """
    The innermost frame is first. Where the hypervisor handles an exit the stack goes on in the guest, after a
    frame that says which exit, and from a kernel's exception into what it interrupted. N shows the N innermost
    frames, -N the outermost, 'full' the variables of each.

    Frames are found by the call frame information of the file, and where there is none by frame records (x29,
    x30) and the code's own instructions. The frame with an arrow is the one whose registers and variables
    commands mean: 'frame', 'up' and 'down' choose another.

      backtrace 5
      bt full
    """

  static let transcript = """
    (vcpu) backtrace
    => #0  hv: count_exits (vcpu=0x40208008, step=2) at hypervisor.c:10
       #1  hv:0x40207024 in serve (vcpu=<optimized out>) at hypervisor.c:15
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    var (count, isFull) = (nil as Int?, false)
    for word in arguments[words]?.split(whereSeparator: \.isWhitespace) ?? [] {
      if word == "full" || word == "-full" {
        isFull = true
      } else if count == nil, let number = Int(word), number != 0 {
        count = number
      } else {
        throw ShellError("'backtrace' takes a number of frames and 'full', not '\(word)'")
      }
    }
    return .answer(
      try StackAnswer(
        of: session, count: count, hasLocals: isFull, check: shell.checkInterrupt))
  }
}

/// `frame`: chooses the frame that commands are about.
enum FrameCommand: ShellCommand {
  static let name = "frame"
  static let aliases = ["f"]
  private static let what = Parameter<String?>.optionalWord(
    "[N|guest|hv]", complete: { _ in .words(["guest", "hv"]) })
  static let parameters: [any AnyParameter] = [what]
  static let summary = "Select a frame by its number, or the guest's or the hypervisor's innermost."
  static let manual = """
    Its registers are those without a prefix ($pc, $sp, $x0), and its variables are known by their names.
    Without a number the selected frame is shown. Running again selects the innermost.

      frame 2
      frame guest
    """

  static let transcript = """
    (vcpu) frame 1
    #1  hv:0x40207024 in serve (vcpu=<optimized out>) at hypervisor.c:15
    15        unsigned long total = count_exits(vcpu, 2);
    (vcpu) frame
    #1  hv:0x40207024 in serve (vcpu=<optimized out>) at hypervisor.c:15
    15        unsigned long total = count_exits(vcpu, 2);
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    switch arguments[what] {
    case nil: return .answer(try show(session.stack.shownFrame(), in: session))
    case "guest"?:
      try session.requireHypervisor(for: "frames of a guest")
      return try select(session.stack.innermostFrame(of: .guest).number, in: session)
    case "hv"?:
      try session.requireHypervisor(for: "frames of a hypervisor")
      return try select(session.stack.innermostFrame(of: .hypervisor).number, in: session)
    case let text?:
      let value = try shell.evaluating(text) { try session.value(of: $0) }
      return try select(Int(clamping: value.bits), in: session)
    }
  }

  static func select(_ number: Int, in session: HypervisorSession) throws -> Outcome {
    .answer(try show(session.stack.select(number), in: session))
  }

  private static func show(_ frame: StackFrame, in session: HypervisorSession) throws -> FrameAnswer
  {
    try FrameAnswer(frame, in: session, shown: frame.number)
  }
}

/// `up`: towards the outermost frame.
enum UpCommand: ShellCommand {
  static let name = "up"
  static let isRepeatable = true
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary = "Select the frame that called the selected one, or one further out."

  static let transcript = """
    (vcpu) up
    #1  hv:0x40207024 in serve (vcpu=<optimized out>) at hypervisor.c:15
    15        unsigned long total = count_exits(vcpu, 2);
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try move(by: arguments[count] ?? 1, in: shell)
  }

  /// Selects a frame at a distance from the selected one; the last in that direction if there are fewer.
  static func move(by distance: Int, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let number = try session.stack.shownFrame().number
    let last = try session.stack.frames().count - 1
    let (sum, isBeyond) = number.addingReportingOverflow(distance)
    let wanted = isBeyond ? last : min(max(sum, 0), last)
    guard wanted != number else {
      throw ShellError(
        distance > 0
          ? "frame \(number) is the outermost" : "frame 0 is the innermost: it called nothing")
    }
    return try FrameCommand.select(wanted, in: session)
  }
}

/// `down`: towards the innermost frame.
enum DownCommand: ShellCommand {
  static let name = "down"
  static let aliases = ["dow"]
  static let isRepeatable = true
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary = "Select the frame that the selected one called, or one further in."

  static let transcript = """
    (vcpu) up
    #1  hv:0x40207024 in serve (vcpu=<optimized out>) at hypervisor.c:15
    15        unsigned long total = count_exits(vcpu, 2);
    (vcpu) down
    #0  hv: count_exits (vcpu=0x40208008, step=2) at hypervisor.c:10
    10        unsigned long count = vcpu->gpr[0] + step;
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try UpCommand.move(by: -(arguments[count] ?? 1), in: shell)
  }
}

/// `info frame`: all that is known of a frame.
enum InfoFrameCommand: ShellCommand {
  static let name = "info frame"
  static let summary =
    "Show all that is known of the selected frame: its address, its caller, saved registers."

  static let transcript = """
    (vcpu) info frame
    Stack level 0, frame at hv:0x40407ff0:
     pc = hv:0x40207000 in count_exits (hypervisor.c:10); saved pc = hv:0x40207024
     called by frame 1
     found by the registers of the CPU or the exit
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    return .answer(try FrameInfoAnswer(session.stack.shownFrame(), in: session))
  }
}
