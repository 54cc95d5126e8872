internal import GDBRemote
internal import VCpuDebug

/// The CPUs of a machine, or the threads of a program.
struct ThreadsAnswer: Answer {
  static let kind = "threads"
  /// In the stub's order.
  let threads: [Thread]
  /// What has to be known of the list besides.
  let notes: [String]

  /// A CPU or a thread.
  struct Thread: Codable, Equatable, Sendable {
    /// Its number, by which `thread` names it.
    let number: Int
    /// What the stub calls it.
    let name: String
    /// Whether its registers are the ones that are shown.
    let isSelected: Bool
    /// Where it is; left out where its registers cannot be read.
    let place: PlaceAnswer?
    /// Whether the stub says that it is halted: it waits for an interrupt, or is off.
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
        // After its name QEMU says "[running]" of a CPU that is stopped, and "[halted ]" of one that waits.
        isHalted: thread.description.contains("[halted"))
    }
    notes = try Self.notes(all, session)
  }

  /// What QEMU says of a CPU before its bracket; the name of a program's thread after its number in the system.
  private static func name(_ thread: SessionThread, _ session: HypervisorSession) -> String {
    let name = thread.description.prefix { $0 != "[" }.trimmed
    if session.target.isMachine, !name.isEmpty { return name }
    guard thread.id.isOne else { return "the only \(session.threadNoun)" }
    return "thread \(thread.id.thread)" + (name.isEmpty ? "" : " \"\(name)\"")
  }

  /// Which CPUs the list lacks, and which threads it shows at a moment that is over.
  private static func notes(
    _ threads: [SessionThread], _ session: HypervisorSession
  ) throws -> [String] {
    var notes: [String] = []
    let hidden = try session.threads.hiddenCPUCount(besides: threads)
    if hidden > 0 {
      let them = hidden == 1 ? "1 more CPU, which" : "\(hidden) more CPUs, which"
      notes.append(
        "the machine has \(them) cannot be shown: its stub lists those of the first cluster alone "
          + "('monitor info cpus' lists all)")
    }
    if !session.target.stopsEveryThread, threads.count > 1 {
      notes.append(
        "the other threads run on, and are somewhere else by now: the stub holds the one that stopped"
      )
    }
    return notes
  }
}

/// The CPU or thread that is looked at, and where it is.
struct ThreadAnswer: Answer {
  static let kind = "thread"
  /// Its number; left out where the stub does not tell, and where there is only one.
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

extension HypervisorSession {
  /// What one of its threads is called.
  fileprivate var threadNoun: String { target.isMachine ? "CPU" : "thread" }
}
