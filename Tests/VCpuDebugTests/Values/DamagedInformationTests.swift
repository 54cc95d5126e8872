import Foundation
import Testing

@testable import VCpuDebug

/// Debug information with changed bytes: everything ends, and nothing traps.
@Suite struct DamagedInformationTests {
  static let program = Result {
    try ProgramFixture.c(
      TypeTests.source
        + ProgramVariableTests.source.replacingOccurrences(of: "void entry", with: "void entry2"),
      name: "damaged", flags: ["-O1", "-gdwarf-5", "-Wl,--compress-debug-sections=none"])
  }

  @Test(.timeLimit(.minutes(2))) func aChangeOfAnyByteEnds() throws {
    let original = try Data(contentsOf: URL(fileURLWithPath: Self.program.get().path))
    let sections = try Self.sections(original)
    let path = ProgramFixture.folder.appendingPathComponent("damaged-copy").path
    var random = SplitMix(state: 6)
    let end = ContinuousClock.now + .seconds(20)
    var count = 0
    while count < 3000, ContinuousClock.now < end {
      var copy = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let section = sections.randomElement(using: &random)!
        let offset = Int.random(in: section, using: &random)
        copy[offset] = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)]
          .randomElement(using: &random)!
      }
      try copy.write(to: URL(fileURLWithPath: path))
      try Self.useEverything(path)
      count += 1
    }
    #expect(count > 200)
  }

  /// Reads all types and variables of a file.
  static func useEverything(_ path: String) throws {
    guard let fixture = try? ProgramFixture(path: path) else { return }
    let types = fixture.types
    types.index.finish()
    for name in ["struct s", "union un", "struct list", "struct in", "enum color", "u64", "int"] {
      guard let type = types.type(named: name) else { continue }
      _ = TypeText.ptype(type, hasOffsets: true)
      _ = TypeText.whatis(type)
      let value = ProgramValue(type: type, address: 0, scope: ValueScope(context: Zeros()))
      _ = ValueText().text(ValueReader().node(value))
    }
    for name in ["sp", "un", "list", "function", "pa", "names", "counter", "shared"] {
      guard let variable = types.variable(named: name, at: nil) else { continue }
      guard let value = try? variable.value(in: ValueScope(context: Zeros())) else { continue }
      _ = ValueText().text(ValueReader().node(value))
    }
    let table = fixture.elf.symbolTable(ofDynamicLinking: false)
    for symbol in (0..<table.count).map({ table[$0] }) where symbol.kind == .function {
      for address in stride(
        from: symbol.address, to: symbol.address + min(symbol.byteCount, 64), by: 4)
      {
        let scope = ValueScope(
          context: Zeros(), programCounter: address, frameBase: types.frameBase(at: address))
        for variable in types.variables(at: address).prefix(50) {
          guard let value = try? variable.value(in: scope) else { continue }
          _ = ValueText().text(ValueReader().node(value))
        }
      }
    }
    types.forgetTypes()
  }

  /// Memory and registers that are all zero.
  struct Zeros: LocationContext {
    var slide: UInt64 { 0 }
    func register(_ number: Int) -> UInt64? { 0 }
    func memory(at address: UInt64, byteCount: Int) -> [UInt8] {
      Array(repeating: 0, count: byteCount)
    }
  }

  /// Where the sections with debug information are in an ELF file of 64 bits.
  static func sections(_ data: Data) throws -> [Range<Int>] {
    func number(_ offset: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(data[offset + $1]) << (8 * $1) }
    }
    let table = number(40, 8)
    let names = number(table + number(62, 2) * 64 + 24, 8)
    return (0..<number(60, 2)).compactMap { index in
      let header = table + index * 64
      var name = names + number(header, 4)
      var text = ""
      while data[name] != 0 {
        text.append(Character(UnicodeScalar(data[name])))
        name += 1
      }
      let (start, size) = (number(header + 24, 8), number(header + 32, 8))
      return text.hasPrefix(".debug_") && size > 0 ? start..<(start + size) : nil
    }
  }
}
