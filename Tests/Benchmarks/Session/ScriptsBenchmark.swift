import Foundation
import GDBRemote
import VCpuDebug

/// How fast a script of the shell goes from exit to exit, as text and as lines of JSON, compared with a client in C that
/// sends the packets that get the least of an exit; and how soon the shell can be given commands.
struct ScriptsBenchmark {
  static let roundCount = 3
  /// The exits of a run, and those of the short one that its beginning and end are measured by.
  static let (exitCount, shortCount) = (10_000, 500)

  let folder: URL
  let client: String
  let project: URL
  /// The shell is beside the client.
  private var shell: String {
    URL(filePath: client).deletingLastPathComponent().appending(path: "vcpu-shell").path
  }
  private var image: String {
    project.appending(path: ".build-image/aarch64-none-none-elf/release/vcpu-image").path
  }

  func run() throws {
    // What else this machine does only slows down: the best round of each counts.
    var best = (
      json: Double.infinity, text: Double.infinity, session: Double.infinity, raw: Double.infinity
    )
    for _ in 0..<Self.roundCount {
      let (session, raw) = try secondsOfClients()
      best.session = min(best.session, session)
      best.raw = min(best.raw, raw)
      best.json = min(best.json, try secondsOfShell("jsonl"))
      best.text = min(best.text, try secondsOfShell("text"))
    }
    report("exits of a script, jsonl to a file", 1 / best.json, "/s")
    report("exits of a script, text to a file", 1 / best.text, "/s")
    report("exits of a script, client in C", 1 / best.raw, "/s")
    report("exits of a script, jsonl, ratio", best.raw / best.json, "times", bar: ">= 0.8")
    report("a stop, text", (best.text - best.session) * 1e6, "us", bar: "<= 100")
    report("a stop, jsonl", (best.json - best.session) * 1e6, "us")
    let machine = try machine()
    defer { machine.end() }
    let attach = ["attach", "unix:\(machine.socket)", "--symbols", image]
    report("start to prompt, attach", try secondsToPrompt(attach) * 1e3, "ms", bar: "<= 50")
    report("start to prompt, launch tour", try secondsToPrompt(["launch", "tour"]) * 1e3, "ms")
  }

  private func machine() throws -> Machine {
    try Machine(in: folder, boot: try WaySubject.bootOfOurs(image, in: folder))
  }

  // MARK: From exit to exit, in seconds

  /// A session without the shell, and the client, on the same machine.
  private func secondsOfClients() throws -> (session: Double, raw: Double) {
    let machine = try machine()
    defer { machine.end() }
    let target = try RemoteTarget(connectingTo: .unix(path: machine.socket), timeout: .seconds(20))
    let session = try HypervisorSession(target: target, symbols: try SymbolFile(path: image))
    _ = try session.points.addCatchpoint(.exit([.any]))
    for _ in 0..<Self.shortCount { try session.nextExit() }
    let seconds = try time { for _ in 0..<Self.exitCount { try session.nextExit() } }
    let trampoline = session.symbols.hypervisor?.address(of: "vmexit_trampoline") ?? 0
    // The client begins at an exit, as its way on is that past the trampoline.
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
    return (seconds / Double(Self.exitCount), 1 / rate)
  }

  private func secondsOfShell(_ format: String) throws -> Double {
    let short = try secondsOfScript(Self.shortCount, format)
    let long = try secondsOfScript(Self.shortCount + Self.exitCount, format)
    return (long - short) / Double(Self.exitCount)
  }

  private func secondsOfScript(_ count: Int, _ format: String) throws -> Double {
    let machine = try machine()
    defer { machine.end() }
    let script = folder.appending(path: "script").path
    // As a person records exits, and as one looks at them.
    let lines =
      format == "jsonl"
      ? [
        "catch exit", "commands", "silent", "continue", "end",
        "catch exit if $exit.count >= \(count)", "continue",
      ]
      : ["catch exit"] + Array(repeating: "continue", count: count)
    try (lines.joined(separator: "\n") + "\n").write(
      toFile: script, atomically: true, encoding: .utf8)
    let file = folder.appending(path: "exits").path
    // The shell of `sh` starts it, so that no pipe is in the way.
    let command =
      "exec \"$0\" attach \"unix:$1\" --symbols \"$2\" --format \(format) --batch -x \"$3\" > \"$4\""
    let seconds = try time {
      _ = try output(of: "sh", ["-c", command, shell, machine.socket, image, script, file])
    }
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let stops = text.split(separator: format == "text" ? "\nexit " : "\"event\":\"stop\"").count - 1
    guard stops >= count else { throw Failure("\(stops) exits of \(count) were told in \(format)") }
    return seconds
  }

  // MARK: The beginning

  /// The time until the first event, which says that commands are taken; the best of some.
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
