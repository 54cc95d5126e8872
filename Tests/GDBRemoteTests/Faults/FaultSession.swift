@testable import GDBRemote

/// What a client must not do, whatever the wire does.
struct Violation: Hashable {
  enum Kind: String { case wrongValue, late, unbounded, stuck, notRemoteError, modelFailed }
  var kind: Kind
  var step: String
  var detail: String
}

/// A session with a stub, step by step. After each step, the client's result is compared with the stub's
/// state: a step may throw a `RemoteError`, but must not return something wrong.
final class FaultSession {
  let transport: FaultyTransport
  let timeout = Duration.seconds(5)
  /// The plan changes what the target seems to do in a way that a client can't detect.
  var canFakeStops = false
  private(set) var violations: [Violation] = []
  private(set) var errors: [(step: String, error: RemoteError)] = []
  private var target: RemoteTarget?
  private var stepsSinceFault = 0
  private static let stepLimit = 3

  var stub: FakeStub { transport.stub }

  /// Whether the target is known to be lost, or never existed.
  var isOver: Bool {
    switch target?.state {
    case .disconnected?, .ended?, nil: true
    case .stopped?, .running?: false
    }
  }

  /// The part of a session that is tested: for a fault in a later part, the connection is made
  /// quickly.
  enum Part: String, CaseIterable { case connection, data, running }

  private let part: Part
  /// How many things, and how many bytes, had been received and sent when the connection was made.
  private(set) var marks = (received: 0, sent: 0)
  private(set) var byteMarks = (received: 0, sent: 0)

  init(_ transport: FaultyTransport, _ part: Part) {
    self.transport = transport
    self.part = part
  }

  private struct Wrong: Error { var text: String }

  private func require(_ condition: Bool, _ text: @autoclosure () -> String) throws {
    if !condition { throw Wrong(text: text()) }
  }

  // MARK: The steps

  func run() {
    step("connect", exchanges: 3) {
      self.target = try RemoteTarget(transport: self.transport, timeout: self.timeout)
    }
    guard target != nil else {
      if !transport.isClosed { note(.stuck, "connect", "the transport is still open") }
      return
    }
    marks = (transport.received.count, transport.sent.count)
    byteMarks = (transport.receivedByteCount, transport.sentByteCount)
    switch part {
    case .connection: useRegisters()
    case .data: useData()
    case .running: useRuns()
    }
    coda()
    step("detach", exchanges: 4) { try self.target!.detach() }
    switch target!.state {
    case .disconnected, .ended: break
    case .running, .stopped: note(.stuck, "end", "the session is not over: \(target!.state)")
    }
    if !transport.isClosed { note(.stuck, "end", "the transport is still open") }
  }

  private func useRegisters() {
    step("x1, x2, x3") { try self.checkRegisters(["x1", "x2", "x3"]) }
    step("g") { try self.checkGeneral() }
    step("pc, ESR_EL2") { try self.checkRegisters(["pc", "ESR_EL2", "cpsr"]) }
  }

  private func useData() {
    step("batch") { try self.checkBatch() }
    step("memory") { try self.checkMemory(0x2010, 150) }
    step("write memory") {
      let bytes = (0..<130).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
      try self.target!.writeMemory(at: 0x2100, bytes)
      for (offset, byte) in bytes.enumerated() {
        try self.require(self.stub.memory[0x2100 + UInt64(offset)] == byte, "not written")
      }
    }
    step("memory again") { try self.checkMemory(0x20f0, 100) }
    step("write x1") {
      try self.target!.writeInteger("x1", 0xfeed)
      try self.require(self.stub.general[1] == 0xfeed, "x1 is not written")
    }
    step("x at last") { try self.checkRegisters(["x4", "x5", "pc"]) }
  }

  private func useRuns() {
    step("insert") { try self.insert(0x1010) }
    step("continue") { try self.runToStop(.continue()) }
    step("pc") { try self.checkRegisters(["pc"]) }
    step("step") { try self.runToStop(.step()) }
    step("pc after a step") { try self.checkRegisters(["pc", "x1"]) }
    step("threads") {
      let threads = try self.target!.threads()
      let text = threads.map { "\($0)" }
      try self.require(text == ["p1.1", "p1.2"], "threads \(text)")
    }
    step("select") {
      try self.target!.select(ThreadID(process: 1, thread: 2))
      try self.require(self.stub.packets.contains { $0.hasPrefix("Hg") }, "nothing was selected")
    }
    step("monitor") {
      let text = try self.target!.monitor("info")
      try self.require(text == "hello world\n", "the monitor said '\(text)'")
    }
    step("remove") { try self.remove(0x1010) }
    step("endless run", exchanges: 3) { try self.runAndInterrupt() }
    step("memory at last") { try self.checkMemory(0x2010, 40) }
    step("x at last") { try self.checkRegisters(["x4", "x5", "pc"]) }
  }

  /// Whether the session continues properly after all that, or is over.
  private func coda() {
    for _ in 0..<3 {
      guard case .stopped = target!.state else { break }
      let before = errors.count
      step("coda", exchanges: 3) { try self.checkRegisters(["x6"]) }
      // A description that lost its registers has lost them.
      if errors.count == before || errors.last?.error.code == .noSuchRegister { return }
    }
    switch target!.state {
    case .stopped:
      note(.stuck, "coda", "no read succeeds: \(errors.last.map { "\($0.error)" } ?? "")")
    case .running, .ended, .disconnected: break
    }
  }

  private func checkRegisters(_ names: [String]) throws {
    for name in names {
      let value = try target!.readInteger(name)
      try require(value == truth(name), "\(name) is \(value), not \(truth(name))")
    }
  }

  private func truth(_ name: String) -> UInt64 {
    switch name {
    case "pc": stub.pc
    case "sp": stub.general[31]
    case "cpsr": stub.cpsr
    case "ESR_EL2": stub.esr
    default: stub.general[Int(name.dropFirst())!]
    }
  }

  private func checkGeneral() throws {
    let values = try target!.readGeneralRegisters()
    for name in (0..<31).map({ "x\($0)" }) + ["sp", "pc", "cpsr"] {
      guard let value = values[name] else { continue }
      try require(value == truth(name), "\(name) is \(value), not \(truth(name))")
    }
  }

  private func checkMemory(_ address: UInt64, _ byteCount: Int) throws {
    try compare(try target!.readMemory(at: address, byteCount: byteCount), address, byteCount)
  }

  private func compare(_ bytes: [UInt8], _ address: UInt64, _ byteCount: Int) throws {
    try require(bytes.count == byteCount, "\(bytes.count) bytes, not \(byteCount)")
    for (offset, byte) in bytes.enumerated() {
      try require(stub.memory[address + UInt64(offset)] == byte, "memory differs at \(offset)")
    }
  }

  private func checkBatch() throws {
    let target = target!
    let names = ["x7", "x8", "ESR_EL2", "cpsr"]
    let registers = try names.map { try target.register(named: $0) }
    let responses = try target.batch(
      registers.map { .register($0) } + [.memory(at: 0x2200, byteCount: 8)])
    for (name, response) in zip(names, responses) {
      // An error concerns only its own request.
      guard let bytes = try? response.bytes() else { continue }
      let value = RegisterDescription.integer(bytes)
      try require(value == truth(name), "\(name) is \(value ?? 0), not \(truth(name))")
    }
    if let bytes = try? responses[4].bytes() { try compare(bytes, 0x2200, 8) }
  }

  private func insert(_ address: UInt64) throws {
    try target!.insertBreakpoint(.software, at: address)
    let isThere = stub.breakpoints.contains { $0.address == address }
    try require(isThere, "the breakpoint is not inserted")
  }

  private func remove(_ address: UInt64) throws {
    try target!.removeBreakpoint(.software, at: address)
    let isThere = stub.breakpoints.contains { $0.address == address }
    try require(!isThere, "the breakpoint is not removed")
  }

  private func runToStop(_ action: ResumeAction) throws {
    let pc = stub.pc
    try target!.resume(action)
    let reply = try target!.waitForStop(timeout: .seconds(3))
    guard !canFakeStops else { return }
    try require(!reply.isEnd, "\(reply)")
    try require(!stub.isRunning && stub.pc != pc, "a stop was told, and there was none")
    try require(reply.event?.signal == 5, "\(reply)")
  }

  private func runAndInterrupt() throws {
    try target!.resume(.continue())
    let before = transport.now
    let early = try target!.poll()
    try require(
      transport.now - before < .seconds(2), "poll() took \(transport.now - before)")
    if !canFakeStops, early != nil { try require(!stub.isRunning, "a stop was told, and it runs") }
    if early != nil { return }
    try target!.interrupt()
    let reply = try target!.waitForStop(timeout: .seconds(3))
    guard !canFakeStops else { return }
    try require(!stub.isRunning, "a stop was told, and it runs")
    try require(reply.event != nil, "\(reply)")
  }

  // MARK: Oracle

  /// Runs a step. A session that was left running is stopped first, as a user would do.
  ///
  /// Once the fault was long enough ago, the remaining steps except the last are skipped.
  private func step(_ name: String, exchanges: Int = 2, _ body: () throws -> Void) {
    if transport.isFaulty, name != "coda", name != "detach" {
      guard stepsSinceFault < Self.stepLimit else { return }
      stepsSinceFault += 1
    }
    // Nothing is left to check.
    if let target, target.state == .disconnected, name != "detach" { return }
    if let target, target.state == .running, name != "detach" {
      timed("interrupt before \(name)", exchanges: 2) {
        try target.interrupt()
        _ = try target.waitForStop(timeout: .seconds(3))
      }
    }
    timed(name, exchanges: exchanges, body)
    if let target {
      let connection = target.connection
      if connection.console.bytes.count > 1 << 20 { note(.unbounded, name, "console") }
      if connection.bufferedByteCount > 1 << 21 { note(.unbounded, name, "decoder") }
    }
  }

  private func timed(_ name: String, exchanges: Int, _ body: () throws -> Void) {
    let start = transport.now
    do {
      try body()
    } catch let error as RemoteError {
      errors.append((name, error))
    } catch let error as Wrong {
      note(.wrongValue, name, error.text)
    } catch {
      note(.notRemoteError, name, "\(error)")
    }
    let limit = timeout * exchanges + .seconds(2)
    if transport.now - start > limit { note(.late, name, "took \(transport.now - start)") }
  }

  private func note(_ kind: Violation.Kind, _ step: String, _ detail: String) {
    violations.append(Violation(kind: kind, step: step, detail: detail))
  }
}
