// The packets `qfThreadInfo`, `qsThreadInfo`, `qC`, `T`, `qThreadExtraInfo` and `H`.
//
// Source: GDB manual, General Query Packets, and Packets ("H").

extension Command {
  static let firstThreads = Command("qfThreadInfo")
  static let nextThreads = Command("qsThreadInfo")

  /// Asks for the current thread. QEMU always answers with the first.
  static let currentThread = Command("qC")

  /// Asks whether a thread exists: the answer is OK or an error.
  static func isAlive(_ thread: ThreadID) -> Command { Command("T\(thread)") }

  /// Chooses the thread whose registers and memory are accessed.
  static func selectThread(_ thread: ThreadID) -> Command { Command("Hg\(thread)") }

  /// Chooses the thread that `c` and `s` resume.
  static func selectResumedThread(_ thread: ThreadID) -> Command { Command("Hc\(thread)") }

  /// Asks for the description of a thread. QEMU doesn't answer for a thread that doesn't exist.
  static func threadDescription(_ thread: ThreadID) -> Command {
    Command("qThreadExtraInfo,\(thread)")
  }
}

/// The answer to `qC`.
enum CurrentThread {
  static func thread(in payload: [UInt8]) -> ThreadID? {
    guard payload.starts(with: [UInt8(ascii: "Q"), UInt8(ascii: "C")]) else { return nil }
    return ThreadID(parsing: payload.dropFirst(2)).flatMap { $0.isOne ? $0 : nil }
  }
}

/// One packet of the list of threads.
enum ThreadList: Equatable {
  /// Some threads: QEMU sends one per packet. A trailing comma is tolerated; a 0 doesn't name a
  /// thread.
  case more([ThreadID])
  /// The end of the list.
  case end

  init?(parsing payload: [UInt8]) {
    switch payload.first {
    case UInt8(ascii: "l") where payload.count == 1: self = .end
    case UInt8(ascii: "m"):
      let threads = payload.dropFirst().split(separator: UInt8(ascii: ","))
        .compactMap { ThreadID(parsing: $0) }
      guard !threads.isEmpty else { return nil }
      self = .more(threads.filter(\.isOne))
    default: return nil
    }
  }
}
