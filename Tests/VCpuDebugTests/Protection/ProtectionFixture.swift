import ArmVCpu
import GDBRemote
import TestSupport

@testable import VCpuDebug

/// A machine at a guest's exit, whose stage 2 maps the guest by blocks of 2 MiB, and a page for a table.
struct ProtectionFixture {
  let agent: AgentFixture
  var session: HypervisorSession { agent.session }
  var target: FakeTarget { agent.target }

  /// A page that nothing uses.
  static let spare: UInt64 = 0x44f0_0000
  /// What is watched, in a block, and its physical address.
  static let variable: UInt64 = 0x4030_0040
  static let place: UInt64 = variable + FixtureImages.guestOffset

  init(at exit: FakeExit = .mmioWrite, _ way: ExitWay = .context) throws {
    agent = try AgentFixture(at: exit, way)
  }

  func watch(
    _ text: String = "guest:0x40300040", length: String = "8", for kind: Watchpoint.Access = .write,
    spares: [String] = ["0x44f00000"]
  ) throws -> Breakpoint {
    try session.points.addStage2Watchpoint(text, length: length, for: kind, spares: spares)
  }

  /// The entry of stage 2 that maps an address, at the level where it is.
  func entry(of address: UInt64) throws -> (level: Int, bits: UInt64) {
    target.takeTrace().forEach { _ in }
    let entry = try Stage2Tables(session.access, session.memory).entries(mapping: [address])[0]
    return (entry?.level ?? -1, entry?.bits ?? 0)
  }

  /// Where stage 2 leads each of its addresses to, and what it allows there.
  func mappings() throws -> [UInt64: UInt64] {
    session.access.forget()
    let tables = try Stage2Tables(session.access, session.memory)
    let addresses = Array(stride(from: UInt64(0x4000_0000), to: 0x4040_2000, by: 0x1000))
    var result: [UInt64: UInt64] = [:]
    for (address, entry) in zip(addresses, try tables.entries(mapping: addresses)) {
      guard let entry else { continue }
      let start = entry.bits & 0x0000_ffff_ffff_f000
      let attributes = entry.bits & ~0x0000_ffff_ffff_f003
      result[address] = (start + address - entry.start) | attributes
    }
    return result
  }

  /// The stop at a permission fault of a guest's instruction.
  static func fault(
    at symbol: String, _ address: UInt64 = variable, isWrite: Bool = true, x: [Int: UInt64] = [:],
    thread: ThreadID = AgentFixture.thread
  ) -> FakeTarget.Event {
    // ISV clear, permission fault of level 3; QEMU's HPFAR_EL2 isn't looked at.
    var exit = FakeExit(.dataAbortLower, iss: isWrite ? 0x4f : 0x0f, at: symbol, x: x)
    exit.far = address
    return .exit(exit, thread: thread)
  }

  func resume(_ events: FakeTarget.Event...) throws -> SessionEvent? {
    target.script = events
    try session.resume()
    while session.isRunning {
      let before = target.script.count
      if let event = try session.poll() { return event }
      if target.script.count == before { return nil }
    }
    return nil
  }

  func value(at place: UInt64 = Self.place) -> [UInt8] {
    target.memory.read(place, byteCount: 8, .physical) ?? []
  }
}
