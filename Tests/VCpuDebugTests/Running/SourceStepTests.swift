import Testing

@testable import VCpuDebug

/// What `SourceStep` does at each stop, without a target.
///
/// The code: `f` is 0x1000..<0x1100 with lines of 0x10 bytes from line 10; `g`, with lines, is at 0x2000, its prologue
/// 8 bytes long; `h`, without, is at 0x3000.
struct SourceStepTests {
  /// A place where the CPU has stopped.
  private struct Place: StepSurroundings {
    var pc: UInt64
    var space = AddressSpace.Kind.hypervisor
    /// SP before the call of the function.
    var address: UInt64? = 0x9000
    var returns: SourceStep.Caller?
    var chain: [UInt64] = []

    var function: UInt64 { pc & ~0xfff }
    func frame() -> SourceStep.Frame {
      SourceStep.Frame(address: address, function: function, chain: chain)
    }
    func caller() -> SourceStep.Caller? { returns }
    func line() -> SourceStep.Line? {
      guard pc < 0x3000 else { return nil }
      let start = pc & ~0xf
      return SourceStep.Line(
        location: SourceLocation(file: "f.c", line: 10 + Int(pc & 0xfff) >> 4),
        range: start..<start + 0x10)
    }
    func body() -> UInt64? { pc < 0x3000 ? max(pc, function + 8) : nil }
  }

  /// A place in a function that was called from `f`.
  private static func called(_ pc: UInt64, from address: UInt64 = 0x1008) -> Place {
    Place(
      pc: pc, address: 0x8f00, returns: SourceStep.Caller(pc: address + 4, address: 0x9000))
  }

  private func begun(_ kind: SourceStep.Kind, at pc: UInt64 = 0x1000) throws -> SourceStep {
    try #require(try SourceStep(kind, from: Place(pc: pc), extent: 0x1000..<0x1100))
  }

  @Test func aLineIsSteppedToTheBeginningOfAnother() throws {
    var step = try begun(.over)
    #expect(step.beginning == .step)
    #expect(try step.stopped(at: Place(pc: 0x1004)) == .step)
    // A jump within the line, and to the middle of another.
    #expect(try step.stopped(at: Place(pc: 0x100c)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1024)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1028)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1030)) == .end(.done))
  }

  @Test(arguments: [SourceStep.Kind.over, .until, .overInstruction])
  func aCallRunsToItsEnd(kind: SourceStep.Kind) throws {
    var step = try begun(kind, at: 0x1008)
    let back = SourceStep.Arrival(address: 0x100c, frame: 0x9000, then: .goOn)
    #expect(try step.stopped(at: Self.called(0x2000)) == .run([back]))
    // The same place in a call further in, of a function that calls itself.
    #expect(try step.stopped(at: Place(pc: 0x100c, address: 0x8e00)) == .runOn)
    let end = try step.stopped(at: Place(pc: 0x100c))
    #expect(end == (kind == .overInstruction ? .end(.done) : .step))
  }

  @Test func aFunctionWithLinesIsEntered() throws {
    var step = try begun(.into, at: 0x1008)
    let back = SourceStep.Arrival(address: 0x100c, frame: 0x9000, then: .goOn)
    let body = SourceStep.Arrival(address: 0x2008, frame: 0x8f00, then: .end)
    #expect(try step.stopped(at: Self.called(0x2000)) == .run([back, body]))
    var other = step
    #expect(try step.stopped(at: Self.called(0x2008)) == .end(.done))
    // It has returned before its first line.
    #expect(try other.stopped(at: Place(pc: 0x100c)) == .step)
  }

  @Test func aFunctionWithoutLinesIsSteppedOver() throws {
    var step = try begun(.into, at: 0x1008)
    let back = SourceStep.Arrival(address: 0x100c, frame: 0x9000, then: .goOn)
    #expect(try step.stopped(at: Self.called(0x3000)) == .run([back]))
  }

  /// `return g(x)` as a jump: `g` returns to the caller of `f`.
  @Test func aTailCall() throws {
    let target = Place(pc: 0x2000, returns: SourceStep.Caller(pc: 0x4444, address: 0x9100))
    var step = try begun(.over)
    let back = SourceStep.Arrival(address: 0x4444, frame: 0x9100, then: .goOn)
    #expect(try step.stopped(at: target) == .run([back]))
    var entering = try begun(.into)
    let body = SourceStep.Arrival(address: 0x2008, frame: 0x9000, then: .end)
    #expect(try entering.stopped(at: target) == .run([back, body]))
  }

  @Test func aReturnGoesOnToTheNextLine() throws {
    var step = try begun(.over, at: 0x10f0)
    #expect(try step.stopped(at: Place(pc: 0x2014, address: 0x9100)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x2018, address: 0x9100)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x2020, address: 0x9100)) == .end(.done))
    // A caller without lines.
    var other = try begun(.over, at: 0x10f0)
    #expect(try other.stopped(at: Place(pc: 0x3014, address: 0x9100)) == .end(.done))
  }

  @Test func untilDoesNotGoBack() throws {
    var step = try begun(.until, at: 0x1040)
    #expect(try step.stopped(at: Place(pc: 0x1020)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1030)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1050)) == .end(.done))
    var next = try begun(.over, at: 0x1040)
    #expect(try next.stopped(at: Place(pc: 0x1020)) == .end(.done))
  }

  @Test func inlinedCode() throws {
    let start = Place(pc: 0x1000, chain: [1])
    let inlined = Place(pc: 0x1010, chain: [2, 1])
    var next = try #require(try SourceStep(.over, from: start, extent: nil))
    #expect(try next.stopped(at: inlined) == .step)
    #expect(try next.stopped(at: Place(pc: 0x1020, chain: [1])) == .end(.done))
    var step = try #require(try SourceStep(.into, from: start, extent: nil))
    #expect(try step.stopped(at: inlined) == .end(.done))
  }

  @Test func withoutALineTheFunctionIsLeft() throws {
    let start = Place(pc: 0x3010)
    #expect(try SourceStep(.over, from: start, extent: nil) == nil)
    var step = try #require(try SourceStep(.over, from: start, extent: 0x3000..<0x3100))
    #expect(try step.stopped(at: Place(pc: 0x30f0)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1010, address: 0x9100)) == .end(.done))
  }

  @Test func theOtherWorld() throws {
    var step = try begun(.over)
    #expect(try step.stopped(at: Place(pc: 0x1004, space: .guest)) == .end(.crossed(to: .guest)))
    // The hypervisor's own exceptions aren't a part of the line.
    #expect(step.exited(from: 0x1004, returningTo: 0x1004) == nil)
    let guest = Place(pc: 0x1000, space: .guest)
    var next = try #require(try SourceStep(.over, from: guest, extent: nil))
    let places = [0x1004, 0x1008].map {
      SourceStep.Arrival(address: $0, frame: 0x9000, then: .goOn)
    }
    #expect(next.exited(from: 0x1004, returningTo: 0x1008) == .run(places))
    #expect(try next.stopped(at: Place(pc: 0x1008, space: .guest)) == .step)
    var into = try #require(try SourceStep(.into, from: guest, extent: nil))
    #expect(into.exited(from: 0x1004, returningTo: 0x1008) == nil)
  }

  @Test func arrivals() throws {
    let places = [
      SourceStep.Arrival(address: 0x1010, frame: nil, then: .end),
      SourceStep.Arrival(address: 0x4444, frame: 0x9100, then: .endReturned),
    ]
    var run = SourceStep(to: places, in: .hypervisor)
    #expect(run.beginning == .run(places))
    #expect(try run.stopped(at: Place(pc: 0x4444, address: 0x8f00)) == .runOn)
    #expect(try run.stopped(at: Place(pc: 0x4444, address: 0x9100)) == .end(.returned))
    var other = SourceStep(to: places, in: .hypervisor)
    #expect(try other.stopped(at: Place(pc: 0x1010)) == .end(.done))
  }

  // MARK: Inlined copies

  private func leaving(goingOnAt places: [UInt64] = []) -> SourceStep {
    SourceStep(
      outOf: 77, in: SourceStep.Frame(address: 0x9000, function: 0x1000), range: 0x1000..<0x1010,
      at: 0x1000, goingOnAt: places, in: .hypervisor)
  }

  /// A copy's code may be in several parts, with other code in between.
  @Test func anInlinedCopyIsLeft() throws {
    var step = leaving()
    #expect(step.beginning == .step)
    #expect(try step.stopped(at: Place(pc: 0x1004)) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1024, chain: [78, 77, 5])) == .step)
    let back = SourceStep.Arrival(address: 0x102c, frame: 0x9000, then: .goOn)
    #expect(try step.stopped(at: Self.called(0x2000, from: 0x1028)) == .run([back]))
    #expect(try step.stopped(at: Place(pc: 0x102c, chain: [77, 5])) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1031, chain: [79, 5])) == .end(.done))
  }

  /// A frame further out: what it has called returns first.
  @Test func anOuterFramesCopyIsLeft() throws {
    var step = leaving(goingOnAt: [0x1008])
    let arrival = SourceStep.Arrival(address: 0x1008, frame: 0x9000, then: .goOn)
    #expect(step.beginning == .run([arrival]))
    #expect(try step.stopped(at: Place(pc: 0x1008, address: 0x8f00)) == .runOn)
    #expect(try step.stopped(at: Place(pc: 0x1008, chain: [77])) == .step)
    #expect(try step.stopped(at: Place(pc: 0x1044, chain: [5])) == .end(.done))
  }

  @Test func theReturnOfItsFunctionLeavesACopy() throws {
    var step = leaving()
    #expect(try step.stopped(at: Place(pc: 0x2044, address: 0x9100, chain: [8])) == .end(.done))
  }
}
