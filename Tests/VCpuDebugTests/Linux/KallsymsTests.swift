import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct KallsymsTests {
  @Test(arguments: KallsymsFixture.Layout.allCases)
  func everyLayoutIsRead(layout: KallsymsFixture.Layout) throws {
    let fixture = KallsymsFixture(layout)
    let kallsyms = try #require(try Kallsyms(fixture.kernel))
    #expect(kallsyms.entries.map(kallsyms.text) == fixture.names)
    #expect(kallsyms.entries.map(\.address) == fixture.addresses)
  }

  @Test func aKernelThatHasNotRelocatedItselfHasNoAddresses() throws {
    let fixture = KallsymsFixture(.linux6_2, relativeBase: 0)
    #expect(try Kallsyms(fixture.kernel) == nil)
    let kallsyms = try #require(
      try Kallsyms(fixture.kernel, unrelocatedBase: KallsymsFixture.base))
    #expect(kallsyms.entries.map(\.address) == fixture.addresses)
  }

  @Test(arguments: [300, 512, 513, 2048])
  func anyNumberOfSymbolsIsRead(count: Int) throws {
    let fixture = KallsymsFixture(.linux6_1, count: count)
    #expect(try Kallsyms(fixture.kernel)?.entries.count == count)
  }

  @Test func whatCannotBeReadIsNoTable() throws {
    let fixture = KallsymsFixture(.linux6_2)
    let middle = fixture.tables.lowerBound + fixture.tables.count / 2
    #expect(
      try Kallsyms(KallsymsFixture.kernel(fixture.bytes, unreadable: middle..<middle + 1)) == nil)
    #expect(try Kallsyms(KallsymsFixture.kernel([])) == nil)
    #expect(try Kallsyms(KallsymsFixture.kernel(fixture.bytes, unreadable: 0..<4)) != nil)
  }

  @Test func aSearchCanBeGivenUp() {
    struct GivenUp: Error {}
    let kernel = KallsymsFixture(.linux5).kernel
    #expect(throws: GivenUp.self) { try Kallsyms(kernel) { throw GivenUp() } }
  }

  @Test(arguments: KallsymsFixture.Layout.allCases)
  func whateverTheTablesHaveTheSearchEnds(layout: KallsymsFixture.Layout) throws {
    var random = SplitMix(state: 16)
    let fixture = KallsymsFixture(layout, count: 600)
    var readCount = 0
    for _ in 0..<60 {
      var bytes = fixture.bytes
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: fixture.tables, using: &random)
        bytes[place] =
          [0, 0xff, .random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
      }
      guard let kallsyms = try Kallsyms(KallsymsFixture.kernel(bytes)) else { continue }
      readCount += 1
      #expect(kallsyms.entries.count <= Kallsyms.countLimit)
      #expect(kallsyms.entries.allSatisfy { $0.name < kallsyms.strings.count })
      #expect(SymbolTable(kallsyms).count <= kallsyms.entries.count)
    }
    // Some of the changes are in names: they are others then.
    #expect(readCount > 0)
  }

  @Test func memoryFullOfTokensHasNoTable() throws {
    // The digits are everywhere, and so is what looks like markers.
    let digits: [UInt8] = (0..<10).flatMap { (digit: UInt8) -> [UInt8] in [48 + digit, 0] }
    let tokens = [[UInt8]](repeating: digits, count: 100_000).flatMap { $0 }
    #expect(try Kallsyms(KallsymsFixture.kernel(tokens)) == nil)
    var fixture = KallsymsFixture(.linux5)
    let step = [[UInt8]](repeating: [0, 0, 0, 0, 1, 4, 0, 0], count: 400_000).flatMap { $0 }
    fixture.bytes.replaceSubrange(
      0..<fixture.tables.lowerBound, with: step.prefix(fixture.tables.lowerBound))
    #expect(try Kallsyms(fixture.kernel)?.entries.count == fixture.names.count)
  }

  @Test func symbolsAreOfTheKernelsCode() throws {
    let fixture = KallsymsFixture(.linux6_2)
    let table = SymbolTable(try #require(try Kallsyms(fixture.kernel)))
    let vectors = try #require(table.symbol(named: "vectors"))
    #expect(vectors.address == KallsymsFixture.base + 48)
    #expect(vectors.kind == .function && vectors.isGlobal)
    #expect(table.symbol(at: vectors.address + 47)?.name == "vectors")
    #expect(table.end(of: vectors) == vectors.address + 48)
    #expect(table.symbol(named: "name_3_of_757")?.kind == .object)
    #expect(table.isCode(vectors.address))
    #expect(!table.isCode(KallsymsFixture.base - 1))
    #expect(table.symbol(at: KallsymsFixture.base - 1) == nil)
  }

  @Test(
    .enabled(if: DebianKernel.image != nil, "there is no .linux: scripts/setup --linux fetches it"))
  func debiansKernelIsRead() throws {
    let bytes = [UInt8](try #require(DebianKernel.image))
    let kernel = KallsymsFixture.kernel(bytes)
    let kallsyms = try #require(try Kallsyms(kernel, unrelocatedBase: KallsymsFixture.base))
    #expect(kallsyms.entries.count > 10_000)
    #expect(kallsyms.address(of: "vectors").map { $0 % 2048 } == 0)
    #expect(kallsyms.address(of: "start_kernel") != nil)
    // Samples lead to the table: most of the kernel isn't read.
    #expect(kernel.readCount * KernelBytes.blockByteCount < bytes.count / 2)
    #expect(
      LinuxKernel.byteCount(header: Array(bytes.prefix(64))).map { $0 >= bytes.count } == true)
  }
}
