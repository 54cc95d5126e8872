import Testing

@testable import GDBRemote

/// Conditions that the stub evaluates.
struct ConditionTests {
  private let condition = AgentExpression.register(0x21).and(.constant(0xc)).equals(.constant(8))

  /// GDB manual, Bytecode Descriptions.
  @Test func bytecode() {
    #expect(condition.bytes == [0x26, 0, 0x21, 0x22, 0xc, 0x0f, 0x22, 8, 0x13, 0x27])
    #expect(AgentExpression.constant(0x1234).bytes == [0x23, 0x12, 0x34, 0x27])
    #expect(AgentExpression.constant(0x1_0000).bytes == [0x24, 0, 1, 0, 0, 0x27])
    #expect(
      AgentExpression.constant(1 << 63).bytes == [0x25, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x27])
    for (byteCount, code) in [(1, 0x17), (2, 0x18), (4, 0x19), (8, 0x1a)] as [(Int, UInt8)] {
      #expect(
        AgentExpression.memory(at: .constant(1), byteCount: byteCount).bytes
          == [0x22, 1, code, 0x27])
    }
    let one = AgentExpression.constant(1)
    let operators: [(AgentExpression, UInt8)] = [
      (one.plus(one), 0x02), (one.minus(one), 0x03), (one.times(one), 0x04),
      (one.shiftedLeft(one), 0x09), (one.shiftedRight(one), 0x0b), (one.or(one), 0x10),
      (one.exclusiveOr(one), 0x11), (one.isLessSigned(than: one), 0x14),
      (one.isLess(than: one), 0x15),
    ]
    for (expression, code) in operators {
      #expect(expression.bytes == [0x22, 1, 0x22, 1, code, 0x27])
    }
    #expect(one.negated.bytes == [0x22, 1, 0x0e, 0x27])
  }

  @Test func aBreakpointCarriesItsConditions() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures)
    let target = try RemoteTarget(transport: stub)
    let other = AgentExpression.constant(0)
    let count = stub.packets.count
    func insert(_ condition: AgentExpression?) throws {
      try target.insertBreakpoint(.software, at: 0x1000, length: 1, condition: condition)
    }
    func remove(_ condition: AgentExpression?) throws {
      try target.removeBreakpoint(.software, at: 0x1000, length: 1, condition: condition)
    }
    try insert(condition)
    try insert(other)
    try insert(condition)  // Nothing new for the stub.
    try insert(nil)
    try remove(nil)
    #expect(remoteError { try remove(nil) }?.code == .noSuchBreakpoint)
    try remove(other)
    try remove(condition)
    try remove(condition)
    #expect(
      stub.packets[count...] == [
        "Z0,1000,1;Xa,260021220c0f22081327",
        "Z0,1000,1;Xa,260021220c0f22081327X3,220027", "Z0,1000,1",
        "Z0,1000,1;Xa,260021220c0f22081327X3,220027", "Z0,1000,1;Xa,260021220c0f22081327",
        "z0,1000,1",
      ])
    #expect(target.insertedBreakpoints.isEmpty)
  }

  /// QEMU ignores conditions, and always stops.
  @Test func aStubThatDoesNotAnnounceConditionsGetsNone() throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    let error = remoteError {
      try target.insertBreakpoint(.software, at: 0x1000, length: 4, condition: condition)
    }
    #expect(error?.code == .unsupported)
    #expect(stub.breakpoints.isEmpty)
  }
}
