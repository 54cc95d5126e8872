import GDBRemote
import Glibc
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

// `Testing` has an `ExitStatus` too.
private typealias Status = vcpu_shell.ExitStatus

@Suite struct ShellStatusTests {
  @Test(
    arguments: [
      (ShellError("x"), .commandFailed), (DebugError.notAtExit(.none), .commandFailed),
      (RemoteError(.noSuchRegister, "x"), .commandFailed),
      (RemoteError(.connectionClosed, "x"), .targetLost), (RemoteError(.timeout, "x"), .targetLost),
      (RemoteError(.connectionFailed, "x"), .targetLost),
      (RemoteError(.noAnswer, "x"), .targetLost),
      (RemoteError(.protocolViolation, "x"), .targetLost),
      (LaunchError.emulatorFailed(status: 1, output: ""), .targetLost),
      (LaunchError.noEmulator("x"), .commandFailed), (TargetLost(description: "x"), .targetLost),
      (DebugError.ended("x"), .guestEnded),
      (ScriptError(underlying: TargetLost(description: "x"), place: "a:1"), .targetLost),
      (ScriptError(underlying: ShellError("x"), place: "a:1"), .commandFailed),
    ] as [(any Error & Sendable, Status)])
  fileprivate func errors(error: any Error & Sendable, status: Status) throws {
    let fixture = try ShellFixture()
    fixture.shell.report(error)
    #expect(fixture.shell.status == status)
    // The loss of the target may be reported before its reason.
    let text = fixture.takeText()
    #expect(text.hasPrefix("error: ") && text.contains("\(error)"), "\(text)")
  }

  @Test func theFirstFailureStays() throws {
    let fixture = try ShellFixture()
    fixture.shell.raise(.targetLost)
    fixture.shell.raise(.commandFailed)
    fixture.run("nonsense")
    #expect(fixture.shell.status == .targetLost)
  }

  @Test func aGuestThatPowersOffIsNoFailure() throws {
    let fixture = try ShellFixture()
    #expect(fixture.run("continue", .ended(status: 0)) == "the guest has powered off\n")
    #expect(fixture.shell.status == .ok)
  }

  @Test func aGuestThatEndsOtherwiseIs() throws {
    let fixture = try ShellFixture()
    #expect(
      fixture.run("continue", .terminated(signal: 6)) == "the machine was killed by SIGABRT\n")
    #expect(fixture.shell.status == .guestEnded)
  }

  /// A stop that is no longer waited for comes at the prompt, and Ctrl-C ends the reading of its state: the target
  /// isn't lost because of that.
  @Test func aGivenUpLookAtAStopLosesNothing() throws {
    let fixture = try ShellFixture()
    fixture.target.script = [.exit(.wfi)]
    try fixture.session.resume()
    fixture.target.failures = [("g", RemoteError(.cancelled, "given up"))]
    fixture.loop.noteUnaskedEvent()
    #expect(fixture.takeText() == "error: interrupted: given up\n")
    #expect(fixture.target.state != .disconnected)
    #expect(try fixture.session.exits.require().reason.exitClass == .wfi)
  }

  /// Also in JSON, where errors are on standard output; it is a failure, whoever made the request.
  @Test(arguments: [false, true])
  func outputThatIsLostIsToldOnStandardError(isTyped: Bool) throws {
    var errors = ""
    let output = Output(traits: OutputTraits()) { bytes, stream in
      guard stream == .error else { return .failed(ENOSPC) }
      errors += String(decoding: bytes, as: UTF8.self)
      return .written
    }
    let shell = try Shell(
      output: output, renderer: JSONRenderer(output), signals: FakeSignals().signals,
      console: ConsoleSink(path: nil))
    shell.isTyped = isTyped
    shell.tell(.begin(nil))
    shell.tell(.note("x"))
    #expect(errors == "error: cannot write to standard output: No space left on device\n")
    #expect(shell.status == .commandFailed)
    #expect(shell.isDone)
  }

  @Test func numbersAreThoseOfTheManual() {
    #expect(Status.ok.rawValue == 0)
    #expect(Status.commandFailed.rawValue == 1)
    #expect(Status.usage.rawValue == 2)
    #expect(Status.assertionFailed.rawValue == 3)
    #expect(Status.targetLost.rawValue == 4)
    #expect(Status.guestEnded.rawValue == 5)
  }
}
