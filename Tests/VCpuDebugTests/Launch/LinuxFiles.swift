import Foundation

@testable import VCpuDebug

/// Kernels and device trees for tests.
enum LinuxFiles {
  /// What QEMU 7.2 makes of `-M virt,virtualization=on,gic-version=3 -cpu cortex-a57 -smp 2 -m 528M`, packed.
  static func machine() throws -> DeviceTree {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/qemu-7.2-virt.dtb")
    return try DeviceTree(Array(Data(contentsOf: url)))
  }

  /// An Image with a header that says this.
  static func kernel(
    textOffset: UInt64 = 0, imageByteCount: UInt64 = 0x10000, flags: UInt64 = 0b1010,
    magic: String = "ARM\u{64}", fileByteCount: Int = 0x1000
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: fileByteCount)
    for (offset, number) in [(8, textOffset), (16, imageByteCount), (24, flags)] {
      for index in 0..<8 where offset + index < fileByteCount {
        bytes[offset + index] = UInt8(truncatingIfNeeded: number >> (8 * index))
      }
    }
    for (index, byte) in magic.utf8.enumerated() where 56 + index < fileByteCount {
      bytes[56 + index] = byte
    }
    return bytes
  }
}
