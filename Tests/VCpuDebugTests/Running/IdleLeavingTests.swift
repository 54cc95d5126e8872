import TestSupport
import Testing

@testable import VCpuDebug

/// A step off the place where exits pass that has executed nothing, as QEMU 7.2 occasionally reports: the target
/// stops at the same exit again, which isn't reported.
@Suite struct IdleLeavingTests {
  private let fixture: SessionFixture
  private var target: FakeTarget { fixture.target }
  private static let vector = FixtureImages.vectors + 0x400

  /// At an exit that is left by a step.
  init() throws {
    fixture = try SessionFixture(.booted())
    // sub sp, sp, #272
    _ = target.memory.write([0xff, 0x43, 0x04, 0xd1], at: Self.vector, .physical)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    #expect(SessionFixture.numbers(try fixture.resume(.vector(.mmioWrite))) == [1])
    #expect(fixture.session.exit?.count == .seen(1))
  }

  /// A stop where the CPU stands already.
  private static var again: FakeTarget.Event { .stop { _ in } }

  @Test func theSameExitIsNotToldAgain() throws {
    let event = try fixture.resume(
      Self.again, Self.again, .at(Self.vector + 4, level: 2), .vector(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.session.exit?.reason.exitClass == .wfi)
    #expect(fixture.session.exit?.count == .seen(2))
    #expect(fixture.session.breakpoints[1]?.hitCount == 2)
    #expect(target.script.isEmpty)
  }

  /// The same exit again is a new one if the previous step left the address.
  @Test func oneThatComesAgainIsTold() throws {
    let event = try fixture.resume(.at(Self.vector + 4, level: 2), .vector(.mmioWrite))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.session.exit?.count == .seen(2))
  }

  /// An instruction that branches to itself looks the same: it is reported in the end.
  @Test func whatNeverLeavesIsTold() throws {
    let event = try fixture.resume(
      Self.again, Self.again, Self.again, Self.again, Self.again, Self.again, Self.again, Self.again
    )
    #expect(SessionFixture.numbers(event) == [1])
    #expect(target.script.isEmpty)
  }
}
