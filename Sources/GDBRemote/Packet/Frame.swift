/// What the decoder finds in the bytes that a stub sends.
enum Frame: Equatable, Sendable {
  /// A `$` packet with a right checksum, escapes and run lengths expanded.
  case packet([UInt8])
  /// A `%` notification with a right checksum. Notifications are never acknowledged.
  case notification([UInt8])
  /// `+`: the last packet arrived.
  case acknowledgement
  /// `-`: the last packet arrived damaged.
  case rejection
  /// A packet with a wrong checksum, a malformed payload, or too many bytes.
  case damaged
}
