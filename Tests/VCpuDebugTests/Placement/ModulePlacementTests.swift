import TestSupport
import Testing

@testable import VCpuDebug

/// Where a file's code is in memory.
@Suite struct ModulePlacementTests {
  private static let start: UInt64 = 0x4020_0000
  private static let distance: UInt64 = 0x3_0000

  /// A session with a guest whose code is further up than its file says, at its second function.
  private static func moved(_ other: [UInt8]? = nil) throws -> (FakeTarget, HypervisorSession) {
    let target = try FakeTarget.booted()
    let file = try SymbolFile(path: FixtureImages.guest.get())
    let code = try #require(file.contents(at: start, byteCount: 320))
    let physical = start + FixtureImages.guestOffset
    _ = target.memory.write([UInt8](repeating: 0, count: 320), at: physical, .physical)
    _ = target.memory.write(
      other ?? code, at: physical + distance, .physical)
    target.stand(at: start + distance + 16, level: 1)
    let session = try HypervisorSession(
      target: target, symbols: SymbolFile(path: FixtureImages.hypervisor.get()))
    return (target, session)
  }

  @Test func aFileThatHasMovedIsFoundByThePC() throws {
    let (_, session) = try Self.moved()
    let module = try session.add(SymbolFile(path: FixtureImages.guest.get()), in: .guest)
    #expect(module.slide == Self.distance)
    #expect(try session.match(of: module) == .same)
    #expect(module.address(of: "store32") == Self.start + Self.distance + 16)
    #expect(module.symbol(at: Self.start + Self.distance + 20)?.description == "store32+4")
    let notes = session.takeModuleNotes().map(\.description)
    #expect(notes.count == 1 && notes[0].hasSuffix("is 0x30000 bytes up from its addresses"))
  }

  /// Its breakpoints were set before it was known where it is.
  @Test func breakpointsMoveWithIt() throws {
    let (_, session) = try Self.moved()
    let file = try SymbolFile(path: FixtureImages.guest.get())
    let early = try session.add(file, in: .guest, slide: 0)
    let breakpoint = try session.points.add("guest:store8")
    _ = try session.add(file, in: .guest)
    try session.removeModules { $0 === early }
    guard case .code(let place) = try #require(session.breakpoints[breakpoint.number]).kind else {
      Issue.record("it isn't at code")
      return
    }
    #expect(place.addresses == [Self.start + Self.distance + 32])
  }

  @Test func anotherProgramIsSaid() throws {
    let (target, session) = try Self.moved([UInt8](repeating: 0xa5, count: 320))
    _ = target.memory.write(
      [UInt8](repeating: 0x5a, count: 320), at: Self.start + FixtureImages.guestOffset, .physical)
    let module = try session.add(SymbolFile(path: FixtureImages.guest.get()), in: .guest)
    #expect(module.slide == 0)
    #expect(try session.match(of: module) == .different)
    let notes = session.takeModuleNotes().map(\.description)
    #expect(notes.count == 1 && notes[0].contains("isn't what is in memory"))
  }

  /// While EL2's MMU is off, a hypervisor runs where it was loaded, and may go to its addresses later.
  @Test func aHypervisorBeforeItsMMUIsOnIsNotElsewhere() throws {
    let target = try FakeTarget.booted()
    let file = try SymbolFile(path: FixtureImages.hypervisor.get())
    let code = try #require(file.contents(at: FixtureImages.handler, byteCount: 16))
    _ = target.memory.write(code, at: FixtureImages.handler + 0x10_0000, .physical)
    for segment in try file.loadSegments() {
      _ = target.memory.write(
        [UInt8](repeating: 0, count: segment.bytes.count), at: segment.physicalAddress, .physical)
    }
    target["SCTLR_EL2"] = 0
    target.stand(at: FixtureImages.handler + 0x10_0000, level: 2)
    let session = try HypervisorSession(target: target)
    #expect(try session.add(file, in: .hypervisor).slide == 0)
    #expect(session.takeModuleNotes().isEmpty)
  }
}
