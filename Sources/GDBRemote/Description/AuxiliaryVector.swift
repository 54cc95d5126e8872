/// The vector that the operating system passes to a process when it starts, as read with
/// `qXfer:auxv:read`.
///
/// Sources: GDB manual, General Query Packets (`qXfer:auxv:read`); the System V ABI; Linux,
/// `include/uapi/linux/auxvec.h`.
public struct AuxiliaryVector: Equatable, Sendable {
  /// One entry.
  public struct Entry: Equatable, Sendable {
    /// The number of the type, such as 9 for `AT_ENTRY`.
    public var type: UInt64
    /// The value: a number, or an address in the process.
    public var value: UInt64

    /// The name of the type, such as `AT_ENTRY`, if it is known.
    public var name: String? { AuxiliaryVector.names[type] }
  }

  /// The entries, in the target's order, without the end mark.
  public private(set) var entries: [Entry] = []
  /// What was malformed and left out.
  public private(set) var warnings: [String] = []

  static let entryLimit = 1024

  /// The value of the first entry of a type.
  public subscript(type: UInt64) -> UInt64? { entries.first { $0.type == type }?.value }

  /// Reads pairs of words. An entry that is cut off is left out, and so is everything after the end
  /// mark.
  ///
  /// - Parameters:
  ///   - bytes: the raw bytes.
  ///   - wordByteCount: 8 on a 64-bit target, 4 on a 32-bit one.
  ///   - byteOrder: the target's byte order.
  init(
    parsing bytes: [UInt8], wordByteCount: Int,
    byteOrder: RegisterDescription.ByteOrder = .little
  ) {
    precondition(wordByteCount == 4 || wordByteCount == 8)
    var start = 0
    func word(at start: Int) -> UInt64 {
      byteOrder.integer(bytes[start..<start + wordByteCount]) ?? 0
    }
    while bytes.count - start >= 2 * wordByteCount {
      let type = word(at: start)
      guard type != 0 else { return }
      guard entries.count < Self.entryLimit else {
        warnings = ["the auxiliary vector is too long; the rest is left out"]
        return
      }
      entries.append(Entry(type: type, value: word(at: start + wordByteCount)))
      start += 2 * wordByteCount
    }
    warnings = ["the auxiliary vector has no end"]
  }

  /// The byte order of a vector: the one in which its first type is a small number. Nil if it is small
  /// in neither.
  static func byteOrder(
    of bytes: [UInt8], wordByteCount: Int
  ) -> RegisterDescription.ByteOrder? {
    guard bytes.count >= wordByteCount else { return nil }
    let word = bytes.prefix(wordByteCount)
    return RegisterDescription.ByteOrder.allCases.first { order in
      order.integer(word).map { (1..<256).contains($0) } ?? false
    }
  }

  private static let names: [UInt64: String] = [
    1: "AT_IGNORE", 2: "AT_EXECFD", 3: "AT_PHDR", 4: "AT_PHENT", 5: "AT_PHNUM", 6: "AT_PAGESZ",
    7: "AT_BASE", 8: "AT_FLAGS", 9: "AT_ENTRY", 10: "AT_NOTELF", 11: "AT_UID", 12: "AT_EUID",
    13: "AT_GID", 14: "AT_EGID", 15: "AT_PLATFORM", 16: "AT_HWCAP", 17: "AT_CLKTCK",
    18: "AT_FPUCW", 19: "AT_DCACHEBSIZE", 20: "AT_ICACHEBSIZE", 21: "AT_UCACHEBSIZE",
    22: "AT_IGNOREPPC", 23: "AT_SECURE", 24: "AT_BASE_PLATFORM", 25: "AT_RANDOM", 26: "AT_HWCAP2",
    27: "AT_RSEQ_FEATURE_SIZE", 28: "AT_RSEQ_ALIGN", 29: "AT_HWCAP3", 30: "AT_HWCAP4",
    31: "AT_EXECFN", 32: "AT_SYSINFO", 33: "AT_SYSINFO_EHDR", 34: "AT_L1I_CACHESHAPE",
    35: "AT_L1D_CACHESHAPE", 36: "AT_L2_CACHESHAPE", 37: "AT_L3_CACHESHAPE",
    40: "AT_L1I_CACHESIZE", 41: "AT_L1I_CACHEGEOMETRY", 42: "AT_L1D_CACHESIZE",
    43: "AT_L1D_CACHEGEOMETRY", 44: "AT_L2_CACHESIZE", 45: "AT_L2_CACHEGEOMETRY",
    46: "AT_L3_CACHESIZE", 47: "AT_L3_CACHEGEOMETRY", 51: "AT_MINSIGSTKSZ",
  ]
}
