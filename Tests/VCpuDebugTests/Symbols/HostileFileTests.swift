import Foundation
import Testing

@testable import VCpuDebug

/// Files that lie: reading them ends, takes little memory, and loses nothing else.
@Suite(.timeLimit(.minutes(2))) struct HostileFileTests {
  /// Each byte of the file is in 20,000 segments: as contents that would be gigabytes.
  @Test func segmentsThatOverlap() throws {
    var file = HostileELF()
    file.segments = (0..<20_000).map {
      .init(address: 0x1000 + UInt64($0), offset: 0, byteCount: 1 << 20)
    }
    try file.withFile { path in
      let read = try SymbolFile(path: path, requiresSymbols: false)
      #expect(throws: SymbolFileError.self) { try read.loadSegments() }
      #expect(read.executableRanges.count == 20_000)
      let module = Module(read, in: .plain)
      #expect(module.codeRange?.lowerBound == 0x1000)
      #expect(module.codeRange?.upperBound == 0x1000 + 19_999 + 0xfffff)
      #expect(module.contents(at: 0x1004, byteCount: 4)?.count == 4)
    }
  }

  /// 65,000 symbols at one place, and as many sections around it. Each symbol's name is the end of the one before: they
  /// would be two gigabytes.
  @Test func sectionsAndSymbolsThatOverlap() throws {
    let count = 65_000
    var file = HostileELF()
    file.sections = [
      .init(name: ".text", flags: 6, address: 0x1000, bytes: [0xd6, 0x5f, 0x03, 0xc0]),
      .init(
        name: ".symtab", type: 2, bytes: HostileELF.symbols(count: count) { $0 + 1 }, link: 3,
        entryByteCount: 24),
      .init(name: ".strtab", type: 3, bytes: [0] + [UInt8](repeating: 0x61, count: count) + [0]),
    ]
    file.sections += (0..<count).map { .init(name: ".s", flags: 6, address: UInt64($0), bytes: []) }
    try file.withFile { path in
      let read = try SymbolFile(path: path)
      let module = Module(read, in: .plain)
      #expect(read.symbolCount < count)
      #expect(read.symbolCount > 10)
      #expect(module.symbol(at: 0x1002)?.offset == 2)
      #expect(module.symbols(named: "b").isEmpty)
      #expect(module.symbols(named: "x::a").isEmpty)
      _ = module.names(withPrefix: "a")
      FileTarget.read(path)
    }
  }

  /// As many symbols of one name, which is used that often for local functions.
  @Test func symbolsOfOneName() throws {
    let count = 60_000
    var file = HostileELF()
    file.sections = [
      .init(name: ".text", flags: 6, address: 0x1000, bytes: [0xd6, 0x5f, 0x03, 0xc0]),
      .init(
        name: ".symtab", type: 2, bytes: HostileELF.symbols(count: count) { _ in 1 }, link: 3,
        entryByteCount: 24),
      .init(name: ".strtab", type: 3, bytes: [0] + Array("name".utf8) + [0]),
    ]
    try file.withFile { path in
      let read = try SymbolFile(path: path)
      #expect(read.symbolCount == count)
      #expect(Module(read, in: .plain).symbols(named: "name").count == 1)
    }
  }

  /// Types that are made of themselves.
  @Test func typesInCircles() throws {
    try entries(circles).withFile { path in
      let elf = try ELFHandle(path: path)
      let types = ProgramTypes(try #require(DebugInformation(elf: elf)))
      defer { types.forgetTypes() }
      for name in ["struct s", "t"] {
        let type = try #require(types.type(named: name))
        #expect(!TypeText.ptype(type, hasOffsets: true).isEmpty)
        _ = type.byteCount
      }
      FileTarget.read(path)
    }
  }

  /// Blocks in blocks, as many as fit into the file.
  @Test func blocksInBlocks() throws {
    try entries([UInt8](repeating: 6, count: 200_000)).withFile { FileTarget.read($0) }
  }

  /// An abbreviation with more attributes than any entry has, and one whose number is the greatest.
  @Test func abbreviationsThatAreTooLong() throws {
    var attributes: [UInt8] = []
    for _ in 0..<200_000 { attributes += [0x3b, 0x19] as [UInt8] }
    let greatest: [UInt8] = Array(repeating: 0xff, count: 9) + [1]
    var more = HostileELF.leb(7)
    more += [0x34, 0] as [UInt8]
    more += attributes
    more += [0, 0] as [UInt8]
    more += greatest
    more += [0x34, 0, 0, 0] as [UInt8]
    var body: [UInt8] = [7]
    body += greatest
    try entries(body + [7] as [UInt8], abbreviations: more).withFile { FileTarget.read($0) }
  }

  // MARK: Debug information

  /// 2: `typedef NAME` of a reference, 3: `struct NAME` with members, 4: a member, 5: a type of a reference, 6: a block.
  private let abbreviations: [UInt8] = [
    1, 0x11, 1, 0x13, 0x05, 0, 0,
    2, 0x16, 0, 0x03, 0x08, 0x49, 0x13, 0, 0,
    3, 0x13, 1, 0x03, 0x08, 0x0b, 0x0b, 0, 0,
    4, 0x0d, 0, 0x03, 0x08, 0x49, 0x13, 0x38, 0x0b, 0, 0,
    5, 0x26, 0, 0x49, 0x13, 0, 0,
    6, 0x0b, 1, 0, 0,
  ]

  /// `typedef t t`, a constant of itself, and a structure that has itself as its members.
  private var circles: [UInt8] {
    // The unit's header has 12 bytes, and its entry 3.
    let start = 12 + 3
    var bytes: [UInt8] = [2] + Array("t".utf8) + [0] + HostileELF.little(UInt32(start))
    bytes += [5] + HostileELF.little(UInt32(start + bytes.count))
    let structure = start + bytes.count
    bytes += [3] + Array("s".utf8) + [0, 8]
    for name in ["a", "b", "c", "d"] {
      bytes += [4] + Array(name.utf8) + [0] + HostileELF.little(UInt32(structure)) + [0]
    }
    return bytes + [0]
  }

  private func entries(_ bytes: [UInt8], abbreviations more: [UInt8] = []) -> HostileELF {
    // C, in 32-bit DWARF 5 (7.5.1.1).
    var unit: [UInt8] = [5, 0, 1, 8]
    unit += HostileELF.little(UInt32(0))
    unit += [1, 0x1d, 0]
    unit += bytes
    unit += [0]
    var file = HostileELF()
    file.sections = [
      .init(name: ".debug_info", bytes: HostileELF.little(UInt32(unit.count)) + unit),
      .init(name: ".debug_abbrev", bytes: abbreviations + more + [0]),
    ]
    return file
  }
}
