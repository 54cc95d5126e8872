import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// A machine at a guest exit, whose CPU executes placed instructions.
struct AgentFixture {
  let target: FakeTarget
  let session: HypervisorSession
  static let thread = ThreadID(process: 1, thread: 1)
  /// The address of the fixture guest's vectors.
  static let guestVectors: UInt64 = 0x4020_8000

  /// - Parameters:
  ///   - way: how the exit is found.
  ///   - isHost: HCR_EL2.E2H.
  init(at exit: FakeExit, _ way: ExitWay = .context, isHost: Bool = false) throws {
    let machine = try FakeTarget.booted()
    target = machine
    machine.executesInstructions = true
    if isHost { machine["HCR_EL2"] |= HCR_EL2.e2h.rawValue }
    for name in ["ICH_HCR_EL2", "ICH_VTR_EL2", "ICH_VMCR_EL2", "ICH_ELRSR_EL2", "TPIDR_EL1"] {
      guard let register = SystemRegister(named: name) else { continue }
      machine.cpu.systemRegisters[Self.thread, default: [:]][register] = 0
    }
    machine["VBAR"] = Self.guestVectors
    // MMU off, as the fixture guest's is.
    machine["SCTLR"] = 0x30c5_0830
    switch way {
    case .context:
      target.stand(at: exit)
      session = try HypervisorSession(
        target: target, symbols: SymbolFile(path: FixtureImages.hypervisor.get()))
    case .vectors:
      target.stand(atVector: exit)
      session = try HypervisorSession(target: target)
    case .trampoline:
      throw DebugError.cannotFindExits("another machine")
    }
    try #require(session.exits.way == way)
    try session.refresh()
    _ = target.takeTrace()
  }

  /// Everything that a debugger's instruction might change, by name.
  var state: [String: UInt64] {
    var state: [String: UInt64] = [:]
    for register in target.registers.all where register.bitWidth <= 64 {
      state[register.name.lowercased()] = target[register.name, of: Self.thread]
    }
    for (register, value) in target.cpu.systemRegisters[Self.thread] ?? [:] {
      state[register.typedName] = value
    }
    return state
  }

  /// EL2's code at an address.
  func code(at address: UInt64) -> [UInt8]? {
    target.memory.read(address, byteCount: 4, .physical)
  }

  subscript(name: String) -> UInt64 {
    get { target[SystemRegister(named: name)!] ?? 0 }
    nonmutating set { target[SystemRegister(named: name)!] = newValue }
  }
}
