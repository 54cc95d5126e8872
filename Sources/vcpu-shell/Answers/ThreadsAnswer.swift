internal import GDBRemote
internal import VCpuDebug

/// The CPUs of a machine, or the threads of a program.
struct ThreadsAnswer: Answer {
  static let kind = "threads"
  /// In the stub's order.
  let threads: [Thread]
  /// The machine's CPUs in other clusters, which cannot be debugged here.
  let others: [Other]
  /// Notes on the list.
  let notes: [String]

  /// A CPU or a thread.
  struct Thread: Codable, Equatable, Sendable {
    /// Its number, by which `thread` names it.
    let number: Int
    /// What the stub calls it.
    let name: String
    /// Whether it is the selected one, whose registers are shown.
    let isSelected: Bool
    /// Where it is; omitted if its registers cannot be read.
    let place: PlaceAnswer?
    /// Whether the stub reports it as halted: it waits for an interrupt, or is off.
    let isHalted: Bool
  }

  /// A CPU of another cluster.
  struct Other: Codable, Equatable, Sendable {
    /// The stub's process and thread, in decimal: `2.5`.
    let name: String
    /// What the stub calls it.
    let description: String
    /// Its architecture, as the stub names it; omitted if it does not say.
    let architecture: String?
    /// Whether the stub reports it as halted.
    let isHalted: Bool
  }

  init(in session: HypervisorSession, by disassembler: Disassembler) throws {
    let finder = PlaceFinder(session: session, disassembler: disassembler)
    let all = try session.threads.all()
    threads = all.map { thread in
      Thread(
        number: thread.number, name: Self.name(thread, session), isSelected: thread.isSelected,
        place: thread.state.map { state in
          let place = finder.address(state.pc, in: session.memory.space(at: state))
          return place.at(level: state.exceptionLevel)
        },
        // After the name QEMU adds "[running]" for a CPU that is stopped, and "[halted ]" for one that waits.
        isHalted: thread.description.contains("[halted"))
    }
    others = try session.threads.others(besides: all).map { cpu in
      Other(
        name: cpu.name, description: Self.withoutState(cpu.details),
        architecture: cpu.architectureName, isHalted: cpu.details.contains("[halted"))
    }
    notes = try Self.notes(all, others, session)
  }

  /// What QEMU prints for a CPU before the bracket; for a program's thread, the system's thread number and name.
  fileprivate static func name(_ thread: SessionThread, _ session: HypervisorSession) -> String {
    let name = withoutState(thread.description)
    if session.target.isMachine, !name.isEmpty { return name }
    guard thread.id.isOne else { return "the only \(session.threadNoun)" }
    return "thread \(thread.id.thread)" + (name.isEmpty ? "" : " \"\(name)\"")
  }

  /// A description without the bracket at its end, in which QEMU says whether a CPU is halted: `rpu-cpu[0] [halted ]`.
  private static func withoutState(_ description: String) -> String {
    guard description.trimmed.hasSuffix("]"), let bracket = description.lastIndex(of: "[") else {
      return description.trimmed
    }
    return description[..<bracket].trimmed
  }

  /// Notes on CPUs that the list lacks, and on threads whose places are out of date.
  private static func notes(
    _ threads: [SessionThread], _ others: [Other], _ session: HypervisorSession
  ) throws -> [String] {
    var notes: [String] = []
    if !others.isEmpty {
      notes.append(
        "the CPUs of other clusters run and stop with these, but cannot be selected, stepped or examined: "
          + "'monitor info registers -a' shows their registers")
    }
    let hidden = try others.isEmpty ? session.threads.hiddenCPUCount(besides: threads) : 0
    if hidden > 0 {
      let them = hidden == 1 ? "1 more CPU, which" : "\(hidden) more CPUs, which"
      notes.append(
        "the machine has \(them) cannot be shown: its stub lists only those of the first cluster "
          + "('monitor info cpus' lists all)")
    }
    if !session.target.stopsEveryThread, threads.count > 1 {
      notes.append(
        "the other threads run on, so their places are out of date: the stub holds only the one that stopped"
      )
    }
    return notes
  }
}

/// The selected CPU or thread, and where it is.
struct ThreadAnswer: Answer {
  static let kind = "thread"
  /// Its number; omitted if the stub does not say, or if there is only one.
  let number: Int?
  /// `CPU` or `thread`.
  let noun: String
  /// Whether the stub says which one it is.
  let isKnown: Bool
  /// Where it is.
  let place: PlaceAnswer

  init(in session: HypervisorSession, by disassembler: Disassembler) throws {
    let state = try session.requireState()
    let current = try session.target.currentThread()
    noun = session.threadNoun
    isKnown = current != nil
    number = current.flatMap { $0.isOne ? session.threads.number(of: $0) : nil }
    place = PlaceFinder(session: session, disassembler: disassembler).place(of: state)
  }
}

/// The CPU or thread that the following answers of `thread apply` are for.
struct ThreadHeadingAnswer: Answer {
  static let kind = "threadHeading"
  /// Its number.
  let number: Int
  /// `CPU` or `thread`.
  let noun: String
  /// What the stub calls it.
  let name: String

  init(_ thread: SessionThread, in session: HypervisorSession) {
    number = thread.number
    noun = session.threadNoun
    name = ThreadsAnswer.name(thread, session)
  }
}

extension HypervisorSession {
  /// The word for one of its threads.
  var threadNoun: String { target.isMachine ? "CPU" : "thread" }
}
