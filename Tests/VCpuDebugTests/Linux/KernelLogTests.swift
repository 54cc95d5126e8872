import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct KernelLogTests {
  private static let layout = BTF(BTFFixture.kernel().bytes).flatMap { KernelLog.Layout($0) }

  /// Reads a fixture's memory at its addresses.
  private static func reader(_ bytes: [UInt8]) -> KernelLog.Read {
    { address, count in
      let offset = address &- KernelFixture.base
      guard offset < UInt64(bytes.count), count <= bytes.count - Int(offset) else { return nil }
      return Array(bytes[Int(offset)..<Int(offset) + count])
    }
  }

  private static func log(_ bytes: [UInt8]) throws -> KernelLog? {
    let layout = try #require(layout)
    return try KernelLog(
      at: KernelFixture.address(KernelFixture.ring), layout, read: reader(bytes))
  }

  private static func texts(_ log: KernelLog?, limit: Int? = nil) throws -> [String] {
    try #require(log).records(limit: limit).records.map {
      String(decoding: $0.text, as: UTF8.self)
    }
  }

  @Test func recordsAreInTheirOrder() throws {
    let log = try #require(try Self.log(KernelFixture.standard.bytes))
    let (records, lostCount) = try log.records()
    #expect(
      records.map { String(decoding: $0.text, as: UTF8.self) } == KernelFixture.records.map(\.text))
    #expect(records.map(\.nanoseconds) == KernelFixture.records.map(\.nanoseconds))
    #expect(records.map(\.sequence) == [0, 1, 2])
    #expect(records.map(\.level) == [6, 6, 5])
    #expect(records.allSatisfy { $0.facility == 0 && $0.isFinal })
    #expect(lostCount == 0)
    #expect(try Self.texts(log, limit: 2) == KernelFixture.records.suffix(2).map(\.text))
  }

  @Test(arguments: [0, 1, 2, 31, 32, 33, 40, 100, 257])
  func theRingsBeginAgain(count: Int) throws {
    let texts = (0..<count).map { "record \($0) " + String(repeating: "x", count: $0 * 7 % 23) }
    let log = try Self.log(
      KernelFixture(records: texts.map { KernelFixture.Record(1, $0) }).bytes)
    let found = try Self.texts(log)
    // As many as there are descriptors, of which the text may be overwritten by now.
    #expect(found == texts.suffix(found.count))
    #expect(found.count >= min(count, 20))
    #expect(try Self.texts(log, limit: 5) == texts.suffix(5))
  }

  @Test func anUnfinishedRecordIsMarkedOrLeftOut() throws {
    let log = try #require(
      try Self.log(
        KernelFixture(records: [
          .init(0, "first"), .init(1, "reserved", state: 0), .init(2, ""),
          .init(3, "old", state: 3), .init(4, "to be continued", state: 1),
        ]).bytes))
    let records = try log.records().records
    #expect(records.map(\.isFinal) == [true, true, false])
    #expect(try Self.texts(log) == ["first", "", "to be continued"])
  }

  @Test func textThatIsAnotherRecordsIsLost() throws {
    var fixture = KernelFixture.standard
    fixture.put(7, at: KernelFixture.text)
    let log = try #require(try Self.log(fixture.bytes))
    let (records, lostCount) = try log.records()
    #expect(records.count == 2 && lostCount == 1)
  }

  @Test func whatIsNoLogIsNone() throws {
    let places = [
      (0, 2), (0, 60), (8, 0x1000), (16, 3), (24, 1 << 40), (32, 0), (40, 60), (48, 0),
      (56, 1 << 40),
    ]
    for (place, value) in places {
      var fixture = KernelFixture.standard
      fixture.put(UInt64(value), at: KernelFixture.ring + place)
      #expect(try Self.log(fixture.bytes) == nil, "\(place)")
    }
    let layout = try #require(Self.layout)
    #expect(try KernelLog(at: 0x4000_0000, layout) { _, _ in nil } == nil)
    #expect(try KernelLog(at: KernelFixture.base + 4, layout) { _, _ in nil } == nil)
  }

  @Test func whateverTheRingsHaveReadingEnds() throws {
    var random = SplitMix(state: 60)
    let texts = (0..<50).map { KernelFixture.Record(UInt64($0), "record \($0)") }
    let original = KernelFixture(records: texts).bytes
    let places =
      Array(KernelFixture.ring..<KernelFixture.ring + 72)
      + Array(KernelFixture.descriptors..<KernelFixture.descriptors + 32 * 24)
      + Array(KernelFixture.infos..<KernelFixture.infos + 32 * 24)
    var readCount = 0
    for _ in 0..<400 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[places.randomElement(using: &random) ?? 0] =
          [0, 0xff, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      guard let log = try Self.log(bytes) else { continue }
      readCount += 1
      let (records, _) = try log.records()
      #expect(records.count <= 1 << 20)
      #expect(records.map(\.text.count).reduce(0, +) <= 1 << 26)
    }
    #expect(readCount > 50)
  }

  @Test func readingCanBeGivenUp() throws {
    struct GivenUp: Error {}
    let log = try #require(try Self.log(KernelFixture.standard.bytes))
    #expect(throws: GivenUp.self) { try log.records { throw GivenUp() } }
  }

  @Test func aLayoutWithoutAMemberIsNone() {
    var btf = BTFFixture()
    let int = btf.add(1, "int", 4, rest: [32])
    _ = btf.structure("printk_ringbuffer", byteCount: 72, [.init("desc_ring", int, 0)])
    #expect(BTF(btf.bytes).map { KernelLog.Layout($0) == nil } == true)
    #expect(BTF(btf.bytes).map { KernelTask.Layout($0) == nil } == true)
  }
}
