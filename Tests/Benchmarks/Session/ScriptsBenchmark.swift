import Foundation
import GDBRemote
import VCpuDebug

/// How fast a script of the shell goes from exit to exit, as text and as lines of JSON, compared with a client in C
/// that sends the minimal packets for an exit; and how soon the shell accepts commands.
struct ScriptsBenchmark {
  static let roundCount = 3
  /// The number of exits of a run, and of the short run that measures its start and end.
  static let (exitCount, shortCount) = (10_000, 500)

  let folder: URL
  let client: String
  let project: URL
  /// The shell is in the same folder as the client.
  private var shell: String {
    URL(filePath: client).deletingLastPathComponent().appending(path: "vcpu-shell").path
  }
  private var image: String {
    project.appending(path: ".build-image/aarch64-none-none-elf/release/vcpu-image").path
  }

  func run() throws {
    // Other work on this machine only slows it down, so the best round of each counts.
    var (session, raw, read) = (Cost.worst, Double.infinity, Cost.worst)
    var shell = Dictionary(uniqueKeysWithValues: Script.allCases.map { ($0, Cost.worst) })
    for _ in 0..<Self.roundCount {
      let clients = try costOfClients()
      session.keepBest(of: clients.session)
      read.keepBest(of: clients.read)
      raw = min(raw, clients.raw)
      for script in Script.allCases {
        shell[script, default: .worst].keepBest(of: try cost(of: script))
      }
    }
    let (json, text, silent) = (shell[.json]!, shell[.text]!, shell[.silent]!)
    report("exits of a script, jsonl to a file", 1 / json.wall, "/s")
    report("exits of a script, text to a file", 1 / text.wall, "/s")
    report("exits of a script, client in C", 1 / raw, "/s")
    report("exits of a script, jsonl, ratio", raw / json.wall, "times", bar: ">= 0.8")
    for (script, name) in [(Script.isFalse, "false"), (.isTrue, "true")] {
      let wall = shell[script]!.wall
      report("exits of a script, condition \(name)", 1 / wall, "/s")
      report("exits of a script, condition \(name), ratio", raw / wall, "times", bar: ">= 0.8")
    }
    report("a stop in a session without the shell, CPU", session.cpu * 1e6, "us")
    report("a silent stop of a script, CPU", silent.cpu * 1e6, "us")
    // The whole CPU cost of showing a stop: reading its instruction, making the answer and its text, writing it.
    report("a stop's text, CPU", (text.cpu - silent.cpu) * 1e6, "us", bar: "<= 100")
    report("a stop's line of JSON, CPU", (json.cpu - silent.cpu) * 1e6, "us")
    // An interactive stop takes one more round trip, for the guest's instruction at the address in the exit.
    report("the instruction of an exit, round trip", read.wall * 1e6, "us")
    report("the instruction of an exit, CPU", read.cpu * 1e6, "us")
    let machine = try machine()
    defer { machine.end() }
    let attach = ["attach", "unix:\(machine.socket)", "--symbols", image]
    report("start to prompt, attach", try secondsToPrompt(attach) * 1e3, "ms", bar: "<= 50")
    report("start to prompt, launch tour", try secondsToPrompt(["launch", "tour"]) * 1e3, "ms")
  }

  private func machine() throws -> Machine {
    try Machine(in: folder, boot: try WaySubject.bootOfOurs(image, in: folder))
  }

  // MARK: From exit to exit

  /// The shell's action at each exit.
  private enum Script: CaseIterable {
    /// It writes a line of JSON, to record exits.
    case json
    /// It shows the stop, for a person.
    case text
    /// It continues and writes nothing: a baseline for the others.
    case silent
    /// It evaluates a condition that doesn't hold, and continues.
    case isFalse
    /// It evaluates a condition that holds, and its commands continue.
    case isTrue

    var format: String { self == .json ? "jsonl" : "text" }

    /// Text that the shell writes for each exit; nil if it writes nothing.
    var mark: String? {
      switch self {
      case .json: "\"event\":\"stop\""
      case .text: "  guest pc "
      case .silent, .isFalse, .isTrue: nil
      }
    }

    func lines(_ count: Int) -> [String] {
      let last = ["catch exit if $exit.count >= \(count)", "continue"]
      // None of the guest's calls has this number in x0.
      let condition = " if $x0 \(self == .isTrue ? "!=" : "==") 0x123456789abcdef"
      let isConditional = self == .isTrue || self == .isFalse
      return ["catch exit" + (isConditional ? condition : ""), "commands"]
        + (self == .text ? [] : ["silent"]) + ["continue", "end"] + last
    }
  }

  /// A session without the shell, the extra read of an interactive stop, and the client in C, one after the other on
  /// the same machine.
  private func costOfClients() throws -> (session: Cost, read: Cost, raw: Double) {
    let machine = try machine()
    defer { machine.end() }
    let target = try RemoteTarget(connectingTo: .unix(path: machine.socket), timeout: .seconds(20))
    let session = try HypervisorSession(
      target: target, modules: [Module(try SymbolFile(path: image), in: .hypervisor)])
    _ = try session.points.addCatchpoint(.exit([.any]))
    for _ in 0..<Self.shortCount { try session.nextExit() }
    let exits = try Cost.ofThisProcess {
      for _ in 0..<Self.exitCount { try session.nextExit() }
    }
    let read = try costOfInstruction(session)
    let trampoline = session.modules.hypervisor?.address(of: "vmexit_trampoline") ?? 0
    // The client begins at an exit, because it continues past the trampoline.
    for breakpoint in target.insertedBreakpoints {
      try target.removeBreakpoint(breakpoint.kind, at: breakpoint.address, length: 4)
    }
    target.disconnect()
    let subject = WaySubject(name: "", way: .context, boot: [])
    let text = try output(
      of: client,
      [machine.socket, "\(Self.exitCount)", subject.resumption(trampoline: trampoline)]
        + subject.reads({ _ in 0 }, trampoline: trampoline),
      environment: [
        "BREAKPOINT": "Z0,\(String(trampoline, radix: 16)),4", "WARM_UP": "\(Self.shortCount)",
      ])
    guard let rate = Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure("the client printed \(text)")
    }
    return (exits / Double(Self.exitCount), read, 1 / rate)
  }

  /// The read of the instruction that exited, at the session's current exit.
  private func costOfInstruction(_ session: HypervisorSession) throws -> Cost {
    guard let address = session.exit?.instructionAddress else { throw Failure("there is no exit") }
    let count = 1000
    return try Cost.ofThisProcess {
      for _ in 0..<count { _ = try session.memory.read(.guest, address, byteCount: 4) }
    } / Double(count)
  }

  /// The cost of an exit in a script of the shell: a long run minus a short one, which has the same start and end.
  private func cost(of script: Script) throws -> Cost {
    let short = try cost(of: script, Self.shortCount)
    let long = try cost(of: script, Self.shortCount + Self.exitCount)
    return (long - short) / Double(Self.exitCount)
  }

  private func cost(of script: Script, _ count: Int) throws -> Cost {
    let machine = try machine()
    defer { machine.end() }
    let path = folder.appending(path: "script").path
    try (script.lines(count).joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    let file = folder.appending(path: "exits").path
    // `sh` starts the shell, so that there is no pipe in between.
    let command =
      "exec \"$0\" attach \"unix:$1\" --symbols \"$2\" --format \(script.format) --batch -x \"$3\" > \"$4\""
    let cost = try Cost.ofChildren {
      _ = try output(of: "sh", ["-c", command, shell, machine.socket, image, path, file])
    }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    // Each of them reports the last exit, with its number.
    guard
      text.contains(
        script == .json ? "\"count\":\"0x\(String(count, radix: 16))\"" : "exit \(count),")
    else { throw Failure("\(script) didn't report exit \(count)") }
    if let mark = script.mark {
      let stops = text.split(separator: mark).count - 1
      guard stops >= count else {
        throw Failure("\(script) reported \(stops) of \(count) exits")
      }
    }
    return cost
  }

  // MARK: The beginning

  /// The time until the first event, which says that commands are accepted; the best of several.
  private func secondsToPrompt(_ arguments: [String]) throws -> Double {
    var best = Double.infinity
    for _ in 0..<10 {
      let process = Process()
      let (input, output) = (Pipe(), Pipe())
      process.executableURL = URL(filePath: shell)
      process.arguments = arguments + ["--interpreter", "json"]
      process.standardInput = input
      process.standardOutput = output
      best = min(
        best,
        try time {
          try process.run()
          guard !output.fileHandleForReading.availableData.isEmpty else {
            throw Failure("the shell says nothing")
          }
        })
      try input.fileHandleForWriting.close()
      _ = try output.fileHandleForReading.readToEnd()
      process.waitUntilExit()
    }
    return best
  }
}
