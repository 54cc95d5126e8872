import Testing

@testable import GDBRemote

struct ByteOrderTests {
  typealias Order = RegisterDescription.ByteOrder

  @Test func valuesOfBytes() {
    #expect(Order.little.integer([0x12, 0x34, 0x56]) == 0x563412)
    #expect(Order.big.integer([0x12, 0x34, 0x56]) == 0x123456)
    #expect(Order.big.integer([UInt8](repeating: 0, count: 9)) == nil)
    #expect(Order.big.integer([] as [UInt8]) == 0)
  }

  @Test func bytesOfValues() {
    #expect(Order.little.bytes(of: 0x1234, byteCount: 4) == [0x34, 0x12, 0, 0])
    #expect(Order.big.bytes(of: 0x1234, byteCount: 4) == [0, 0, 0x12, 0x34])
    #expect(Order.big.bytes(of: 0x123456, byteCount: 2) == [0x34, 0x56])
    #expect(Order.big.bytes(of: 1, byteCount: 10) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test(
    arguments: [
      ("aarch64", nil, .little), ("arm", nil, .little), ("aarch64_be", .big, .big),
      ("armeb", .big, .big), ("i386:x86-64", .little, .little), ("riscv:rv64", .little, .little),
      ("powerpc:common64", nil, .big), ("powerpc64le", .little, .little), ("mips", nil, .big),
      ("mipsel", .little, .little), ("s390:64-bit", .big, .big), ("sparc:v9", .big, .big),
      ("xtensa", nil, .little), (nil, nil, .little),
    ] as [(String?, Order?, Order)])
  func ordersOfArchitectures(name: String?, only: Order?, usual: Order) {
    #expect(Order.only(for: name) == only)
    #expect(Order.usual(for: name) == usual)
  }

  @Test(
    arguments: [
      ([3, 0, 0, 0, 0, 0, 0, 0], 8, .little), ([0, 0, 0, 0, 0, 0, 0, 6], 8, .big),
      ([3, 0, 0, 0, 64, 0, 0, 0], 4, .little), ([0, 0, 0, 33, 0, 0, 0, 0], 4, .big),
      ([3, 0, 0, 0, 0, 0, 0, 3], 8, nil), ([0, 0, 0, 0], 4, nil), ([3, 0], 4, nil),
    ] as [([UInt8], Int, Order?)])
  func theOrderOfAnAuxiliaryVector(bytes: [UInt8], word: Int, wanted: Order?) {
    #expect(AuxiliaryVector.byteOrder(of: bytes, wordByteCount: word) == wanted)
  }

  @Test func aProgramsOrderIsWhatItsSystemSays() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400;qXfer:features:read+;qXfer:auxv:read+")
    let bigEndian: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0x10, 0]
    stub.respondInBytes = { $0.hasPrefix("qXfer:auxv") ? [UInt8(ascii: "l")] + bigEndian : nil }
    let target = try RemoteTarget(transport: stub)
    #expect(try target.byteOrderOfProgram() == .big)
    target.byteOrder = .big
    #expect(try target.auxiliaryVector()[6] == 0x1000)
    stub.respondInBytes = { $0.hasPrefix("qXfer:auxv") ? Array("E01".utf8) : nil }
    #expect(try target.byteOrderOfProgram() == nil)
    let without = try RemoteTarget(transport: RealStubs.stub(announcing: "PacketSize=400"))
    #expect(try without.byteOrderOfProgram() == nil)
  }
}
