import Foundation
import GDBRemote

@testable import ArmVCpu
@testable import VCpuDebug

/// A session with a `ForeignMachine`, in the tests' process: for details that text doesn't show.
final class LiveSession {
  let machine: ForeignMachine
  let target: RemoteTarget
  let session: HypervisorSession
  private let traffic: Traffic

  /// How often the stub was waited for.
  private final class Traffic {
    var roundTripCount = 0
    private var last = LogDirection.received

    func note(_ direction: LogDirection) {
      if direction == .received, last == .sent { roundTripCount += 1 }
      last = direction
    }
  }

  init(_ machine: ForeignMachine) throws {
    self.machine = machine
    let traffic = Traffic()
    self.traffic = traffic
    target = try RemoteTarget(
      connectingTo: Endpoint(parsing: machine.endpoint), timeout: .seconds(20),
      log: { direction, _ in traffic.note(direction) })
    session = try HypervisorSession(target: target)
  }

  deinit { target.disconnect() }

  /// Runs the target until its guest's next exit.
  func continueToExit(within time: Duration = .seconds(60)) throws {
    try session.resume()
    let deadline = ContinuousClock.now + time
    while ContinuousClock.now < deadline {
      if let event = try session.poll() {
        guard case .exit = event else { throw machine.failure("instead of an exit came \(event)") }
        return
      }
      var descriptor = pollfd(fd: target.fileDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&descriptor, 1, 100)
    }
    throw machine.failure("there was no exit within \(time)")
  }

  /// How often the stub is waited for in `body`.
  func roundTrips(_ body: () throws -> Void) rethrows -> Int {
    let before = traffic.roundTripCount
    try body()
    return traffic.roundTripCount - before
  }

  // MARK: What the stub shows

  /// The system registers that it shows under a name from the manual.
  var shownSystemRegisters: [(register: SystemRegister, description: RegisterDescription)] {
    target.registers.all.filter { $0.group == "cp_regs" }.compactMap { description in
      SystemRegister(named: description.name).map { ($0, description) }
    }
  }

  /// What the stub itself returns, whatever the session knows.
  func values(of registers: [RegisterDescription]) throws -> [UInt64] {
    try target.batch(registers.map { .register($0) }).map {
      guard let value = RegisterDescription.integer(try $0.bytes()) else {
        throw HarnessError("a register is wider than 64 bits")
      }
      return value
    }
  }

  /// Everything that an executed instruction might change, as the stub shows it.
  struct Snapshot {
    /// x0–x30, SP, PC, PSTATE and the system registers, with the stub's numbers: its names repeat.
    let registers: [String: UInt64]
    /// The memory around the PC.
    let code: [UInt8]

    /// The differences, in words.
    func differences(from other: Self) -> [String] {
      let changed = registers.keys.sorted().filter { registers[$0] != other.registers[$0] }.map {
        name in
        let values = [other, self].map { String($0.registers[name] ?? 0, radix: 16) }
        return "\(name): \(values[0]) -> \(values[1])"
      }
      return changed + (code == other.code ? [] : ["the code at the PC"])
    }
  }

  func snapshot() throws -> Snapshot {
    let general = (0...30).map { "x\($0)" } + ["sp", "pc", "cpsr"]
    let descriptions =
      try general.map { try target.register(named: $0) }
      + target.registers.all.filter { $0.group == "cp_regs" }
    let values = try values(of: descriptions)
    var registers: [String: UInt64] = [:]
    for (description, value) in zip(descriptions, values) {
      // A timer's condition (ISTATUS, bit 2) is met as time goes by.
      let isTimer = description.name.hasPrefix("CNT") && description.name.contains("_CTL_")
      registers["\(description.name) (\(description.number))"] = isTimer ? value & ~4 : value
    }
    let pc = values[32]
    let code = try target.readMemory(at: pc & ~0x3f, byteCount: 128)
    return Snapshot(registers: registers, code: code)
  }
}
