/// Payloads that a debugger's stub sends.
enum Payloads {
  /// The answers while a hypervisor's exits are examined: many short ones, some registers, a page
  /// of memory as digits and one as binary data.
  static let mixture: [[UInt8]] =
    Array(repeating: ok, count: 8) + Array(repeating: registers, count: 4) + [memory, binary]

  static let ok = Array("OK".utf8)
  /// Four registers of 64 bits.
  static let registers = digits(ofByteCount: 32)
  /// The answer to an `m` packet: 4 KiB, of which a quarter is zeros.
  static let memory = digits(ofByteCount: 4096)
  /// 4 KiB with all byte values: 4 of 256 must be escaped.
  static let binary = bytes(count: 4096)
  /// 4 KiB in which every byte must be escaped.
  static let escapes = [UInt8](repeating: UInt8(ascii: "#"), count: 4096)

  static func bytes(count: Int) -> [UInt8] {
    var state: UInt64 = 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  private static func digits(ofByteCount count: Int) -> [UInt8] {
    bytes(count: count).enumerated().flatMap { index, byte in
      let byte = index % 32 < 8 ? 0 : byte
      return [UInt8](String(byte >> 4, radix: 16).utf8) + [UInt8](String(byte & 15, radix: 16).utf8)
    }
  }
}
