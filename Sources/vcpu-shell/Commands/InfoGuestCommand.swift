internal import VCpuDebug

/// `info guest`: what the guest's kernel is doing.
enum InfoGuestCommand: ShellCommand {
  static let name = "info guest"
  private static let words = Parameter<String>.text(
    "[log [N]|task] [in SPACE]", complete: { _ in .words(["log", "task", "in"]) })
  static let parameters: [any AnyParameter] = [words]
  static let summary =
    "Show the log or the current task of the guest's Linux kernel, from its memory."
  static let manual = """
    'log' shows all of the kernel's log, or its last N records, as dmesg does: each with the time in seconds
    since the kernel started. It is there also when the console isn't: before the kernel has one, and after it
    has hung. It is printk_ringbuffer, which Linux has from 5.10 on. A record that the kernel may still add to
    is marked.

    'task' shows the thread that the kernel runs on this CPU, also while its program runs at EL0: its name and
    number, and where its task_struct and its kernel stack are. While the kernel runs, SP_EL0 is the task;
    otherwise the code of the kernel's entry says where each CPU has it.

    Without either, the kernel is named. It needs no file: the names of its functions (kallsyms) and its types
    (BTF) are in its memory. A vmlinux that is loaded is used instead. 'in hv' is the kernel at EL2 that is
    KVM's host.

      info guest log 20
      info guest task
    """

  static let transcript = """
    (vcpu) info guest
    guest:kallsyms of Linux 6.1.0-test: 'info guest log' shows its log, 'info guest task' its task
    (vcpu) info guest task
    busybox  pid 85, a thread of process 84
      task_struct guest:0xffff800008320000  stack guest:0xffff800008330000
    (vcpu) info guest log
    [    0.000000] Booting Linux on physical CPU 0x0000000000 [0x000f0510]
    [    0.001500] Linux version 6.1.0-test
    [   12.345678] Run /init as init process
    [   12.345678]   with arguments:
    """

  private enum Topic {
    case kernel, task
    case log(limit: Int?)
  }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let (topic, space) = try parse(arguments[words], in: session)
    switch topic {
    case .kernel:
      let name = try session.kernelName(in: space, check: shell.checkInterrupt)
      return .answer(
        MessageAnswer(
          text: "\(space.label)\(name): 'info guest log' shows its log, 'info guest task' its task")
      )
    case .task:
      return .answer(try KernelTaskAnswer(of: session, in: space, check: shell.checkInterrupt))
    case .log(let limit):
      return .answer(
        try KernelLogAnswer(of: session, in: space, limit: limit, check: shell.checkInterrupt))
    }
  }

  private static func parse(
    _ text: String, in session: HypervisorSession
  ) throws -> (Topic, AddressSpace) {
    var words = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
    var topic = Topic.kernel
    switch words.first?.lowercased() {
    case "task": topic = .task
    case "log": topic = .log(limit: nil)
    case nil, "in": break
    case let word?: throw ShellError("'\(name)' takes 'log' or 'task', not '\(word)'")
    }
    if words.first != "in" { words = words.dropFirst() }
    if case .log = topic, let word = words.first, word != "in" {
      guard let number = Int(word), number > 0 else {
        throw ShellError("'\(name) log' takes a number of at least 1, not '\(word)'")
      }
      topic = .log(limit: number)
      words = words.dropFirst()
    }
    guard let word = words.popFirst() else {
      return (topic, session.hasHypervisor ? .guest : .plain)
    }
    guard word == "in" else {
      throw ShellError("'\(name)' takes [log [N]|task] [in SPACE]; '\(word)' is none of it")
    }
    let space = try ModuleArguments.space(words.joined(separator: " "), session)
    guard space == .guest || space == .hypervisor else {
      throw ShellError("'\(name)' takes 'in guest' or 'in hv': the kernel on this CPU")
    }
    return (topic, space)
  }
}
