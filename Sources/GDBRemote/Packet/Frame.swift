/// An item that the decoder finds in the bytes from a peer, with its payload.
///
/// Source: GDB manual, Overview and Notification Packets.
public enum Frame: Equatable, Sendable {
  /// A `$` packet with a correct checksum, escapes and run lengths expanded.
  case packet([UInt8])
  /// A `%` notification with a correct checksum. Notifications are never acknowledged.
  case notification([UInt8])
  /// `+`: the last packet arrived.
  case acknowledgement
  /// `-`: the last packet arrived damaged.
  case rejection
  /// A `$` packet with a wrong checksum, a malformed payload, or too many bytes.
  case damaged

  /// The frame of a kind. Only packets and notifications keep `payload`.
  public init(_ kind: FrameKind, payload: [UInt8]) {
    switch kind {
    case .packet: self = .packet(payload)
    case .notification: self = .notification(payload)
    case .acknowledgement: self = .acknowledgement
    case .rejection: self = .rejection
    case .damaged: self = .damaged
    }
  }
}

/// The kind of a ``Frame``, for callers that keep the payload in a separate array.
public enum FrameKind: Equatable, Sendable {
  /// A `$` packet, whose payload is in the array.
  case packet
  /// A `%` notification, whose payload is in the array.
  case notification
  /// `+`
  case acknowledgement
  /// `-`
  case rejection
  /// A `$` packet that is damaged.
  case damaged
}
