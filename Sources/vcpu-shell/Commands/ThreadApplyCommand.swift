internal import VCpuDebug

/// `thread apply`: runs a command for each of some CPUs.
enum ThreadApplyCommand: ShellCommand {
  static let name = "thread apply"
  static let parameters: [any AnyParameter] = [threads, flags, line]
  static let summary = "Run a command for each of some CPUs or threads."
  static let manual = """
    N… are numbers as in 'info threads', ranges such as 2-4, or variables; 'all' is all of them, from the last
    to the first, and from the first with '-ascending'. Each is selected, shown as a heading, and the command
    runs; the one that was selected before is selected afterwards. The first error ends it. -q leaves the
    headings out, -c shows errors and goes on, -s ignores errors and shows only what has output.

      thread apply all print $pc
      thread apply 1 3-4 -c x/4i $pc
      thread apply all -s print $esr_el2.ec

    A command that runs the target, such as 'stepi', runs it for each in turn. '| COMMAND' belongs to the
    command that is run; 'pipe' before the whole line takes everything.
    """

  static let transcript = """
    (vcpu) thread apply all print $pc

    CPU 2 (CPU#1):
    hv:0x40205000 <handle_exit>

    CPU 1 (CPU#0):
    guest:0x40200010 <store32>
    """

  private static let threads = Parameter<ThreadList>(
    "N…|all", .word, complete: { _ in .words(["all"]) }
  ) { try ThreadList(taking: &$0) }
  private static let flags = Parameter<ThreadApplication.Flags>(
    "[-ascending] [-q] [-c|-s]", .word,
    complete: { _ in .words(["-ascending", "-q", "-c", "-s"]) }
  ) { try ThreadApplication.Flags(taking: &$0) }
  private static let line = Parameter<String>(
    "COMMAND", .text, complete: { _ in .words(CommandTable.standard.firstWords) }
  ) { scanner in
    guard let text = scanner.takeAll() else {
      throw ShellError("'thread apply' needs a command after the CPUs or threads")
    }
    return text
  }

  /// The command decides.
  static func actsOnTarget(_ arguments: Arguments, in shell: Shell) throws -> Bool { false }

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let all = try session.threads.all()
    let wanted = arguments[threads]
    var chosen: [SessionThread] = []
    switch wanted {
    case .all: chosen = arguments[flags].isAscending ? all : all.reversed()
    case .some(let numbers):
      for number in try numbers.numbers(in: session) {
        if let thread = all.first(where: { $0.number == number }) {
          chosen.append(thread)
        } else {
          shell.tell(.warning("\(try session.threads.absence(of: "\(number)"))"))
        }
      }
    }
    return .onThreads(
      ThreadApplication(threads: chosen, flags: arguments[flags], line: arguments[line]))
  }
}

/// The CPUs or threads that are named.
enum ThreadList {
  case all
  case some(NumberList)

  /// Takes the words off a line.
  init(taking scanner: inout ArgumentScanner) throws {
    if scanner.nextWord == "all" {
      _ = scanner.takeWord()
      self = .all
      return
    }
    var words: [String] = []
    while let word = scanner.nextWord, let first = word.first, first.isNumber || first == "$" {
      words.append(word)
      _ = scanner.takeWord()
    }
    guard !words.isEmpty else {
      throw ShellError("'thread apply' needs 'all', or numbers as in 'info threads'")
    }
    self = .some(try NumberList(words.joined(separator: " "), of: "CPU or thread"))
  }
}

extension ThreadApplication.Flags {
  /// Takes the flags off a line.
  init(taking scanner: inout ArgumentScanner) throws {
    while let word = scanner.nextWord, word.hasPrefix("-"), word.count > 1 {
      _ = scanner.takeWord()
      if "-ascending".hasPrefix(word) {
        isAscending = true
        continue
      }
      for letter in word.dropFirst() {
        switch letter {
        case "q": isQuiet = true
        case "c": continues = true
        case "s": isSilent = true
        default: throw ShellError("'thread apply' has no option '\(word)': it has -q, -c and -s")
        }
      }
    }
    guard !continues || !isSilent else {
      throw ShellError("-c and -s are mutually exclusive: errors are shown or not")
    }
  }
}
