import ArmVCpu
import Foundation
import GDBRemote
import VCpuDebug

/// How fast a session catches exits in each way, compared with a client in C that sends the minimal packets for an
/// exit, one after the other on the same machine.
struct WaysBenchmark {
  static let roundCount = 5

  let folder: URL
  let client: String
  let project: URL
  /// A part of the names of the subjects to measure; nil for all.
  let name: String?

  func run() throws {
    let (subjects, missing) = try WaySubject.all(in: folder, project: project)
    for subject in subjects where name.map({ subject.name.contains($0) }) ?? true {
      // Other work on this machine only slows it down, so the best of many short stretches counts.
      var (ours, theirs) = (0.0, 0.0)
      for _ in 0..<Self.roundCount {
        let round = try round(of: subject)
        ours = max(ours, round.ours)
        theirs = max(theirs, round.theirs)
      }
      report("exits, \(subject.name)", ours, "/s")
      report("exits, \(subject.name), client in C", theirs, "/s")
      report("exits, \(subject.name), ratio", ours / theirs, "times", bar: ">= 0.9")
    }
    for line in missing {
      FileHandle.standardError.write(Data((line + "\n").utf8))
    }
  }

  private func round(of subject: WaySubject) throws -> (ours: Double, theirs: Double) {
    let console = folder.appending(path: "console").path
    _ = FileManager.default.createFile(atPath: console, contents: nil)
    let machine = try Machine(
      in: folder, boot: subject.boot, cpuCount: subject.cpuCount, console: "file:\(console)",
      isStopped: subject.readyLine == nil)
    defer { machine.end() }
    if let line = subject.readyLine { try wait(for: line, in: console) }
    let target = try RemoteTarget(
      connectingTo: .unix(path: machine.socket), timeout: .seconds(20))
    let session = try HypervisorSession(
      target: target,
      modules: try subject.symbols.map { [Module(try SymbolFile(path: $0), in: .hypervisor)] } ?? []
    )
    _ = try session.points.addCatchpoint(.exit([.any]))
    let ours = try stops(of: session, subject)
    guard session.exits.way == subject.way else {
      throw Failure("exits are found by \(String(describing: session.exits.way)): \(subject.name)")
    }
    let trampoline = session.modules.hypervisor?.address(of: "vmexit_trampoline") ?? 0
    let reads = try subject.reads(
      {
        try target.register(named: $0).number
      }, trampoline: trampoline)
    // The same breakpoints for both: each slows down the code around it.
    let breakpoints = target.insertedBreakpoints
    for breakpoint in breakpoints {
      try target.removeBreakpoint(breakpoint.kind, at: breakpoint.address, length: 4)
    }
    target.disconnect()
    let text = try output(
      of: client,
      [
        machine.socket, "\(subject.chunkStopCount * subject.chunkCount)",
        subject.resumption(trampoline: trampoline),
      ] + reads,
      environment: [
        "BREAKPOINT": breakpoints.map { "Z0," + String($0.address, radix: 16) + ",4" }
          .joined(separator: " "),
        "WARM_UP": "\(subject.warmUpCount)", "CHUNK": "\(subject.chunkStopCount)",
      ])
    return (ours, Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0)
  }

  private func wait(for line: String, in console: String) throws {
    let deadline = Date.now + 60
    while !(try String(contentsOfFile: console, encoding: .utf8)).contains(line) {
      guard Date.now < deadline else { throw Failure("the machine does not print \(line)") }
      usleep(20000)
    }
    // The guest runs a moment later.
    usleep(500_000)
  }

  private func stops(of session: HypervisorSession, _ subject: WaySubject) throws -> Double {
    for _ in 0..<subject.warmUpCount { try session.nextExit() }
    var best = 0.0
    for _ in 0..<subject.chunkCount {
      let seconds = try time {
        for _ in 0..<subject.chunkStopCount { try session.nextExit() }
      }
      best = max(best, Double(subject.chunkStopCount) / seconds)
    }
    return best
  }
}

extension HypervisorSession {
  /// Runs the target to the next exit.
  func nextExit() throws {
    try resume()
    while true {
      if let event = try poll() {
        guard case .exit = event else { throw Failure("got \(event) instead of an exit") }
        return
      }
      var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard Foundation.poll(&descriptor, 1, 30_000) > 0 else { throw Failure("there is no exit") }
    }
  }
}
