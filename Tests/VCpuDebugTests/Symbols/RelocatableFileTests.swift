import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

/// Files whose sections have no addresses: object files, kernel modules.
@Suite struct RelocatableFileTests {
  static let source = """
    struct pair { int first; long second; };
    static int counter;
    struct pair shared = { 1, 2 };
    extern void outside(int);
    __attribute__((noinline)) int leaf(struct pair *p, int n) {
      int sum = p->first + n;
      counter += sum;
      return sum;
    }
    int middle(int n) {
      int value = leaf(&shared, n);
      outside(value);
      return value + 1;
    }
    """
  private static let text: UInt64 = 0xffff_8000_0123_0000
  private static let data: UInt64 = 0xffff_8000_0200_0000
  private static let bss: UInt64 = 0xffff_8000_0200_1000

  private static func places(_ names: (String, UInt64)...) -> [SectionAddress] {
    names.map { SectionAddress(name: $0.0, address: $0.1) }
  }

  private static func line(of text: String) -> Int { CompiledProgram.line(of: text, in: source) }

  private static func error(
    _ path: String, _ places: [SectionAddress]
  ) -> SymbolFileError? {
    do throws(SymbolFileError) {
      _ = try SymbolFile(path: path, for: nil, sections: places)
      return nil
    } catch {
      return error
    }
  }

  private static func detail(_ path: String, _ places: [SectionAddress]) -> String? {
    guard case .misplaced(_, let detail) = error(path, places) else { return nil }
    return detail
  }

  private static func file(_ flags: [String] = ["-O1"]) throws -> SymbolFile {
    try SymbolFile(
      path: CompiledProgram.object("module.c", source, flags),
      sections: places((".text", text), (".data", data), (".bss", bss)))
  }

  /// A compiler's target, its flags, and where its sections fit.
  struct Kind: Sendable, CustomTestStringConvertible {
    var target = "aarch64-none-elf"
    var flags: [String]
    var base = RelocatableFileTests.text
    var testDescription: String { "\(target) \(flags.joined(separator: " "))" }
  }

  @Test(arguments: [
    Kind(flags: ["-gdwarf-5"]), Kind(flags: ["-gdwarf-4"]), Kind(flags: ["-gz=zlib"]),
    Kind(target: "aarch64-linux-gnu", flags: ["-O2"]),
    Kind(target: "aarch64_be-none-elf", flags: ["-O1"]),
    Kind(target: "x86_64-linux-gnu", flags: ["-O1"]),
    Kind(target: "armv7-none-eabi", flags: ["-O1"], base: 0xbf00_0000),
  ])
  func namesLinesFunctionsAndTypesAreWhereItsSectionsAre(kind: Kind) throws {
    let path = try CompiledProgram.object("module.c", Self.source, kind.flags, target: kind.target)
    let (text, data) = (kind.base, kind.base + 0x10000)
    let file = try SymbolFile(
      path: path, for: nil,
      sections: Self.places((".text", text), (".data", data), (".bss", data + 0x1000)))
    let module = Module(file, in: .plain)
    #expect(module.address(of: "leaf") == text)
    #expect(module.address(of: "shared") == data)
    #expect(module.address(of: "counter") == data + 0x1000)
    #expect(module.address(of: "outside") == nil)
    let middle = try #require(module.address(of: "middle"))
    #expect(middle > text && middle < text + 0x100)
    #expect(module.symbol(at: middle + 4)?.description == "middle+4")
    #expect(module.sourceLocation(at: middle)?.line == Self.line(of: "int middle"))
    #expect(module.codeRange?.lowerBound == text)
    let information = try #require(file.debugInformation)
    #expect(information.functions(at: middle + 4).map(\.name) == ["middle"])
    #expect(information.functions(named: "leaf").map(\.entry) == [text])
    let code = module.code(ofLine: Self.line(of: "outside(value)"), in: "module.c")
    #expect(code.count == 1)
    #expect(code.first?.addresses.allSatisfy { $0 > middle && $0 < middle + 0x80 } == true)
    let types = ProgramTypes(information)
    defer { types.forgetTypes() }
    let type = try #require(types.type(named: "struct pair"))
    #expect(TypeText.ptype(type, hasOffsets: false).contains { $0.contains("long second") })
  }

  /// What is in a section without an address is as if the file didn't have it.
  @Test func sectionsWithoutAnAddressAreUnknown() throws {
    let path = try CompiledProgram.object(
      "module.c", Self.source, ["-O1", "-ffunction-sections", "-fdata-sections"])
    let file = try SymbolFile(
      path: path, sections: Self.places((".text", 0x1000), (".text.middle", Self.text)))
    let module = Module(file, in: .plain)
    #expect(module.address(of: "middle") == Self.text)
    for name in ["leaf", "shared", "counter"] { #expect(module.address(of: name) == nil) }
    #expect(file.sectionPlaces.given == Self.places((".text.middle", Self.text)))
    #expect(file.sectionPlaces.missing == [".text.leaf", ".data.shared", ".bss.counter"])
    #expect(!module.isCode(0x1000))
    let information = try #require(file.debugInformation)
    #expect(information.functions(named: "leaf").isEmpty)
    #expect(information.functions(named: "middle").map(\.entry) == [Self.text])
    #expect(
      module.code(ofLine: Self.line(of: "counter += sum"), in: "module.c").allSatisfy {
        $0.addresses.allSatisfy { $0 >= Self.text && $0 < Self.text + 0x100 }
      })
    #expect(
      information.units.allSatisfy { unit in
        information.lines(of: unit)?.rows.allSatisfy { $0.address < Self.text + 0x100 } == true
      })
  }

  /// Its rules are in `.eh_frame`, which libdwfl doesn't relocate, or in `.debug_frame`.
  @Test(arguments: [
    Kind(target: "aarch64-linux-gnu", flags: ["-O1", "-fasynchronous-unwind-tables"]),
    Kind(target: "x86_64-linux-gnu", flags: ["-O1", "-fasynchronous-unwind-tables"]),
    Kind(target: "aarch64_be-none-elf", flags: ["-O1", "-fasynchronous-unwind-tables"]),
    Kind(flags: ["-O1", "-fno-asynchronous-unwind-tables"]),
  ])
  func framesAreOfTheirFunctions(kind: Kind) throws {
    let path = try CompiledProgram.object("module.c", Self.source, kind.flags, target: kind.target)
    let file = try SymbolFile(path: path, for: nil, sections: Self.places((".text", Self.text)))
    let frames = try #require(file.callFrames)
    let middle = try #require(Module(file, in: .plain).address(of: "middle"))
    #expect(frames.rules(at: middle)?.range.lowerBound == middle)
    #expect(frames.rules(at: Self.text)?.range.lowerBound == Self.text)
    #expect(frames.rules(at: 0x10) == nil)
  }

  /// Code without an address doesn't take the place of other code.
  @Test func framesOfCodeWithoutAnAddressAreNowhere() throws {
    let path = try CompiledProgram.object(
      "module.c", Self.source, ["-O1", "-ffunction-sections", "-fasynchronous-unwind-tables"],
      target: "aarch64-linux-gnu")
    for name in [".text.leaf", ".text.middle"] {
      let file = try SymbolFile(path: path, sections: Self.places((name, Self.text)))
      let frames = try #require(file.callFrames)
      let function = try #require(Module(file, in: .plain).extent(around: Self.text))
      #expect(frames.rules(at: Self.text)?.range.lowerBound == Self.text)
      #expect(frames.rules(at: function.end - 4)?.range.upperBound == function.end)
      for address in stride(from: Self.text - 0x1000, to: Self.text, by: 4) {
        #expect(frames.rules(at: address) == nil)
      }
    }
  }

  /// A loader changes them: their bytes in the file aren't those in memory.
  @Test func contentsEndWhereALoaderChangesThem() throws {
    let file = try Self.file()
    let middle = try #require(Module(file, in: .plain).address(of: "middle"))
    let code = try #require(file.contents(at: Self.text, byteCount: 256))
    // 'counter' is reached by ADRP, which is changed.
    #expect(code.count < middle - Self.text)
    #expect(file.contents(at: Self.text &+ UInt64(code.count), byteCount: 4) == [])
    #expect(file.contents(at: Self.text - 4, byteCount: 4) == nil)
    #expect(file.contents(at: Self.data, byteCount: 4) == [1, 0, 0, 0])
    #expect(file.contents(at: Self.bss, byteCount: 4) == nil)
    #expect(file.executableRanges.map(\.lowerBound) == [Self.text])
    #expect(try file.loadSegments().isEmpty)
  }

  // MARK: Placing

  @Test func withoutAddressesItSaysWhatToType() throws {
    let path = try CompiledProgram.object("module.c", Self.source, ["-O1"])
    let error = Self.error(path, [])
    #expect(error == .relocatable(path: path, sections: [".text", ".data", ".bss"]))
    let text = try #require(error?.description)
    #expect(text.contains("'add-symbol-file \(path) ADDRESS'"))
    #expect(text.contains("(.text, .data, .bss)"))
  }

  @Test func addressesThatCannotBeTheirs() throws {
    let path = try CompiledProgram.object("module.c", Self.source, ["-O1"])
    func detail(_ places: (String, UInt64)...) -> String? {
      Self.detail(path, places.map { SectionAddress(name: $0.0, address: $0.1) })
    }
    #expect(detail((".text", 0x1000), (".text", 0x2000)) == ".text is given two addresses")
    #expect(detail((".text", 0x1000), (".data", 0x1010)) == ".text and .data would overlap")
    #expect(
      detail((".text", .max - 8)) == ".text would be beyond the end of the address space")
    #expect(detail((".text", .max - 0x80)) != nil)
    #expect(detail((".nope", 0)) == "it has no section .nope; it has .text, .data, .bss")
    #expect(detail((".debug_info", 0)) == "its section .debug_info isn't in memory")
    #expect(detail(("", 0)) != nil)
    // An empty section may be anywhere, and 0 is an address.
    #expect(detail((".text", 0), (".data", 0x1000)) == nil)
    let file = try SymbolFile(path: path, sections: Self.places((".text", 0)))
    #expect(Module(file, in: .plain).address(of: "leaf") == 0)
    #expect(Module(file, in: .plain).sourceLocation(at: 0)?.file.hasSuffix("module.c") == true)
  }

  @Test func sectionsOfOneNameAreAmbiguous() throws {
    let path = try CompiledProgram.object(
      "module.c", Self.source, ["-O1", "-ffunction-sections", "-fno-unique-section-names"])
    #expect(
      Self.detail(path, Self.places((".text", 0x1000)))?.hasPrefix("it has 2 sections") == true)
  }

  /// All of a linked file moves by one distance.
  @Test func aLinkedFileHasOneDistance() throws {
    let file = try SymbolFile(path: ELFFixture.arm.get().path)
    let text = try #require(Module(file, in: .plain).address(of: "answer"))
    let vectors: UInt64 = 0x4008_0000
    #expect(try file.slide(placing: []) == nil)
    #expect(
      try file.slide(placing: Self.places((".text.vectors", vectors + 0x1000))) == 0x1000)
    #expect(text > vectors)
    #expect(throws: SymbolFileError.self) {
      try file.slide(placing: Self.places((".text.vectors", vectors), (".bss", 0)))
    }
    #expect(throws: SymbolFileError.self) { try file.slide(placing: Self.places((".nope", 0))) }
  }

  // MARK: Sessions

  @Test func itIsComparedWithMemory() throws {
    let target = try FakeTarget.booted()
    let place: UInt64 = 0x4020_8000
    let file = try SymbolFile(
      path: CompiledProgram.object("module.c", Self.source, ["-O1"]),
      sections: Self.places((".text", place)))
    let session = try HypervisorSession(target: target)
    for range in file.executableRanges {
      var address = range.lowerBound
      while address < range.upperBound {
        let bytes = file.contents(at: address, byteCount: 256) ?? []
        // What a loader has made of the rest.
        _ = target.memory.write(
          bytes.isEmpty ? [0xa5, 0xa5, 0xa5, 0xa5] : bytes, at: address, .physical)
        address += UInt64(max(bytes.count, 4))
      }
    }
    let module = try session.add(file, in: .hypervisor)
    #expect(module.isPlaced && module.slide == 0)
    #expect(try session.match(of: module) == .same)
    _ = target.memory.write([UInt8](repeating: 0x5a, count: 64), at: place, .physical)
    #expect(try session.match(of: module) == .different)
  }

  /// A snapshot keeps where the sections were, and knows the file again.
  @Test func aSnapshotKeepsItsSections() throws {
    let session = try HypervisorSession.fake(FakeTarget.booted())
    let file = try SymbolFile(
      path: CompiledProgram.object("module.c", Self.source, ["-O1"]),
      sections: Self.places((".text", 0x4020_8000), (".bss", 0x4020_9000)))
    _ = try session.add(file, in: .hypervisor)
    let (opened, warnings) = try SessionOpening.open(
      try SnapshotFile(try SnapshotSessionTests.file(of: session)))
    #expect(warnings.isEmpty)
    let module = try #require(opened.modules.all.first { $0.name == file.path })
    #expect(module.address(of: "leaf") == 0x4020_8000)
    #expect(module.address(of: "counter") == 0x4020_9000)
    #expect(module.address(of: "shared") == nil)
  }

  @Test func aGuestMustBeLinked() throws {
    let path = try CompiledProgram.object("module.c", Self.source, ["-O1"])
    #expect(throws: LaunchError.unlinkedGuest(path)) {
      try GuestImage(path: path, in: GuestMemory(byteCount: 1 << 28, isOneToOne: false))
    }
  }
}
