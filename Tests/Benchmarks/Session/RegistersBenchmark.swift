import ArmVCpu
import Foundation
import GDBRemote
import VCpuDebug

/// The cost of making the CPU read registers itself, at an exit of our hypervisor, compared with plain steps; each read
/// takes one step.
struct RegistersBenchmark {
  static let roundCount = 20
  /// The number of registers that are read together.
  static let rowCount = 60

  let folder: URL
  let project: URL

  func run() throws {
    let image = project.appending(path: ".build-image/aarch64-none-none-elf/release/vcpu-image")
      .path
    let machine = try Machine(in: folder, boot: try WaySubject.bootOfOurs(image, in: folder))
    defer { machine.end() }
    let target = try RemoteTarget(connectingTo: .unix(path: machine.socket), timeout: .seconds(20))
    let session = try HypervisorSession(
      target: target, modules: [Module(try SymbolFile(path: image), in: .hypervisor)])
    _ = try session.points.addCatchpoint(.exit([.any]))
    try session.resume()
    while try session.poll() == nil {
      var descriptor = pollfd(fd: target.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 30_000) > 0 else { throw Failure("there is no exit") }
    }
    let system = session.registers.system
    let hidden = RegisterGroup.el2.registers.filter { !system.isShown($0) }
    guard let one = SystemRegister(named: "ich_hcr_el2"), hidden.count >= Self.rowCount else {
      throw Failure("the stub shows the registers that are to be executed")
    }
    // The first read finds out what is the same for every read.
    _ = try system.answers(for: [one])
    let single = try best { _ = try system.answers(for: [one]) }
    let row = try best { _ = try system.answers(for: Array(hidden.prefix(Self.rowCount))) }
    let group = try best { _ = try system.answers(for: RegisterGroup.el2.registers) }
    let step = try best {
      for _ in 0..<Self.rowCount {
        try target.resume(.step(target.selectedThread))
        _ = try target.waitForStop(timeout: .seconds(20))
      }
    }
    report("one register, executed", single * 1e3, "ms")
    report("\(Self.rowCount) registers in a row, executed", row * 1e3, "ms", bar: "<= 50")
    report("\(Self.rowCount) bare steps", step * 1e3, "ms")
    report("executed registers, of bare steps", row / step, "times", bar: "<= 3")
    report(
      "info registers el2, \(RegisterGroup.el2.registers.count) registers", group * 1e3, "ms",
      bar: "<= 100")
  }

  /// Other work on this machine only slows it down.
  private func best(_ body: () throws -> Void) throws -> Double {
    var best = Double.infinity
    for _ in 0..<Self.roundCount { best = min(best, try time(body)) }
    return best
  }
}
