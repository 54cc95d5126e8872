extension RegisterDescription {
  /// The byte order of a target's values. A target description doesn't give it.
  public enum ByteOrder: Hashable, Sendable, CaseIterable {
    /// The least significant byte is first.
    case little
    /// The most significant byte is first.
    case big

    /// The value of raw bytes, or nil if it has more than 64 bits.
    @inlinable
    public func integer(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64? {
      guard bytes.count <= 8 else { return nil }
      return switch self {
      case .little: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
      case .big: bytes.reduce(0) { $0 << 8 | UInt64($1) }
      }
    }

    /// The raw bytes of a value: only its low bytes if `byteCount` is below eight, and zero-extended if it
    /// is above.
    public func bytes(of value: UInt64, byteCount: Int) -> [UInt8] {
      let bytes = (0..<byteCount).map {
        $0 < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) : 0
      }
      return self == .big ? bytes.reversed() : bytes
    }
  }
}
