import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct SeenRegistersTests {
  private func changed(_ fixture: ShellFixture, _ line: String) -> [Bool] {
    fixture.run(line + " --json").split(separator: "\"isChanged\":").dropFirst().map {
      $0.hasPrefix("true")
    }
  }

  @Test func whatHasChangedSinceAnEarlierStopIsTold() throws {
    let fixture = try ShellFixture(at: .mmioWrite)
    let line = "info registers x0 x1"
    #expect(changed(fixture, line) == [false, false])
    // At the same stop nothing counts as changed.
    fixture.run("set $x0 = 7")
    #expect(changed(fixture, line) == [false, false])
    fixture.run("catch exit")
    fixture.run("continue", .exit(.mmioWrite.with { $0.x[1] = 9 }))
    #expect(changed(fixture, line) == [true, true])
    #expect(changed(fixture, line) == [true, true])
    // The comparison is with the registers shown at the last stop, whichever that was.
    fixture.run("continue", .exit(.mmioWrite.with { $0.x[1] = 9 }))
    fixture.run("continue", .exit(.mmioWrite.with { $0.x[1] = 10 }))
    #expect(changed(fixture, line) == [false, true])
  }
}
