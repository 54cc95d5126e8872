import Foundation
import GDBRemote
import VCpuDebug

/// How fast memory is read in a session: physical, and a guest's through its tables, compared with the bare packets and
/// with GDB's `dump`, in one run.
struct MemoryBenchmark {
  static let byteCount = 16 << 20
  static let roundCount = 10
  /// As much as `x/1000xg` shows.
  static let examined = 8000

  let folder: URL
  let script: String
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
    let memory = session.memory
    // The guest's memory, and where it is in the machine's.
    let guest: UInt64 = 0x4000_0000
    guard let physical = try session.walks.walk(guest, in: .guest).output else {
      throw Failure("the guest has no memory")
    }
    func rate(_ read: (Int) throws -> Void) throws -> Double {
      Double(Self.byteCount) / 1e6 / (try best { try read(Self.byteCount) })
    }
    let bare = try rate { _ = try target.physicalBatch([.memory(at: physical, byteCount: $0)]) }
    let direct = try rate { _ = try memory.read(.physical, physical, byteCount: $0) }
    let walked = try rate { _ = try memory.read(.guest, guest, byteCount: $0) }
    let dump = try gdb()
    report("memory, bare packets", bare, "MB/s")
    report("memory, pa:", direct, "MB/s", bar: ">= 50")
    report("memory, guest:", walked, "MB/s", bar: ">= 30")
    report("memory, GDB's dump", dump, "MB/s")
    report("memory, guest:, times GDB's dump", walked / dump, "times")
    let packet = try best {
      _ = try target.physicalBatch([.memory(at: physical, byteCount: Self.examined)])
    }
    let known = try best { _ = try memory.read(.guest, guest, byteCount: Self.examined) }
    let first = try best(before: { try session.refresh() }) {
      _ = try memory.read(.guest, guest, byteCount: Self.examined)
    }
    report("1000 doublewords, bare packets", packet * 1e6, "us")
    report("1000 doublewords, guest:, first", first * 1e6, "us")
    report("1000 doublewords, guest:, of packets", known / packet, "times", bar: "<= 1.5")
    let walk = try best(before: { try session.refresh() }) {
      _ = try session.walks.walk(guest, in: .guest)
    }
    let again = try best { _ = try session.walks.walk(guest, in: .guest) }
    report("walk, first", walk * 1e6, "us")
    report("walk, again", again * 1e6, "us")
  }

  private func gdb() throws -> Double {
    let machine = try Machine(in: folder, boot: Loop.boot)
    defer { machine.end() }
    let text = try output(
      of: "gdb-multiarch", ["-nx", "-batch", "-x", script],
      environment: [
        "SOCKET": machine.socket, "COUNT": "0", "FRAME": "0", "STOP": "0", "REGISTERS": "",
        "MEMORY": "\(Self.byteCount)",
      ])
    guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("memory ") }),
      let rate = Double(line.dropFirst(7))
    else { throw Failure("GDB did not print its memory:\n\(text)") }
    return rate
  }

  /// Other work on this machine only slows it down.
  private func best(
    before prepare: () throws -> Void = {}, _ body: () throws -> Void
  ) throws -> Double {
    var best = Double.infinity
    for _ in 0..<Self.roundCount {
      try prepare()
      best = min(best, try time(body))
    }
    return best
  }
}
