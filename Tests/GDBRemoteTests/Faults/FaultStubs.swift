@testable import GDBRemote

/// The kinds of stubs that sessions with faults have.
enum FaultStub: String, CaseIterable {
  /// Pipelined; the client acknowledges nothing, the stub everything.
  case qemu
  /// Both sides acknowledge, one request at a time.
  case acknowledged
  /// Neither side acknowledges once that is agreed.
  case unacknowledged

  /// A stopped machine whose registers and memory all differ, with packets so short that what is read and
  /// written takes several.
  func make(_ part: FaultSession.Part = .connection, packetSize: Int = 0x100) -> FakeStub {
    let stub = FakeStub()
    let size = "PacketSize=\(String(packetSize, radix: 16));qXfer:features:read+"
    switch self {
    case .qemu: stub.features = size + ";vContSupported+;multiprocess+"
    case .acknowledged:
      stub.kind = .plain
      stub.features = size
    case .unacknowledged:
      stub.kind = .plain
      stub.features = size + ";QStartNoAckMode+"
    }
    stub.documents = part == .connection ? Self.documents : Self.shortDocument
    // The stub's `g` has all registers, which is not what the short document says.
    if part != .connection { stub.answers["g"] = "" }
    stub.threadCount = 2
    for index in stub.general.indices {
      stub.general[index] = 0x1111_0000 + UInt64(index) * 0x1_0001
    }
    stub.pc = 0x1000
    stub.loopEnd = 0x1040
    stub.memory = Self.memory
    return stub
  }

  /// Numbering continues across documents, so a missing document shifts what follows.
  private static let documents: [String: String] = {
    func registers(_ names: [String]) -> String {
      names.map { "<reg name=\"\($0)\" bitsize=\"\($0 == "cpsr" ? 32 : 64)\"/>" }.joined()
    }
    return [
      "target.xml":
        "<target><xi:include href=\"x\"/><xi:include href=\"pc\"/><xi:include href=\"el2\"/></target>",
      "x": "<feature name=\"org.gnu.gdb.aarch64.core\">"
        + registers((0..<31).map { "x\($0)" }) + "</feature>",
      "pc": "<feature name=\"core2\">\(registers(["sp", "pc", "cpsr"]))</feature>",
      "el2": "<feature name=\"sys\"><reg name=\"ESR_EL2\" bitsize=\"64\" regnum=\"72\"/></feature>",
    ]
  }()

  /// The registers that the later parts look at, in one document.
  private static let shortDocument: [String: String] = {
    let numbers =
      [1, 4, 5, 6, 7, 8].map { ("x\($0)", $0) } + [("pc", 32), ("cpsr", 33), ("ESR_EL2", 72)]
    let registers = numbers.map { name, number in
      "<reg name=\"\(name)\" bitsize=\"\(name == "cpsr" ? 32 : 64)\" regnum=\"\(number)\"/>"
    }
    return ["target.xml": "<target><feature name=\"f\">\(registers.joined())</feature></target>"]
  }()

  private static let memory: [UInt64: UInt8] = {
    let stub = FakeStub()
    stub.fill(0x2000..<0x2400)
    return stub.memory
  }()
}
