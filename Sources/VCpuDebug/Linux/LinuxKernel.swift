/// A Linux kernel in memory.
struct LinuxKernel {
  /// The space of its own addresses.
  let space: AddressSpace
  /// Its vectors, in that space.
  let vectors: UInt64
  /// Where the page with them is in `bytes`.
  let vectorsOffset: Int
  /// Where its bytes begin in the memory of its machine, or in its own addresses where that is the same.
  let start: UInt64
  /// Whether it is certainly a kernel: it has a kernel's header, or its vectors.
  let isCertain: Bool
  /// Its bytes: from the header on, or from the vectors on if that is gone.
  let bytes: KernelBytes

  /// Where the header has the size of the kernel, and what identifies it.
  static let headerByteCount = 64

  /// The number of bytes of the kernel with a header; nil for something else. A kernel that runs may have given the
  /// header's memory away. (Documentation/arm64/booting.rst.)
  static func byteCount(header: [UInt8]) -> Int? {
    guard header.count >= headerByteCount, header.u32(56) == 0x644d_5241,
      // Bit 0 of the flags: big-endian.
      header[24] & 1 == 0
    else { return nil }
    let size = header.u64(16)
    return (1 << 20...UInt64(KernelBytes.byteLimit)).contains(size) ? Int(size) : nil
  }

  /// Whether the vector for exceptions of EL1 is Linux's, with CONFIG_VMAP_STACK.
  static func isLinuxVector(_ bytes: [UInt8]) -> Bool {
    // `add sp, sp, x0; sub x0, sp, x0` after `sub sp, sp, #…` (`kernel_ventry` in arch/arm64/kernel/entry.S).
    bytes.count >= 12 && bytes.u32(4) == 0x8b20_63ff && bytes.u32(8) == 0xcb20_63e0
  }

  /// What a kernel with such names says that it is, without the end of the line; nil if that isn't found where it is
  /// expected: in the constants, after the code, or before the names.
  func banner(_ names: Kallsyms, _ check: () throws -> Void) throws -> String? {
    var expected = max(0, names.place - (4 << 20))..<names.place
    if names.address(of: "vectors") == vectors, let end = names.address(of: "_etext") {
      let distance = end &- (vectors & ~0xfff)
      guard distance < UInt64(KernelBytes.byteLimit) else { return nil }
      let start = vectorsOffset + Int(distance)
      expected = start..<start + (1 << 20)
    }
    var found: String?
    try bytes.search(for: Array("Linux version ".utf8), in: expected) { place in
      try check()
      guard let text = try bytes.bytes(place, min(256, bytes.byteCount - place)) else {
        return false
      }
      // A format has no release.
      guard text.count > 14, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[14]) else {
        return false
      }
      found = String(decoding: text.prefix { $0 >= 0x20 && $0 < 0x7f }, as: UTF8.self)
      return true
    }
    return found
  }

  /// The release in a banner: `6.1.0-26-cloud-arm64`.
  static func release(inBanner banner: String) -> String? {
    banner.split(separator: " ").dropFirst(2).first.map(String.init)
  }
}
