import TestSupport
import VCpuDebug

@testable import vcpu_shell

/// A shell on a fake machine, with its output and its requests to the machine.
final class ShellFixture {
  let target: FakeTarget
  let shell: Shell
  /// What runs its commands.
  let loop: SessionLoop
  private let signals: FakeSignals
  private let printed: Printed

  /// The output so far, including errors.
  private final class Printed {
    var text = ""
  }

  /// - Parameters:
  ///   - exit: the exit to be at in the beginning; nil for the hypervisor's own code.
  ///   - rendering: makes what shows what happens.
  convenience init(
    at exit: FakeExit? = nil, rendering: (Output) -> any EventRenderer = TextRenderer.init
  ) throws {
    let target = try FakeTarget.booted()
    if let exit { target.stand(at: exit) }
    try self.init(.fake(target), on: target, rendering)
  }

  /// A shell on a machine with another hypervisor, with or without its symbols.
  convenience init(
    _ target: FakeTarget, symbols: String? = nil,
    rendering: (Output) -> any EventRenderer = TextRenderer.init
  ) throws {
    let session = try HypervisorSession(
      target: target, symbols: symbols.map { try SymbolFile(path: $0) },
      guestSymbols: SymbolFile(path: FixtureImages.guest.get()))
    try self.init(session, on: target, rendering)
  }

  private init(
    _ session: HypervisorSession, on target: FakeTarget, _ rendering: (Output) -> any EventRenderer
  ) throws {
    let printed = Printed()
    self.printed = printed
    signals = try FakeSignals()
    self.target = target
    let output = Output { bytes, _ in printed.text += String(decoding: bytes, as: UTF8.self) }
    shell = try Shell(
      output: output, renderer: rendering(output), signals: signals.signals,
      console: ConsoleSink(path: nil), variables: session.expressions.variables)
    loop = SessionLoop(shell)
    shell.session = session
    _ = target.takeTrace()
  }

  /// A shell whose output is lines of JSON.
  static func json(at exit: FakeExit? = nil) throws -> ShellFixture {
    try ShellFixture(
      at: exit,
      rendering: { output in
        let renderer = JSONRenderer(output)
        renderer.render(.begin(nil))
        return renderer
      })
  }

  /// Runs a line, and returns its answer in JSON without the number and the time of the event; nil if it has none.
  func answer(_ line: String) -> Substring? {
    let text = run(line)
    return text.firstRange(of: "\"answer\":").map { text[$0.lowerBound...] }
  }

  var session: HypervisorSession {
    get throws { try shell.requireSession() }
  }

  /// Simulates the arrival of a signal.
  func raise(_ signal: Signals.Signal) { signals.raise(signal) }

  /// The output since the last call.
  func takeText() -> String {
    defer { printed.text = "" }
    return printed.text
  }

  /// Runs a line, and returns its output.
  @discardableResult
  func run(_ line: String, _ events: FakeTarget.Event...) -> String {
    target.script += events
    loop.execute(line)
    return takeText()
  }

  /// Runs a line, and returns it with its output and, indented, its requests to the machine.
  func transcript(_ line: String, _ events: FakeTarget.Event...) -> String {
    target.script += events
    _ = takeText()
    _ = target.takeTrace()
    loop.execute(line)
    return "(vcpu) \(line)\n" + takeText()
      + target.takeTrace().map { "        -> \($0)\n" }.joined()
  }

  /// Runs lines one after the other.
  func transcript(_ lines: [String]) -> String {
    lines.map { transcript($0) }.joined()
  }
}
