internal import VCpuDebug

/// `step`: executes a source line, and enters functions.
enum StepCommand: ShellCommand {
  static let name = "step"
  static let actsOnTarget = true
  static let aliases = ["s"]
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary = "Execute a source line of the CPU's program, or N lines; enter functions."
  static let manual = """
    Goes on to the beginning of another line. In a function that has lines it stops after the prologue; others
    are stepped over, and so is what remains of the line of a function that returns. Without lines, the function
    is left. Stepping is in the program that the CPU executes: at an exit that is the hypervisor's.

    A step that enters a guest, or whose instruction makes a guest exit, ends there and says so. Breakpoints,
    catchpoints and Ctrl-C end it too. While it steps only the selected CPU runs; while a function that is
    stepped over runs, all do.
    """
  static let isRepeatable = true

  static let transcript = """
    (vcpu) step
      EL2 0x40205004 <handle_exit+4>:  add x0, x0, #0x1    hypervisor.S:19
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try run(.into, count: arguments[count], in: shell)
  }

  static func run(_ kind: SourceStep.Kind, count: Int?, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    _ = try session.live()
    let name = kind == .overInstruction ? nil : try session.functionWithoutLines()
    let note = name.map {
      MessageAnswer(
        text:
          "Single stepping until exit from function \($0), which has no line number information.")
    }
    return .run(Run(note: note, start: { try $0.step(kind, count: count ?? 1) }))
  }
}

/// `next`: executes a source line, with the functions that it calls.
enum NextCommand: ShellCommand {
  static let name = "next"
  static let actsOnTarget = true
  static let aliases = ["n"]
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary =
    "Execute a source line of the CPU's program with the functions that it calls, or N lines."
  static let manual = """
    Like 'step', but a function that is called runs to its end, also one that runs a guest until its next exit.
    In a guest, what the hypervisor does about an exit is a part of the line; 'catch exit' stops there.
    """
  static let isRepeatable = true

  static let transcript = """
    (vcpu) next
      EL2 0x40205008 <handle_exit+8>:  ret    hypervisor.S:20
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try StepCommand.run(.over, count: arguments[count], in: shell)
  }
}

/// `nexti`: executes an instruction, with the function that it calls.
enum NextInstructionCommand: ShellCommand {
  static let name = "nexti"
  static let actsOnTarget = true
  static let aliases = ["ni"]
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary =
    "Execute an instruction of the CPU with the function that it calls, or N instructions."
  static let manual = "Like 'stepi', but a function that is called runs to its end."
  static let isRepeatable = true

  static let transcript = """
    (vcpu) nexti
      EL2 0x40205008 <handle_exit+8>:  ret    hypervisor.S:20
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    try StepCommand.run(.overInstruction, count: arguments[count], in: shell)
  }
}

/// `finish`: runs until the selected frame's function has returned.
enum FinishCommand: ShellCommand {
  static let name = "finish"
  static let actsOnTarget = true
  static let aliases = ["fin"]
  static let summary = "Let the target run until the selected frame's function returns."
  static let manual = """
    Shows the value that it returns, if the debug information has its type and it is in registers: a number, a
    pointer, a structure of C of at most 16 bytes or of up to four floating-point numbers. The rest of an
    inlined copy is executed up to the first instruction that isn't a part of it.

    At a guest's exit the selected frame is the guest's; 'frame hv' selects the hypervisor's. All CPUs run, but
    only the selected one stops there, in the caller's frame.

      frame hv
      finish
    """

  static let transcript = """
    (vcpu) finish
    Run till exit from #0  hv: count_exits (vcpu=0x40208008, step=2) at hypervisor.c:10
      EL2 0x40207024 <serve+16>:  add x0, x0, x0, lsl #1    hypervisor.c:16
    16        return total * 3;
    Value returned is $1 = 3
    (vcpu) print $1
    3
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    _ = try session.live()
    let frame = try session.stack.shownFrame()
    let isInlined = frame.kind == .inlined
    if !isInlined { try session.requireCaller(of: frame) }
    let head = try FrameAnswer(frame, in: session, shown: frame.number).lines(.full)[0].plain
    let returned = isInlined ? nil : session.values.returned(by: frame)
    return .run(
      Run(
        note: MessageAnswer(text: "Run till exit from \(head)"),
        start: { try $0.finish(frame) },
        finish: { show(returned, in: shell) }))
  }

  private static func show(_ returned: SessionValues.Returned?, in shell: Shell) {
    guard let returned, let session = shell.session, session.hasReturned else { return }
    func tell(_ answer: any RenderedAnswer) {
      shell.tell(.answer(answer, .full, of: name, isPartial: false))
    }
    guard let value = try? session.values.value(returned) else {
      guard returned.hasContents else { return }
      return tell(
        MessageAnswer(
          text: "'\(returned.typeName)' is returned, but where that value is isn't known"))
    }
    let variables = session.expressions.variables
    guard
      let answer = try? ValueAnswer(
        value, as: nil, number: variables.history.count + 1, in: session)
    else { return }
    variables.record(value)
    tell(ReturnedAnswer(value: answer))
  }
}

/// `start`: runs the launched machine to the hypervisor's main function.
enum StartCommand: ShellCommand {
  static let name = "start"
  static let actsOnTarget = true
  static let aliases = ["sta"]
  static let summary =
    "Start the launched machine again, and stop in the hypervisor's main function."
  static let manual = """
    Like 'run' after a 'tbreak' at 'main', or, if there is none, at the first instruction of the hypervisor's
    ELF file. 'starti' stops before the machine's first instruction.
    """

  static let transcript = """
    (vcpu) start
    breakpoint 1
      EL2 0x40214e88 <Hypervisor_main>:  stp x29, x30, [sp, #-16]!
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    RunCommand.begin(in: shell) {
      let session = try shell.requireSession()
      let breakpoint = try session.points.add(try location(in: session), isTemporary: true)
      return .run(
        Run(
          forwardsKeys: true, start: { try $0.resume() },
          finish: { try? shell.session?.breakpoints.delete(breakpoint.number) }))
    }
  }

  private static func location(in session: HypervisorSession) throws -> String {
    let modules = session.modules.hypervisor?.modules ?? []
    let prefix = session.hasHypervisor ? "hv:" : ""
    if modules.contains(where: { $0.symbol(named: "main") != nil }) { return prefix + "main" }
    guard let module = modules.first(where: { $0.file != nil }), let file = module.file else {
      throw ShellError("'start' needs the hypervisor's symbols; 'starti' needs none")
    }
    return "*\(prefix)\(Hex(file.entryPoint &+ module.slide))"
  }
}

/// `return`: leaves a function without executing the rest of it.
enum ReturnCommand: ShellCommand {
  static let name = "return"
  static let actsOnTarget = true
  static let aliases = ["ret"]
  private static let value = Parameter<String?>.optionalExpression("[VALUE]")
  static let parameters: [any AnyParameter] = [value]
  static let summary = "Leave the selected frame's function without executing the rest of it."
  static let manual = """
    The frame's caller goes on after the call: PC, SP and the registers that functions save for their callers
    are written as they are in the caller's frame, and x0 to VALUE if there is one. Nothing that the function
    has done to memory is undone. A person is asked first.

      return 0
    """

  static let transcript = """
    (vcpu) return 0
    #0  hv: handle_exit () at hypervisor.S:20
    20        ret
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    _ = try session.live()
    let frame = try session.stack.shownFrame()
    try session.requireCaller(of: frame)
    let result = try arguments[value].map { text in
      try shell.evaluating(text) { try session.value(of: $0).bits }
    }
    return .confirmation("Make \(frame.name ?? "the selected frame's function") return now?") {
      let caller = try session.leave(frame, returning: result)
      return .answer(try FrameAnswer(caller, in: session, shown: caller.number))
    }
  }
}
