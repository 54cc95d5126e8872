import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// A session with a fake machine, and what is done with it.
struct SessionFixture {
  let target: FakeTarget
  let session: HypervisorSession

  /// - Parameter exit: the exit to be at in the beginning; nil for the hypervisor's own code.
  init(at exit: FakeExit? = nil) throws {
    target = try .booted()
    if let exit { target.stand(at: exit) }
    session = try .fake(target)
    _ = target.takeTrace()
  }

  /// A session with another target, and with no symbols unless they are given.
  init(_ target: FakeTarget, symbols: String? = nil) throws {
    self.target = target
    session = try HypervisorSession(
      target: target, symbols: symbols.map { try SymbolFile(path: $0) })
    _ = target.takeTrace()
  }

  /// A session with another target, and the symbols of our hypervisor.
  static func symbolised(_ target: FakeTarget) throws -> SessionFixture {
    try SessionFixture(target, symbols: FixtureImages.hypervisor.get())
  }

  /// Resumes, and takes what happens up to the first event.
  func resume(_ events: FakeTarget.Event...) throws -> SessionEvent? {
    target.script = events
    try session.resume()
    return try poll()
  }

  /// Steps, and takes what happens up to the first event.
  func step(_ count: Int = 1, _ events: FakeTarget.Event...) throws -> SessionEvent? {
    target.script = events
    try session.step(count: count)
    return try poll()
  }

  /// Polls until there is an event or the target waits.
  func poll() throws -> SessionEvent? {
    while session.isRunning {
      let before = target.script.count
      if let event = try session.poll() { return event }
      if target.script.count == before { return nil }
    }
    return nil
  }

  /// The numbers of the breakpoints of an event.
  static func numbers(_ event: SessionEvent?) -> [Int] {
    switch event {
    case .exit(let hits), .entry(let hits), .breakpoint(let hits): hits.map(\.number)
    default: []
    }
  }

  /// The trace since the last call, without what is inserted and removed.
  func accesses() -> [String] {
    target.takeTrace().filter { !$0.hasPrefix("Z") && !$0.hasPrefix("z") }
  }
}

/// One round trip that brings the registers and the trampoline's instruction, while no context is known.
let stopWithoutContext = "g | m 0x40201000+4"

/// The same, with the context at the usual address.
let stopAtKnownContext = "g | m 0x40404000+344 | m 0x40201000+4"
