import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct BTFTests {
  @Test(arguments: [false, true])
  func membersHaveTheirPlaces(isBigEndian: Bool) throws {
    let btf = try #require(BTF(BTFFixture.kernel(isBigEndian: isBigEndian).bytes))
    func member(_ path: String, _ structure: String, _ bitOffset: Int, _ bitCount: Int) {
      #expect(
        btf.member(path, of: structure)
          == KernelMember(bitOffset: bitOffset, bitCount: bitCount), "\(path)")
    }
    member("stack", "task_struct", 64, 64)
    // In an anonymous structure in an anonymous union.
    member("pid", "task_struct", 128, 32)
    member("tgid", "task_struct", 160, 32)
    member("comm", "task_struct", 256, 128)
    member("level", "printk_info", 157, 3)
    member("facility", "printk_info", 144, 8)
    member("text_data_ring.size_bits", "printk_ringbuffer", 320, 32)
    // Through a typedef and a qualifier.
    member("desc_ring.head_id.counter", "printk_ringbuffer", 192, 64)
    member("text_blk_lpos.next", "prb_desc", 128, 64)
    #expect(btf.byteCount(of: "task_struct") == 64)
    for path in ["", "nothing", "comm.x", "pid.x", "stack.x", "."] {
      #expect(btf.member(path, of: "task_struct") == nil, "\(path)")
    }
    #expect(btf.member("stack", of: "task_struc") == nil)
    #expect(btf.byteCount(of: "state") == nil)
  }

  @Test func aMembersValueIsItsBits() {
    let bytes: [UInt8] = [0xff, 0x12, 0b1010_0110, 0xff, 0, 0, 0, 0x80, 1]
    #expect(KernelMember(bitOffset: 8, bitCount: 8).value(in: bytes) == 0x12)
    #expect(KernelMember(bitOffset: 17, bitCount: 3).value(in: bytes) == 3)
    #expect(KernelMember(bitOffset: 0, bitCount: 64).value(in: bytes) == 0x8000_0000_ffa6_12ff)
    #expect(KernelMember(bitOffset: 8, bitCount: 64).value(in: bytes) == 0x0180_0000_00ff_a612)
    #expect(KernelMember(bitOffset: 4, bitCount: 64).value(in: bytes) == nil)
    #expect(KernelMember(bitOffset: 16, bitCount: 64).value(in: bytes) == nil)
    #expect(KernelMember(bitOffset: 0, bitCount: 0).value(in: bytes) == nil)
    #expect(KernelMember(bitOffset: 8, bitCount: 8).value(in: bytes[1...]) == 0b1010_0110)
  }

  @Test func whatIsIncompleteIsNone() {
    let bytes = BTFFixture.kernel().bytes
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(BTF(Array(bytes.prefix(count))) == nil)
    }
    #expect(BTF(bytes + [1, 2, 3]) != nil)
    var btf = BTFFixture()
    _ = btf.add(20, "unknown")
    #expect(BTF(btf.bytes) == nil)
    #expect(BTF(BTFFixture().bytes) == nil)
  }

  @Test func typesThatReferToEachOtherEnd() throws {
    var btf = BTFFixture()
    _ = btf.add(8, "a", 2)
    _ = btf.add(8, "b", 1)
    _ = btf.structure("itself", byteCount: 8, [.init("", 3, 0), .init("x", 1, 0)])
    // Each has two of the next: 2^40 ways to a member.
    for number in 4..<44 {
      _ = btf.structure(
        number == 4 ? "many" : "", byteCount: 8,
        [.init("", number + 1, 0), .init("", number + 1, 0)])
    }
    let array = btf.add(3, "", 0, rest: [45, 1, 0xffff_ffff])
    _ = btf.add(3, "", 0, rest: [array, 1, 0xffff_ffff])
    _ = btf.structure("large", byteCount: 8, [.init("x", array, 0), .init("y", array + 1, 0)])
    let types = try #require(BTF(btf.bytes))
    #expect(types.member("x", of: "itself") == nil)
    #expect(types.member("y", of: "itself") == nil)
    #expect(types.member("y", of: "many") == nil)
    #expect(types.member("x", of: "large") == nil)
    #expect(types.member("y", of: "large") == nil)
  }

  @Test func itIsFoundInMemory() throws {
    let fixture = KernelFixture.standard
    let kernel = KallsymsFixture.kernel(fixture.bytes)
    let everywhere = [0..<fixture.bytes.count]
    let found = try #require(try BTF(kernel, at: nil, in: everywhere))
    #expect(found.byteCount(of: "prb_desc") == 24)
    #expect(try BTF(kernel, at: KernelFixture.btf, in: []) != nil)
    #expect(try BTF(kernel, at: KernelFixture.btf + 4, in: []) == nil)
    // What only looks like types doesn't end the search.
    var bytes = fixture.bytes
    let fake = Array(BTFFixture.kernel().bytes.prefix(200)) + [1]
    for place in [0x1000, 0x2000, 0x3002] {
      bytes.replaceSubrange(place..<place + fake.count, with: fake)
    }
    #expect(try BTF(KallsymsFixture.kernel(bytes), at: 0x1000, in: everywhere) != nil)
    // Where many things look like types, only some of them are looked at.
    for place in stride(from: 0x1000, to: 0x9000, by: 256) {
      bytes.replaceSubrange(place..<place + fake.count, with: fake)
    }
    #expect(try BTF(KallsymsFixture.kernel(bytes), at: nil, in: everywhere) == nil)
    struct GivenUp: Error {}
    #expect(throws: GivenUp.self) {
      try BTF(kernel, at: nil, in: everywhere) { throw GivenUp() }
    }
  }

  @Test func whateverTheTypesSayReadingEnds() {
    var random = SplitMix(state: 36)
    let original = BTFFixture.kernel().bytes
    var readCount = 0
    for _ in 0..<2000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] =
          [0, 0xff, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      guard let btf = BTF(bytes) else { continue }
      readCount += 1
      _ = KernelLog.Layout(btf)
      _ = KernelTask.Layout(btf)
      for name in ["task_struct", "printk_info", ""] { _ = btf.byteCount(of: name) }
    }
    #expect(readCount > 100)
  }

  @Test(
    .enabled(if: DebianKernel.image != nil, "there is no .linux: scripts/setup --linux fetches it"))
  func debiansTypesAreRead() throws {
    let bytes = [UInt8](try #require(DebianKernel.image))
    let btf = try #require(
      try BTF(KallsymsFixture.kernel(bytes), at: nil, in: [0..<bytes.count]))
    #expect(btf.count > 50_000)
    #expect(KernelLog.Layout(btf) != nil && KernelTask.Layout(btf) != nil)
    #expect(btf.member("comm", of: "task_struct")?.bitCount == 128)
  }
}

/// The kernel that `scripts/setup --linux` fetches.
enum DebianKernel {
  static let image: Data? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    return try? Data(contentsOf: root.appending(path: ".linux/Image").standardized)
  }()
}
