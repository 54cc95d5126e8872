import Foundation
import GDBRemote
import Glibc
import TestSupport
import VCpuDebug

@testable import vcpu_shell

/// A shell on a fake machine, with a client that sends requests in JSON.
final class JSONFixture {
  let target: FakeTarget
  let shell: Shell
  let loop: SessionLoop
  private let renderer: JSONRenderer
  private let signals: FakeSignals
  private let printed: Printed

  /// The output so far.
  private final class Printed {
    var bytes: [UInt8] = []
    var errors = ""
    /// Gets each text.
    var onText: (String) -> Void = { _ in }
    /// Called before each write.
    var onWrite: () -> Void = {}
  }

  /// An event, with the values of its keys.
  struct Event {
    let line: String
    let values: [String: Any]

    var name: String { values["event"] as? String ?? "" }
    var request: Int? { values["request"] as? Int }
    subscript(key: String) -> String? { values[key] as? String }
    /// The kind of its answer, or the reason of its stop.
    var summary: String {
      let answer = (values["answer"] as? [String: Any])?["kind"] as? String
      let reason = (values["stop"] as? [String: Any])?["reason"] as? String
      let words: [String?] = [
        name, answer ?? reason ?? self["code"] ?? self["text"], request.map { "#\($0)" },
      ]
      return words.compactMap { $0 }.joined(separator: " ")
    }
  }

  init(at exit: FakeExit? = .hypercall) throws {
    let target = try FakeTarget.booted()
    if let exit { target.stand(at: exit) }
    self.target = target
    let printed = Printed()
    self.printed = printed
    signals = try FakeSignals()
    let output = Output { bytes, isError in
      printed.onWrite()
      printed.onText(String(decoding: bytes, as: UTF8.self))
      if isError {
        printed.errors += String(decoding: bytes, as: UTF8.self)
      } else {
        printed.bytes += bytes
      }
    }
    renderer = JSONRenderer(output)
    shell = try Shell(
      output: output, renderer: renderer, signals: signals.signals, console: ConsoleSink(path: nil))
    loop = SessionLoop(shell)
    shell.session = try .fake(target)
    shell.tell(.begin(nil))
    printed.bytes = []
    _ = target.takeTrace()
  }

  /// Makes `thread 2` wait for an answer that doesn't come, as with a stub that hangs.
  func silenceStub() {
    target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [running]"))
    target.onSelection = { [unowned shell] _, _ throws(RemoteError) in
      guard eventually({ shell.isWaitOver }) else { throw RemoteError(.timeout, "nothing came") }
      throw RemoteError(.cancelled, "the stub has not answered yet")
    }
  }

  /// Simulates the arrival of a signal.
  func raise(_ signal: Signals.Signal) { signals.raise(signal) }

  /// Runs `body` before each write.
  func onWrite(_ body: @escaping () -> Void) { printed.onWrite = body }

  /// Serves a client that writes this and disconnects.
  func serve(bytes: [UInt8]) throws -> [Event] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try serve(path: file.path)
  }

  /// Serves a client whose requests are in a file.
  func serve(path: String) throws -> [Event] {
    try JSONClient(loop, renderer, lines: InputLines(path: path)).serve()
    return try takeEvents()
  }

  /// Serves a client that writes these lines and disconnects.
  func serve(_ lines: String...) throws -> [Event] {
    try serve(bytes: Array(lines.map { $0 + "\n" }.joined().utf8))
  }

  /// Serves a client that writes these lines, and disconnects when it has read an event with the given name; never
  /// for nil.
  ///
  /// - Parameters:
  ///   - step: a command of the command line, which runs first.
  ///   - replies: what it writes when it has read an event of a name, once.
  func serve(
    until event: String?, after step: String? = nil, replies: [String: String] = [:],
    _ lines: String...
  ) throws -> [Event] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    guard mkfifo(path, 0o600) == 0 else { throw Failure(description: "no pipe") }
    defer { unlink(path) }
    let input = try InputLines(path: path)
    var writer = open(path, O_WRONLY)
    defer { if writer >= 0 { close(writer) } }
    let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
    guard write(writer, bytes, bytes.count) == bytes.count else {
      throw Failure(description: "full")
    }
    var replies = replies
    printed.onText = { text in
      for (name, line) in replies where text.contains("\"event\":\"\(name)\"") {
        replies[name] = nil
        _ = write(writer, line + "\n", line.utf8.count + 1)
      }
      guard let event, writer >= 0, text.contains("\"event\":\"\(event)\"") else { return }
      close(writer)
      writer = -1
    }
    try JSONClient(loop, renderer, lines: input).serve { step.map(run) ?? true }
    return try takeEvents()
  }

  /// Runs a step of the command line, as the program does.
  private func run(step: String) -> Bool {
    loop.inputs.append(ScriptInput(name: "-ex", lines: []))
    defer { loop.inputs.removeLast() }
    return loop.execute(step)
  }

  /// The output since the last call. Standard error must be empty.
  func takeEvents() throws -> [Event] {
    let text = String(decoding: printed.bytes, as: UTF8.self)
    printed.bytes = []
    guard printed.errors.isEmpty else { throw Failure(description: printed.errors) }
    guard text.isEmpty || text.hasSuffix("\n") else { throw Failure(description: "half a line") }
    return try text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
      guard let values = object as? [String: Any] else { throw Failure(description: String(line)) }
      return Event(line: String(line), values: values)
    }
  }

  private struct Failure: Error, CustomStringConvertible { let description: String }
}
