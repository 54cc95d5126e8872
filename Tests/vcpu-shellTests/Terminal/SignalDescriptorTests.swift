import Glibc
import Testing

@testable import vcpu_shell

/// Each test stays on its thread, whose mask it changes; `raise` addresses that thread.
@Suite struct SignalDescriptorTests {
  private func isBlocked(_ signal: Int32) -> Bool {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return sigismember(&mask, signal) == 1
  }

  @Test func signalsArriveAtTheDescriptor() throws {
    let signals = try SignalDescriptor()
    #expect(try signals.next() == nil)
    // SIGCONT goes to the whole process, where another thread would take it.
    for signal in SignalDescriptor.Signal.allCases where signal != .continued {
      #expect(raise(signal.rawValue) == 0)
      #expect(try signals.next() == signal)
    }
    #expect(try signals.next() == nil)
  }

  @Test func thePollerSeesThem() throws {
    let signals = try SignalDescriptor()
    var poller = Poller()
    poller.register(signals.descriptor)
    #expect(try poller.wait(until: .now) == [])
    #expect(raise(SIGWINCH) == 0)
    #expect(try poller.wait().map(\.descriptor) == [signals.descriptor])
    #expect(try signals.next() == .windowChange)
    #expect(try poller.wait(until: .now) == [])
  }

  @Test func theMaskIsRestored() throws {
    // The threads of tests come with most signals blocked; the shell's own does not.
    var empty = sigset_t()
    var saved = sigset_t()
    sigemptyset(&empty)
    pthread_sigmask(SIG_SETMASK, &empty, &saved)
    defer { pthread_sigmask(SIG_SETMASK, &saved, nil) }
    #expect(!isBlocked(SIGINT))
    do {
      let signals = try SignalDescriptor()
      #expect(isBlocked(SIGINT))
      #expect(isBlocked(SIGCONT))
      #expect(!isBlocked(SIGTSTP))
      var mask = signals.maskForChildren
      #expect(sigismember(&mask, SIGINT) == 0)
      #expect(sigismember(&mask, SIGCHLD) == 0)
    }
    #expect(!isBlocked(SIGINT))
  }

  @Test(arguments: [
    (SignalDescriptor.Signal.interrupt, SIGINT), (.terminate, SIGTERM), (.hangUp, SIGHUP),
    (.windowChange, SIGWINCH), (.childExited, SIGCHLD), (.continued, SIGCONT),
  ])
  func numbersAreLinuxs(signal: SignalDescriptor.Signal, number: Int32) {
    #expect(signal.rawValue == number)
  }
}
