import Testing

@testable import VCpuDebug

/// A step off a breakpoint, after which the target runs on without reading the new PC.
@Suite struct SteppedOffTests {
  /// At a breakpoint that isn't wanted any more, about to be left.
  private func leaving() -> RunControl {
    var control = RunControl()
    #expect(control.resume() == [.insert, .leave])
    #expect(control.leave(by: .step) == .step(isWanted: false))
    return control
  }

  @Test func itGoesOn() {
    var control = leaving()
    #expect(control.isSteppedOff(signal: 5))
    #expect(control.steppedOff() == [.insert, .run])
    #expect(control.wait == .stop && !control.isSteppedOff(signal: 5))
  }

  @Test func whatAPersonWaitsForIsLookedAt() {
    var control = leaving()
    #expect(!control.isSteppedOff(signal: 11))
    control.interrupt()
    #expect(!control.isSteppedOff(signal: 5))
    _ = control.step(count: 1)
    #expect(!control.isSteppedOff(signal: 5))
    _ = control.resume()
    #expect(control.leave(by: .skip(to: 8)) == .runFrom(8) && !control.isSteppedOff(signal: 5))
  }
}
