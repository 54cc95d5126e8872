import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

/// Object files that lie about sections, symbols and relocations: reading them ends, and nothing traps.
@Suite(.timeLimit(.minutes(3))) struct DamagedObjectTests {
  @Test(arguments: [
    ".rela.text", ".rela.debug_info", ".rela.debug_line", ".rela.debug_addr", ".rela.eh_frame",
    ".symtab", ".eh_frame",
  ])
  func changedBytes(section: String) throws {
    let path = try CompiledProgram.object(
      "module.c", RelocatableFileTests.source, ["-O1", "-fasynchronous-unwind-tables"],
      target: "aarch64-linux-gnu")
    let damaged = try DamagedFile(of: path)
    let range = try #require(damaged.section(section))
    var random = SplitMix64(seed: 11)
    for _ in 0..<150 { FileTarget.read(try damaged.write(changing: range, &random)) }
  }

  /// The headers of sections are at the end of the file.
  @Test(arguments: [[], ["-gz=zlib"]] as [[String]])
  func changedSectionHeaders(flags: [String]) throws {
    let path = try CompiledProgram.object(
      "module.c", RelocatableFileTests.source, ["-O1"] + flags, target: "aarch64-linux-gnu")
    let damaged = try DamagedFile(of: path)
    var random = SplitMix64(seed: 13)
    for _ in 0..<600 {
      FileTarget.read(try damaged.write(changing: damaged.sectionHeaders, &random))
    }
  }

  /// Relocations of debug information by a name that isn't there: libdwfl looks at every symbol for each.
  @Test func relocationsByMissingNames() throws {
    let count = 40_000
    var relocations: [UInt8] = []
    for _ in 0..<count {
      relocations += HostileELF.little(UInt64(0)) + HostileELF.little(UInt64(1 << 32 | 257))
      relocations += HostileELF.little(UInt64(0))
    }
    var symbols = HostileELF.symbols(count: count) { _ in 1 }
    // The first is undefined.
    symbols.replaceSubrange(24 + 6..<24 + 8, with: [0, 0])
    var file = HostileELF()
    file.type = 1
    file.sections = [
      .init(name: ".text", flags: 6, bytes: [0xd6, 0x5f, 0x03, 0xc0]),
      .init(name: ".symtab", type: 2, bytes: symbols, link: 3, entryByteCount: 24),
      .init(name: ".strtab", type: 3, bytes: [0] + Array("name".utf8) + [0]),
      .init(name: ".debug_info", bytes: [UInt8](repeating: 0, count: 64)),
      .init(
        name: ".rela.debug_info", type: 4, bytes: relocations, link: 2, info: 4, entryByteCount: 24),
    ]
    try file.withFile { path in
      let places = [SectionAddress(name: ".text", address: 0x1000)]
      #expect(throws: SymbolFileError.self) { try SymbolFile(path: path, sections: places) }
    }
  }

  /// Sections that together are larger than memory.
  @Test func sectionsThatDoNotFit() throws {
    let path = try CompiledProgram.object("module.c", RelocatableFileTests.source, ["-O1"])
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let damaged = try DamagedFile(of: path)
    let header = try #require(damaged.header(of: ".bss"))
    bytes.replaceSubrange(header + 0x20..<header + 0x28, with: HostileELF.little(UInt64.max - 4))
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for places in [[(".text", 0x1000)], [(".bss", 0)], [(".bss", 16)]] as [[(String, UInt64)]] {
      #expect(throws: SymbolFileError.self) {
        try SymbolFile(
          path: path, sections: places.map { SectionAddress(name: $0.0, address: $0.1) })
      }
    }
  }
}
