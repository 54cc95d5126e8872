import Testing

@testable import VCpuDebug

struct SnapshotMemoryTests {
  private static let key = SnapshotMemory.Key(space: .physical)

  private func bytes(
    _ memory: SnapshotMemory, _ address: UInt64, _ byteCount: Int
  ) -> [UInt8]? {
    try? memory.read(address, byteCount: byteCount, of: Self.key).get()
  }

  @Test func whatWasReadFirstStays() {
    var memory = SnapshotMemory()
    memory.note([1, 2], at: 0x102, of: Self.key)
    memory.note([9, 9, 9, 9, 9, 9, 9], at: 0x100, of: Self.key)
    #expect(bytes(memory, 0x100, 7) == [9, 9, 1, 2, 9, 9, 9])
    #expect(memory.byteCount == 7)
    #expect(memory.ranges.memory.map(\.byteCount) == [7])
    #expect(memory.bytes == [9, 9, 1, 2, 9, 9, 9])
  }

  @Test func holesAreNotRead() {
    var memory = SnapshotMemory()
    memory.note([1, 2], at: 0x100, of: Self.key)
    memory.note([3], at: 0x103, of: Self.key)
    #expect(bytes(memory, 0x100, 2) == [1, 2])
    #expect(bytes(memory, 0x101, 2) == nil)
    #expect(bytes(memory, 0xff, 2) == nil)
    #expect(bytes(memory, 0x103, 1) == [3])
    #expect(memory.ranges.memory.map(\.start.value) == [0x100, 0x103])
  }

  @Test func theEndOfTheAddressSpaceIsMemoryToo() {
    var memory = SnapshotMemory()
    memory.note([1, 2], at: .max - 1, of: Self.key)
    #expect(bytes(memory, .max - 1, 2) == [1, 2])
    #expect(bytes(memory, .max, 2) == nil)
    memory.note([1, 2], at: .max, of: Self.key)
    #expect(memory.byteCount == 2)
    memory.note([7, 8, 9], at: .max - 2, of: Self.key)
    #expect(bytes(memory, .max - 2, 3) == [7, 1, 2])
  }

  @Test func gapsSayWhy() throws {
    var memory = SnapshotMemory()
    let failure = SavedFailure(.stubError, "the stub answered E14")
    memory.note(failure, at: 0x1000, byteCount: 0x1000, of: Self.key)
    memory.note([5], at: 0x1800, of: Self.key)
    #expect(memory.read(0x1ffc, byteCount: 8, of: Self.key) == .failure(failure))
    #expect(memory.read(0x1800, byteCount: 1, of: Self.key) == .success([5]))
    guard case .failure(let other) = memory.read(0x2000, byteCount: 1, of: Self.key) else {
      Issue.record("memory that nobody read")
      return
    }
    #expect(other.stubText == "it was not saved in the snapshot")
  }

  /// Against memory that is kept byte by byte.
  @Test func agreesWithBytes() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var memory = SnapshotMemory()
      var known: [UInt64: UInt8] = [:]
      for _ in 0..<20 {
        let start = UInt64.random(in: 0..<60, using: &generator)
        let bytes = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
        memory.note(bytes, at: start, of: Self.key)
        for (index, byte) in bytes.enumerated() where known[start + UInt64(index)] == nil {
          known[start + UInt64(index)] = byte
        }
      }
      for address in 0..<80 as Range<UInt64> {
        for byteCount in 1...9 {
          let wanted = (0..<UInt64(byteCount)).map { known[address + $0] }
          #expect(bytes(memory, address, byteCount) == wanted as? [UInt8])
        }
      }
      #expect(memory.byteCount == known.count)
    }
  }
}
