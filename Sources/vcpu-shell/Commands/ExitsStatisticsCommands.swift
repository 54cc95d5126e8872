internal import ArmVCpu
internal import VCpuDebug

/// `exits stat`: how many exits there were, and how long they took.
enum ExitsStatCommand: ShellCommand {
  static let name = "exits stat"
  static let worksWhileRunning = true
  private static let grouping = Parameter<String?>.optionalWord(
    "[class|cpu|vcpu|address|function]",
    complete: { _ in .words(ExitStatisticsAnswer.Grouping.allCases.map(\.rawValue)) })
  static let parameters: [any AnyParameter] = [grouping]
  static let summary =
    "Show how many exits there were of each class, and how long they took in the hypervisor."
  static let manual = """
    For each class: how many exits there were since the machine started, their share, and how long the
    hypervisor handled them: the least, the mean, the median (p50), the 99th percentile and the greatest time.
    'guest' is the mean time that the guest ran before such an exit, by the records. Classes with the most time
    in the hypervisor come first.

    The recorder counts every exit, by class and by powers of two of its time: '~', '≥' and '≤' mark what is
    estimated from these. PSCI calls are counted as 'hvc' or 'smc'.

    'exits stat cpu' shows the same by CPU. 'exits stat vcpu', 'exits stat address' (the guest's instructions)
    and 'exits stat function' (the functions of calls) use the records that are still there, and are exact.

      exits stat
      exits stat address
    """

  static let transcript = """
    (vcpu) exits stat
    11 exits since the machine started, 1.01 ms in the hypervisor
    class           count    share       min      mean       p50       p99       max     guest
    wfi                 1    9.1 %   ≥524 µs   1.00 ms   ~786 µs   ~786 µs  ≤1.05 ms   8.00 µs
    mmio-write          4   36.4 %  ≥1.02 µs   1.84 µs  ~1.78 µs  ~3.57 µs  ≤4.08 µs   8.00 µs
    dabt                4   36.4 %   ≥512 ns    640 ns   ~688 ns   ~944 ns  ≤1.01 µs    960 ns
    hvc                 1    9.1 %   ≥512 ns    720 ns   ~752 ns   ~752 ns  ≤1.01 µs   8.00 µs
    irq                 1    9.1 %   ≥512 ns    528 ns   ~752 ns   ~752 ns  ≤1.01 µs    192 ns
    (vcpu) exits stat function
    1 exit in the records, 720 ns in the hypervisor
    function                         count    share       min      mean       p50       p99       max     guest
    hvc 0x84000000 PSCI_VERSION          1  100.0 %    720 ns    720 ns    720 ns    720 ns    720 ns   8.00 µs
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let word = arguments[grouping]?.lowercased() ?? "class"
    let matches = ExitStatisticsAnswer.Grouping.allCases.filter { $0.rawValue.hasPrefix(word) }
    guard let grouping = matches.first(where: { $0.rawValue == word }) ?? matches.first,
      matches.count == 1 || grouping.rawValue == word
    else {
      throw ShellError(
        "'\(name)' takes 'class', 'cpu', 'vcpu', 'address' or 'function', not '\(word)'")
    }
    let session = try shell.requireSession()
    let source = try session.recorder.source()
    let reader = RecordedExitReader(session)
    switch grouping {
    case .class:
      let counters = try source.counters()
      return .answer(reader.statistics(counters, since: .start, try source.log(last: nil)))
    case .cpu: return .answer(reader.statisticsByCPU(try source.counters(), since: .start))
    case .vcpu, .address, .function:
      return .answer(reader.statistics(try source.log(last: nil), by: grouping))
    }
  }
}

/// `exits histogram`: how long exits took.
enum ExitsHistogramCommand: ShellCommand {
  static let name = "exits histogram"
  static let worksWhileRunning = true
  private static let classes = Parameter<[String]>.exitClasses()
  static let parameters: [any AnyParameter] = [classes]
  static let summary = "Show how long exits took in the hypervisor, by powers of two."
  static let manual = """
    Counts all exits since the machine started, of some classes or of all, by the time that the hypervisor
    handled them. A second hill far to the right is a path that is rarely taken and slow.

      exits histogram
      exits histogram mmio-read mmio-write
    """

  static let transcript = """
    (vcpu) exits histogram mmio
    4 exits (mmio), 7.36 µs in the hypervisor
      1.02 µs – 2.05 µs            2  ██████████████████████████████████████████████████
      2.05 µs – 4.10 µs            2  ██████████████████████████████████████████████████
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let classes = try arguments[classes].map { try ExitClass(parsing: $0) }
    let session = try shell.requireSession()
    let counters = try session.recorder.source().counters()
    return .answer(ExitHistogramAnswer(counters, classes, RecordedExitReader(session)))
  }
}

/// `exits mark`: begins a time for `exits diff`.
enum ExitsMarkCommand: ShellCommand {
  static let name = "exits mark"
  static let worksWhileRunning = true
  static let summary = "Remember the counters of exits, for 'exits diff'."
  static let manual = "'exits diff' then shows the exits since now."

  static let transcript = """
    (vcpu) exits mark
    (vcpu) exits diff
    no exit since the mark
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let recorder = try shell.requireSession().recorder
    recorder.mark(try recorder.source().counters())
    return .done
  }
}

/// `exits diff`: the exits since another point in time.
enum ExitsDiffCommand: ShellCommand {
  static let name = "exits diff"
  static let worksWhileRunning = true
  static let summary = "Show the exits since 'exits mark', or since the last 'exits diff'."
  static let manual = """
    The table of 'exits stat' for the exits since the last 'exits mark' or 'exits diff', or, if there was none,
    since the machine started. It sets the mark again: two calls show two successive times.

      exits mark
      continue
      exits diff
    """

  static let transcript = """
    (vcpu) exits diff
    11 exits since the mark, 1.01 ms in the hypervisor
    class           count    share       min      mean       p50       p99       max     guest
    wfi                 1    9.1 %   ≥524 µs   1.00 ms   ~786 µs   ~786 µs  ≤1.05 ms         –
    mmio-write          4   36.4 %  ≥1.02 µs   1.84 µs  ~1.78 µs  ~3.57 µs  ≤4.08 µs         –
    dabt                4   36.4 %   ≥512 ns    640 ns   ~688 ns   ~944 ns  ≤1.01 µs         –
    hvc                 1    9.1 %   ≥512 ns    720 ns   ~752 ns   ~752 ns  ≤1.01 µs         –
    irq                 1    9.1 %   ≥512 ns    528 ns   ~752 ns   ~752 ns  ≤1.01 µs         –
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let counters = try session.recorder.source().counters()
    let answer = RecordedExitReader(session).statistics(
      session.recorder.sinceMark(counters), since: .mark, nil)
    session.recorder.mark(counters)
    return .answer(answer)
  }
}

/// `exits repeats`: exits that came again and again.
enum ExitsRepeatsCommand: ShellCommand {
  static let name = "exits repeats"
  static let worksWhileRunning = true
  static let summary =
    "Find exits that came again and again, with the same syndrome at the same PC."
  static let manual = """
    Looks through the records for exits of a vCPU that came at least three times in a row with the same
    syndrome, the same PC and the same register, and shows the ten longest. A guest that waits for a device by
    reading its register makes such exits. A fault that isn't an access to a device, again and again, means that
    the guest makes no progress: the hypervisor lets it execute the same instruction again.
    """

  static let transcript = """
    (vcpu) exits repeats
    vcpu 0: 5 times in a row, in 6.40 µs, and it is the last exit
      dabt: read of IPA 0xdead000: translation fault, level 3, guest at 0x40200010 <store32>
      the guest makes no progress: the instruction is executed again, and faults again
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    let log = try session.recorder.source().log(last: nil)
    return .answer(ExitRepeatsAnswer(log, RecordedExitReader(session)))
  }
}

/// `exits top`: the exits of each second, while the target runs.
enum ExitsTopCommand: ShellCommand {
  static let name = "exits top"
  static let actsOnTarget = true
  private static let count = Parameter<Int?>.count()
  static let parameters: [any AnyParameter] = [count]
  static let summary = "Let the target run, and show its exits of each second."
  static let manual = """
    Lets the target run as 'continue' does, and shows the table of 'exits diff' once a second, until Ctrl-C or a
    breakpoint stops it, or N times.

    A machine that 'vcpu-shell launch' has started isn't stopped for it. With a stub alone the target stops for
    a moment each second, which a note says.

      exits top
      exits top 3
    """

  static let transcript = """
    (vcpu) exits top 1
    195 exits in a second, 311 ms in the hypervisor
    class             count    share       min      mean       p50       p99       max     guest
    wfi                 102   52.3 %  ≥32.8 µs   2.99 ms  ~2.38 ms  ~12.6 ms  ≤16.8 ms         –
    hvc                   6    3.1 %   ≥512 ns    872 µs  ~6.13 µs  ~6.29 ms  ≤8.39 ms         –
    sysreg-write         21   10.8 %   ≥512 ns   11.1 µs   ~976 ns  ~98.3 µs   ≤131 µs         –
    sysreg-read          66   33.8 %   ≥512 ns   2.32 µs  ~1.18 µs  ~24.6 µs  ≤32.8 µs         –
    """

  static func run(_ arguments: Arguments, in shell: Shell) throws -> Outcome {
    let session = try shell.requireSession()
    try session.requireStopped()
    let source = try session.recorder.source()
    var left = arguments[count]
    var counters = try source.counters()
    let needsStop = !source.isReadWhileRunning
    if needsStop {
      shell.tell(.note("the records are read through the stub, so the target stops for each table"))
    }
    let refresh = Refresh(interval: .seconds(1), needsStop: needsStop) {
      let now = try source.counters()
      let answer = RecordedExitReader(session).statistics(
        now.since(counters), since: .lastTable, nil)
      counters = now
      shell.tell(.answer(answer, .full, of: name, isPartial: true))
      left = left.map { $0 - 1 }
      return left != 0
    }
    return .run(Run(refresh: refresh) { try $0.resume() })
  }
}
