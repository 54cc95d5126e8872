import Glibc
import Testing

@testable import vcpu_shell

@Suite struct SignalsTests {
  @Test func signalsComeInTheirOrder() throws {
    let fake = try FakeSignals()
    #expect(fake.signals.next() == nil)
    for signal in Signals.Signal.allCases { fake.raise(signal) }
    for signal in Signals.Signal.allCases { #expect(fake.signals.next() == signal) }
    #expect(fake.signals.next() == nil)
  }

  @Test func whatEndsAWaitStaysUntilItIsTaken() throws {
    let fake = try FakeSignals()
    fake.raise(.windowChange)
    #expect(!fake.signals.endWaits)
    fake.raise(.interrupt)
    #expect(fake.signals.endWaits)
    #expect(fake.signals.endWaits)
    #expect(fake.signals.next() == .windowChange)
    #expect(fake.signals.next() == .interrupt)
    #expect(!fake.signals.endWaits)
  }

  @Test func interruptsAreForgottenAndNothingElse() throws {
    let fake = try FakeSignals()
    for signal in [Signals.Signal.interrupt, .childExited, .interrupt, .terminate] {
      fake.raise(signal)
    }
    #expect(fake.signals.takeAll(.interrupt))
    #expect(!fake.signals.takeAll(.interrupt))
    #expect(fake.signals.next() == .childExited)
    #expect(fake.signals.next() == .terminate)
    #expect(fake.signals.ending == .terminate)
  }

  @Test func thePollerSeesThem() throws {
    let fake = try FakeSignals()
    var poller = Poller()
    poller.register(fake.signals.descriptor)
    #expect(try poller.wait(until: .now) == [])
    fake.raise(.windowChange)
    #expect(try poller.wait().map(\.descriptor) == [fake.signals.descriptor])
    #expect(fake.signals.next() == .windowChange)
    #expect(try poller.wait(until: .now) == [])
  }

  @Test(arguments: [
    (Signals.Signal.interrupt, SIGINT), (.terminate, SIGTERM), (.hangUp, SIGHUP),
    (.quit, SIGQUIT), (.windowChange, SIGWINCH), (.childExited, SIGCHLD), (.continued, SIGCONT),
  ])
  func numbersAreLinuxs(signal: Signals.Signal, number: Int32) {
    #expect(Int32(signal.rawValue) == number)
  }
}
