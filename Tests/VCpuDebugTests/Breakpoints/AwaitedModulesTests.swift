import TestSupport
import Testing

@testable import VCpuDebug

/// Breakpoints at names of a guest's file that isn't in memory yet, or not where its file says.
@Suite struct AwaitedModulesTests {
  private static let start: UInt64 = 0x4020_0000
  private static let distance: UInt64 = 0x3_0000
  /// Where the guest's table of translations is.
  private static let table: UInt64 = 0x4022_0000

  private let target: FakeTarget
  private let session: HypervisorSession
  private let module: Module
  private let code: [UInt8]

  /// A session with a guest that hasn't loaded its program yet, and a breakpoint in it.
  init() throws {
    target = try FakeTarget.booted()
    let file = try SymbolFile(path: FixtureImages.guest.get())
    code = try #require(file.contents(at: Self.start, byteCount: 320))
    _ = target.memory.write(
      [UInt8](repeating: 0, count: 0x2_0000), at: Self.start + FixtureImages.guestOffset, .physical)
    session = try HypervisorSession(
      target: target, symbols: SymbolFile(path: FixtureImages.hypervisor.get()))
    module = try session.add(file, in: .guest)
    _ = try session.points.add("guest:store8")
    _ = target.takeTrace()
  }

  /// An exit of the guest after its program, or another one, is in memory and its MMU is on.
  private func exit(with bytes: [UInt8]) -> FakeTarget.Event {
    .stop { target in
      _ = target.memory.write(
        bytes, at: Self.start + Self.distance + FixtureImages.guestOffset, .physical)
      // The second GiB is mapped to itself, by a block of a table of level 1.
      let entry = [UInt64(0x4000_0000 | 1 << 10 | 1)].flatMap(littleEndian)
      _ = target.memory.write(
        entry, at: Self.table + 8 + FixtureImages.guestOffset, .physical)
      target["TTBR0_EL1"] = Self.table
      // 39 bits, nothing by TTBR1_EL1.
      target["TCR_EL1"] = 25 | 1 << 23
      target["SCTLR"] = 1
      target["VBAR"] = Self.start + Self.distance
      target.stand(at: .wfi)
    }
  }

  /// Runs, and returns the numbers of the breakpoints that it stopped for; nil if it still runs.
  private func run(_ events: FakeTarget.Event...) throws -> [Int]? {
    target.script = events
    if !session.isRunning { try session.resume() }
    while !target.script.isEmpty {
      if let event = try session.poll() { return SessionFixture.numbers(event) }
    }
    return nil
  }

  @Test func theyArePlacedAtAnExitAndTheirBreakpointsMove() throws {
    let address = Self.start + Self.distance + 32
    #expect(
      try run(.exit(.wfi), exit(with: code), .at(address, level: 1)) == [1],
      "neither exit is reported")
    #expect(module.slide == Self.distance)
    let trace = target.takeTrace()
    #expect(trace.contains("Z0 0x\(String(address, radix: 16))"))
    #expect(
      trace.contains("z0 0x\(String(FixtureImages.trampoline, radix: 16))"), "no exit stops now")
    let notes = session.takeModuleNotes().map(\.description)
    #expect(notes.count == 1 && notes[0].hasSuffix("is 0x30000 bytes up from its addresses"))
  }

  /// A guest without an MMU, whose program its hypervisor has copied to where it belongs.
  @Test func aProgramAtItsAddressesIsPlaced() throws {
    let code = code
    let loaded = FakeTarget.Event.stop { target in
      _ = target.memory.write(code, at: Self.start + FixtureImages.guestOffset, .physical)
      target.stand(at: .wfi)
    }
    let loader = FakeExit.wfi.with { $0.pc = 0x4021_0000 }
    #expect(try run(.exit(loader), loaded, .at(Self.start + 32, level: 1)) == [1])
    #expect(module.slide == 0)
    #expect(
      target.takeTrace().contains("z0 0x\(String(FixtureImages.trampoline, radix: 16))"),
      "no exit stops now")
  }

  @Test func nothingIsWaitedForWithoutABreakpoint() throws {
    try session.breakpoints.update(1) { $0.isEnabled = false }
    _ = try run(.ended(status: 0))
    #expect(!target.takeTrace().contains("Z0 0x\(String(FixtureImages.trampoline, radix: 16))"))
  }

  /// As long as nothing has changed, its memory isn't read at each exit.
  @Test func itIsLookedForOnlyWhenTheVectorsChange() throws {
    let garbage = [UInt8](repeating: 0xa5, count: 320)
    #expect(try run(exit(with: garbage)) == nil)
    let first = target.takeTrace().count { $0.hasPrefix("m ") || $0.hasPrefix("p ") }
    #expect(try run(exit(with: garbage), exit(with: garbage)) == nil)
    let others = target.takeTrace().count { $0.hasPrefix("m ") || $0.hasPrefix("p ") }
    #expect(first > 2 && others <= 4, "\(first), \(others)")
    #expect(module.slide == 0)
  }
}
