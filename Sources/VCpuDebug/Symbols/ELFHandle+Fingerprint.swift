internal import CElfutils
internal import CZlib

extension ELFHandle {
  /// What identifies this file: `build-id:` and the linker's build identifier, or else `crc32:` and a checksum of the
  /// whole file.
  var fingerprint: String {
    var identifier: UnsafeRawPointer?
    let byteCount = unsafe dwelf_elf_gnu_build_id(pointer, &identifier)
    if byteCount > 0, let identifier = unsafe identifier {
      // libdw's own memory, valid as long as the handle.
      let bytes = unsafe UnsafeRawBufferPointer(start: identifier, count: byteCount)
      return unsafe "build-id:" + bytes.map { Self.hexadecimal(UInt32($0), digits: 2) }.joined()
    }
    return "crc32:" + Self.hexadecimal(checksum, digits: 8)
  }

  /// The CRC-32 of the whole file.
  var checksum: UInt32 {
    unsafe withRawBytes { bytes in
      guard let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else { return 0 }
      return UInt32(truncatingIfNeeded: unsafe crc32_z(0, start, bytes.count))
    }
  }

  private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
