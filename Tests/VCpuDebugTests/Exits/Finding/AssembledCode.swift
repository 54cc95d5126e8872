import TestSupport
import Testing

@testable import VCpuDebug

/// A64 code made by the toolchain's clang and lld, at an address.
struct AssembledCode {
  /// Where the code begins.
  let address: UInt64
  let bytes: [UInt8]
  let words: [UInt32]
  let module: Module

  /// Assembles `source`, whose text begins at `address`.
  init(_ source: String, at address: UInt64 = 0x4020_0000, options: [String] = []) throws {
    let path = try FixtureImages.build(
      "code-\(UInt.random(in: 0...UInt.max))",
      ".text\n.global _start\n_start:\n" + source + "\n.text\n.global code_end\ncode_end:\n",
      "ENTRY(_start) SECTIONS { . = \(address.hex); .text : { *(.text .text.*) } }",
      options: ["-march=armv8.5-a+ras"] + options)
    let file = try SymbolFile(path: path)
    module = Module(file, in: .plain)
    self.address = address
    let segment = try #require(
      try file.loadSegments().first { $0.virtualAddress <= address && $0.bytes.count > 0 })
    let bytes = Array(segment.bytes.dropFirst(Int(address - segment.virtualAddress)))
    self.bytes = bytes
    words = stride(from: 0, to: bytes.count - 3, by: 4).map { offset in
      (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
    }
  }

  /// The word at an address; nil outside.
  func word(at address: UInt64) -> UInt32? {
    guard address >= self.address, address % 4 == 0 else { return nil }
    let index = (address - self.address) / 4
    return index < words.count ? words[Int(index)] : nil
  }

  func address(of symbol: String) throws -> UInt64 {
    try #require(module.address(of: symbol), "\(symbol)")
  }
}
