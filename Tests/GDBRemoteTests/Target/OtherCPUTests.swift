import Testing

@testable import GDBRemote

/// The CPUs of QEMU's other clusters, as `-M xlnx-zcu102` has them.
@Suite struct OtherCPUTests {
  private final class Clusters {
    var isAttached = false
    var descriptions = ["p2.5": "cortex-r5f-arm-cpu rpu-cpu[0] [halted ]"]
    var list = "mp01.01,p02.05,p02.06"

    func answer(_ packet: String) -> [String]? {
      switch packet {
      case "vAttach;2":
        isAttached = true
        return ["T05thread:p02.05;"]
      case let other where other.hasPrefix("vAttach"): return ["E22"]
      case "D;2":
        isAttached = false
        return ["OK"]
      case "qfThreadInfo": return [isAttached ? list : "mp01.01"]
      case "qsThreadInfo": return ["l"]
      case let other where other.hasPrefix("qThreadExtraInfo,"):
        let text = descriptions[String(other.dropFirst("qThreadExtraInfo,".count))]
        return [text.map { Self.digits($0) } ?? "E22"]
      default: return nil
      }
    }

    private static func digits(_ text: String) -> String {
      var digits: [UInt8] = []
      Hex.append(Array(text.utf8), to: &digits)
      return String(decoding: digits, as: UTF8.self)
    }
  }

  private func target(_ clusters: Clusters) throws -> (RemoteTarget, FakeStub) {
    let stub = FakeStub()
    stub.respond = { clusters.answer($0) }
    return (try RemoteTarget(transport: stub), stub)
  }

  @Test func theyAreListedByAttaching() throws {
    let clusters = Clusters()
    let (target, stub) = try target(clusters)
    try target.insertBreakpoint(.software, at: 0x1000)
    let count = stub.packets.count
    let others = try target.otherCPUs()
    #expect(others.map(\.id) == [ThreadID(process: 2, thread: 5), ThreadID(process: 2, thread: 6)])
    #expect(others.map(\.details) == ["cortex-r5f-arm-cpu rpu-cpu[0] [halted ]", ""])
    #expect(others.map(\.architectureName) == ["aarch64", "aarch64"])
    // Breakpoints aren't there meanwhile.
    let packets = stub.packets.dropFirst(count).filter { !$0.hasPrefix("q") }
    #expect(packets == ["z0,1000,4", "vAttach;2", "D;2", "vAttach;3", "Z0,1000,4"])
    #expect(!clusters.isAttached)
    #expect(target.insertedBreakpoints.count == 1)
    // The stub has another CPU selected.
    let next = stub.packets.count
    _ = try target.batch([.generalRegisters])
    #expect(stub.packets.dropFirst(next).first == "Hgp1.1")
    #expect(try target.threads() == [ThreadID(process: 1, thread: 1)])
  }

  @Test func aMachineWithoutClustersHasNone() throws {
    let stub = FakeStub()
    stub.answers["vAttach;2"] = "E22"
    #expect(try RemoteTarget(transport: stub).otherCPUs() == [])
    let other = try RemoteTarget(transport: RealStubs.stub(announcing: "PacketSize=400"))
    #expect(try other.otherCPUs() == [])
  }

  /// Whatever goes wrong, the connection is detached, and the breakpoints are there again.
  @Test func aListThatCannotBeRead() throws {
    let clusters = Clusters()
    clusters.list = "nonsense"
    let (target, stub) = try target(clusters)
    try target.insertBreakpoint(.software, at: 0x1000)
    #expect(throws: RemoteError.self) { try target.otherCPUs() }
    #expect(!clusters.isAttached)
    #expect(stub.packets.last == "Z0,1000,4")
    #expect(target.insertedBreakpoints.count == 1)
  }
}
