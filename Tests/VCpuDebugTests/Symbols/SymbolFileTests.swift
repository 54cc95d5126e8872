import Foundation
import Testing

@testable import VCpuDebug

@Suite struct SymbolFileTests {
  let file: SymbolFile
  let module: Module

  init() throws {
    file = try SymbolFile(path: ELFFixture.arm.get().path)
    module = Module(file, in: .hypervisor)
  }

  @Test func entryPointIsTheStartSymbol() {
    #expect(file.entryPoint != 0)
    #expect(file.entryPoint == module.address(of: "_start"))
  }

  @Test func namesGiveAddresses() {
    #expect(module.address(of: "vectors") == 0x4008_0000)
    #expect(module.address(of: "hidden") != nil)
    #expect(module.address(of: "absolute_end") == 0x4010_0000)
    #expect(module.address(of: "no_such_name") == nil)
    #expect(module.address(of: "$x") == nil)
  }

  @Test func displayNamesGiveAddresses() {
    let mangled = module.address(of: "$e1a4VCpuV3runAA10ExitReasonOyF")
    #expect(mangled != nil)
    #expect(module.address(of: "VCpu.run()") == mangled)
  }

  @Test(
    arguments: [
      (0x4008_0000, "vectors", 0),
      (0x4008_0004, "vectors", 4),
      (0x4008_0008, "inner_label", 0),
      // A sized symbol takes precedence over a label inside it, even at the label itself.
      (0x4008_000c, "sized", 0),
      (0x4008_0010, "sized", 4),
      (0x4008_0013, "sized", 7),
      // Past the size of `sized` the nearest label below is inside it.
      (0x4008_0014, "label_in_sized", 4),
      (0x4008_0018, "$e1a4VCpuV3runAA10ExitReasonOyF", 0),
    ] as [(UInt64, String, UInt64)])
  func addressesGiveSymbols(address: UInt64, name: String, offset: UInt64) {
    let symbol = module.symbol(at: address)
    #expect(symbol?.name == name)
    #expect(symbol?.offset == offset)
  }

  @Test(arguments: [0, 0x4007_ffff, 0x4008_001c, 0x400a_0000, .max] as [UInt64])
  func addressesOutsideHaveNoSymbol(address: UInt64) {
    #expect(module.symbol(at: address) == nil)
  }

  @Test func locationsReadWell() throws {
    #expect(module.symbol(at: 0x4008_0004)?.description == "vectors+4")
    #expect(module.symbol(at: 0x4008_0018)?.description == "VCpu.run()")
  }

  @Test func prefixesComplete() {
    #expect(module.names(withPrefix: "label") == ["label_in_sized"])
    #expect(module.names(withPrefix: "v") == ["vectors"])
    #expect(module.names(withPrefix: "") == module.names(withPrefix: "").sorted())
    #expect(module.names(withPrefix: "").contains("answer"))
    #expect(!module.names(withPrefix: "").contains { $0.hasPrefix("$x") || $0.hasPrefix("$d") })
    #expect(module.names(withPrefix: "zzz").isEmpty)
  }

  @Test func functionsHaveSourceLines() throws {
    let answer = try #require(module.address(of: "answer"))
    let location = try #require(module.sourceLocation(at: answer))
    #expect(location.file.hasSuffix("fixture-source.c"))
    #expect(location.line == 1 || location.line == 2)
    let assembly = try #require(module.sourceLocation(at: 0x4008_0004))
    #expect(assembly.file.hasSuffix("fixture-vectors.S"))
    #expect(assembly.line == 5)
    #expect(module.sourceLocation(at: 0) == nil)
    #expect(module.sourceLocation(at: 0x4009_0000) == nil)
  }

  @Test func segmentsHaveBytesAtPhysicalAddresses() throws {
    let segments = try file.loadSegments()
    #expect(segments.map(\.physicalAddress) == [0x8_0000, 0x9_0000])
    #expect(segments.map(\.virtualAddress) == [0x4008_0000, 0x4009_0000])
    let code = try #require(segments.first)
    #expect(Array(code.bytes.prefix(4)) == [0x1f, 0x20, 0x03, 0xd5])
    let data = try #require(segments.last)
    #expect(data.memoryByteCount >= 4096 + UInt64(data.bytes.count) - 16)
    #expect(data.bytes.count < 4096)
  }
}

@Suite struct SymbolFileErrorTests {
  private func error(_ path: String) -> SymbolFileError? {
    do throws(SymbolFileError) {
      _ = try SymbolFile(path: path)
      return nil
    } catch {
      return error
    }
  }

  private func temporary(_ bytes: [UInt8], _ name: String) throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "vcpu-shell-\(UUID().uuidString)-\(name)")
    try Data(bytes).write(to: url)
    return url.path
  }

  @Test func missingFile() {
    #expect(
      error("/no/such/file.elf")
        == .cannotOpen(path: "/no/such/file.elf", reason: "No such file or directory"))
  }

  @Test func directory() {
    #expect(error("/") == .cannotOpen(path: "/", reason: "Not a regular file"))
  }

  @Test(arguments: [[], Array("MZ, says the Image".utf8), [0x7f, 0x45, 0x4c, 0x46]] as [[UInt8]])
  func notELF(bytes: [UInt8]) throws {
    let path = try temporary(bytes, "image")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(error(path) == .notELF(path: path))
  }

  @Test func wrongMachine() throws {
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ELFFixture.arm.get().path)))
    bytes[18] = 62
    let path = try temporary(bytes, "x86")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(error(path) == .wrongMachine(path: path, machine: 62, wanted: "AArch64"))
    #expect(error(path)?.description.contains("x86-64") == true)
  }

  @Test func stripped() throws {
    let path = try ELFFixture.stripped.get().path
    #expect(error(path) == .noSymbols(path: path))
    let file = try SymbolFile(path: path, requiresSymbols: false)
    #expect(try file.loadSegments().count == 2)
    #expect(Module(file, in: .plain).symbol(at: 0x4008_0000) == nil)
  }

  /// A file cut anywhere is an error or a smaller table, never a crash.
  @Test func truncated() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ELFFixture.arm.get().path)))
    var failures = 0
    for length in stride(from: 0, to: bytes.count, by: bytes.count / 60) {
      let path = try temporary(Array(bytes[..<length]), "cut")
      defer { try? FileManager.default.removeItem(atPath: path) }
      do {
        let file = try SymbolFile(path: path, requiresSymbols: false)
        _ = Module(file, in: .plain).sourceLocation(at: 0x4008_0004)
        _ = try file.loadSegments()
      } catch {
        failures += 1
      }
    }
    #expect(failures > 0)
  }
}
