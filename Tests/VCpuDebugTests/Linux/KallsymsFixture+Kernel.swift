import TestSupport

@testable import VCpuDebug

extension KallsymsFixture {
  /// The kernel, of which some can't be read.
  static func kernel(_ bytes: [UInt8], unreadable: Range<Int> = 0..<0) -> KernelBytes {
    KernelBytes(byteCount: bytes.count) { start, count in
      unreadable.overlaps(start..<start + count) ? nil : Array(bytes[start..<start + count])
    }
  }

  var kernel: KernelBytes { Self.kernel(bytes) }
}

extension Kallsyms {
  /// A symbol's letter and name.
  func text(of entry: Entry) -> String {
    let name = strings[entry.name...].prefix { $0 != 0 }
    return String(UnicodeScalar(entry.type)) + String(decoding: name, as: UTF8.self)
  }
}
