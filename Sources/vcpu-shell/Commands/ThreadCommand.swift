internal import VCpuDebug

/// `thread`: selects a CPU or thread.
enum ThreadCommand: ShellCommand {
  static let name = "thread"
  private static let number = Parameter<[String]>.words("[N]") { _ in .words(["list", "select"]) }
  static let parameters: [any AnyParameter] = [number]
  static let aliases = ["t"]
  static let summary = "Select a CPU or thread, or show which one is selected."
  static let manual = """
    Registers, memory and 'stepi' then refer to CPU or thread N, as 'info threads' numbers them. 'continue' lets
    all of them run; the next stop is shown where it happens.

      thread 1
      thread
    """

  static let transcript = """
    (vcpu) thread
    [CPU 1]
      EL2 0x40201000 <vmexit_trampoline>:  nop    hypervisor.S:8
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    var words = arguments[number]
    // LLDB's `thread list` and `thread select 2`.
    if words == ["list"] {
      return .answer(try ThreadsAnswer(in: session, by: shell.disassembler))
    }
    if words.first == "select" { words.removeFirst() }
    guard words.count <= 1 else {
      throw ShellError("'thread' takes one number: see 'info threads'")
    }
    if let word = words.first {
      guard let number = Int(word) else {
        // The name of a CPU in another cluster.
        if word.wholeMatch(of: #/[0-9]+\.[0-9]+/#) != nil {
          throw try session.threads.absence(of: word)
        }
        throw ShellError("'\(word)' is not a thread number: see 'info threads'")
      }
      try session.threads.select(number)
      shell.shownThread = number
      shell.examination.next = nil
    }
    return .answer(try ThreadAnswer(in: session, by: shell.disassembler))
  }
}
